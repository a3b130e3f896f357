import type pg from 'pg'
import { Refused } from '@/lib/kernel/problem'
import type { Hint } from './hints'
import { connect, type Database } from './pool'

/** The database did not answer, or its answer was lost: the outcome is unknown, and nothing may be allowed on it. */
export class Unavailable extends Error {
  override name = 'Unavailable'
}

/**
 * Runs SQL. A name makes it a prepared statement, planned once for each connection whatever its arguments; a reader plans
 * one without a name anew for the arguments it is given. Rows are cast by the store that wrote the SQL.
 */
export interface Reader {
  query<R>(text: string, params?: readonly unknown[], name?: string): Promise<R[]>
}

/** One open transaction (READ COMMITTED). Hints are told after its commit, and not at all if it fails. */
export interface Tx extends Reader {
  hint(type: string, subjects: Hint['subjects']): void
  after(work: () => void): void
}

const lost =
  /timeout|terminat|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN|closed|shutting down|starting up|recovery mode|Client has encountered/i
const lostStates = new Set([
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '08003',
  '08004',
  '53300',
  '53200',
  '53100',
  '53400',
  // The disk failed; a standby took over and only reads; the right to write was taken away: an operator's to mend.
  '58030',
  '25006',
  '42501',
  '57014',
  '55P03',
  '25P03',
  '40P01',
])

/** Tells an outage (503, try again) from a bug (500) by SQLSTATE or the driver's words. */
export function isOutage(error: unknown): boolean {
  if (error instanceof Unavailable) return true
  // An expected no is nothing that the driver said.
  if (!(error instanceof Error) || error instanceof Refused) return false
  const code = 'code' in error ? String(error.code) : ''
  // Every SQLSTATE has a digit in it; EPIPE, as long as one, has not.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return lostStates.has(code)
  return lost.test(`${code} ${error.message}`)
}

interface Statement {
  readonly text: string
  readonly values: unknown[]
  readonly name?: string
}
const statement = (text: string, params: readonly unknown[], name: string | undefined): Statement => ({
  text,
  values: [...params],
  ...(name ? { name } : {}),
})

interface Asked {
  readonly statement: Statement
  readonly resolve: (rows: pg.QueryResult['rows']) => void
  readonly reject: (error: unknown) => void
}
/** What has been asked of a pool in this turn of the event loop, and is not sent yet. */
const asked = new WeakMap<pg.Pool, Asked[]>()
/** One slow statement holds up those behind it on its connection, so only few share one. */
const together = 10

/**
 * Reads outside a transaction: one statement, one snapshot. What is asked for in one turn of the event loop shares a
 * connection and one way to the server and back; read side by side whatever does not depend on each other.
 * @throws Unavailable
 */
export function reader(pool: pg.Pool): Reader {
  return {
    query<R>(text: string, params: readonly unknown[] = [], name?: string): Promise<R[]> {
      return new Promise((resolve, reject) => {
        const waiting = asked.get(pool) ?? []
        if (waiting.length === 0) {
          asked.set(pool, waiting)
          process.nextTick(() => {
            asked.delete(pool)
            const named = waiting.filter(one => one.statement.name !== undefined)
            for (let at = 0; at < named.length; at += together) void send(pool, named.slice(at, at + together))
            for (const one of waiting) if (one.statement.name === undefined) void send(pool, [one], planned)
          })
        }
        waiting.push({ statement: statement(text, params, name), resolve, reject })
      })
    },
  }
}

const planned = { before: 'begin; set local plan_cache_mode = force_custom_plan', after: 'commit' }

async function send(pool: pg.Pool, group: readonly Asked[], around?: typeof planned): Promise<void> {
  const failed = (error: unknown) =>
    isOutage(error) ? new Unavailable('the database did not answer', { cause: error }) : error
  let client: pg.PoolClient
  try {
    client = await connect(pool)
  } catch (error) {
    for (const one of group) one.reject(new Unavailable('no connection to the database', { cause: error }))
    return
  }
  let broken = false
  const run = async (what: Statement | string): Promise<pg.QueryResult['rows']> => {
    try {
      return (await client.query(what)).rows
    } catch (error) {
      broken ||= isOutage(error)
      throw failed(error)
    }
  }
  const begun = around && run(around.before)
  const answers = group.map(one => run(one.statement))
  const ended = around && run(around.after)
  await Promise.all(
    group.map((one, at) =>
      Promise.all([answers[at], begun, ended]).then(([rows]) => one.resolve(rows ?? []), one.reject),
    ),
  )
  client.release(broken)
}

/**
 * What `work` still waits for when nothing is left to decide: the commit goes out behind it without waiting. `answer` may
 * say what was written, but no longer refuse it.
 */
export class Last<T> {
  constructor(readonly answer: Promise<T>) {}
}

/**
 * Runs `work` in one transaction and commits it. Statements go out as they are asked for, without waiting for the answers
 * of those before; whatever fails, awaited or not, fails the transaction. A connection that timed out or broke is
 * destroyed, never reused.
 * @throws Unavailable when the database was lost: the caller answers 503, and never decides a second time.
 */
export async function transact<T>(
  db: Database,
  work: (tx: Tx) => Promise<T | Last<T>>,
  pool: pg.Pool = db.pool,
): Promise<T> {
  const hints: Hint[] = []
  const afters: (() => void)[] = []
  let client: pg.PoolClient
  try {
    client = await connect(pool)
  } catch (error) {
    throw new Unavailable('no connection to the database', { cause: error })
  }
  // The first that fails is the reason; those behind it only say that the transaction is over.
  const failures: unknown[] = []
  const sent: Promise<unknown>[] = []
  const run = (what: Statement | string) => {
    const result = client.query(what)
    result.catch((error: unknown) => failures.push(error))
    sent.push(result)
    return result
  }
  const tx: Tx = {
    query: async <R>(text: string, params: readonly unknown[] = [], name?: string): Promise<R[]> =>
      (await run(statement(text, params, name))).rows,
    hint: (type, subjects) => void hints.push({ type, subjects }),
    after: then => void afters.push(then),
  }
  let value: T
  try {
    run('begin')
    const done = await work(tx)
    run('commit')
    // If a statement fails behind which the commit went out, that commit is a rollback (PostgreSQL §55.2.2).
    const [answer] = await Promise.all([done instanceof Last ? done.answer : done, ...sent])
    value = answer
    client.release()
  } catch (thrown) {
    await Promise.allSettled(sent)
    const error = failures[0] ?? thrown
    if (isOutage(error)) {
      client.release(true)
      throw error instanceof Unavailable ? error : new Unavailable('the database was lost', { cause: error })
    }
    const back = await client.query('rollback').then(
      () => true,
      () => false,
    )
    client.release(!back)
    throw error
  }
  for (const then of afters) then()
  for (const hint of hints) db.hints.publish(hint)
  return value
}
