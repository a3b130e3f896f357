import type pg from 'pg'
import { Refused } from '@/lib/kernel/problem'
import type { Hint } from './hints'
import type { Database } from './pool'

/** The database did not answer, or its answer was lost: the outcome is unknown, and nothing may be allowed on it. */
export class Unavailable extends Error {
  override name = 'Unavailable'
}

/** Runs SQL. A name makes it a prepared statement. Rows are cast by the store that wrote the SQL. */
export interface Reader {
  query<R>(text: string, params?: readonly unknown[], name?: string): Promise<R[]>
}

/** One open transaction (READ COMMITTED). Hints are told after its commit, and not at all if it fails. */
export interface Tx extends Reader {
  hint(type: string, subjects: Hint['subjects']): void
  after(work: () => void): void
}

const lost = /timeout|terminat|ECONN|EPIPE|closed|shutting down|starting up|recovery mode|Client has encountered/i
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
  if (/^[0-9A-Z]{5}$/.test(code)) return lostStates.has(code)
  return lost.test(`${code} ${error.message}`)
}

/** Reads outside a transaction: one statement, one snapshot. */
export function reader(pool: pg.Pool): Reader {
  return {
    async query<R>(text: string, params: readonly unknown[] = [], name?: string): Promise<R[]> {
      try {
        const result = await pool.query({ text, values: [...params], ...(name ? { name } : {}) })
        return result.rows
      } catch (error) {
        throw isOutage(error) ? new Unavailable('the database did not answer', { cause: error }) : error
      }
    },
  }
}

/**
 * Runs `work` in one transaction and commits it. A connection that timed out or broke is destroyed, never reused.
 * @throws Unavailable when the database was lost: the caller answers 503, and never decides a second time.
 */
export async function transact<T>(
  db: Database,
  work: (tx: Tx) => Promise<T>,
  pool: pg.Pool = db.pool,
  begin = 'begin',
): Promise<T> {
  const hints: Hint[] = []
  const afters: (() => void)[] = []
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw new Unavailable('no connection to the database', { cause: error })
  }
  const tx: Tx = {
    async query<R>(text: string, params: readonly unknown[] = [], name?: string): Promise<R[]> {
      const result = await client.query({ text, values: [...params], ...(name ? { name } : {}) })
      return result.rows
    },
    hint: (type, subjects) => void hints.push({ type, subjects }),
    after: then => void afters.push(then),
  }
  let value: T
  try {
    await client.query(begin)
    value = await work(tx)
    await client.query('commit')
    client.release()
  } catch (error) {
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
