import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { client, percentile } from './load'
import { type Actors, lists, visible } from './measures'
import { signIn } from './people'
import { type Add, ms, whole } from './rows'
import type { Subject } from './server'

interface Stage {
  readonly subject: Subject
  readonly pool: pg.Pool
  readonly who: Actors
  readonly add: Add
}

const json = { 'content-type': 'application/json' }
const atOnce = 50

/** Waits until this counts nothing any more; the machine is looked at every few milliseconds. */
async function none(pool: pg.Pool, what: string, seconds: number): Promise<void> {
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    const { rows } = await pool.query(`select exists (${what}) as left`)
    if (rows[0]?.left === false) return
    await new Promise(resolve => setTimeout(resolve, 4))
  }
  throw new Error(`there is still work after ${seconds} s: ${what}`)
}

const untold = `select 1 from hold where status = 'pending' and next_level_at <= now()`

/** An escalation policy of five levels, of which none comes by itself while we look. */
async function writePolicy(subject: Subject): Promise<void> {
  const governor = subject.demo.users.find(user => user.roles.includes('governor') && user.teams.length === 0)
  if (!governor) throw new Error('the demo has no governor of everything')
  const person = await signIn(subject.url, governor)
  const whos = [{ kind: 'owner' }, { kind: 'backup' }, { kind: 'role', role: 'governor' }, { kind: 'approvers' }]
  const levels = [...whos, { kind: 'role', role: 'administrator' }].map((who, at) => ({
    who: [who],
    after: { percent: 80 + 4 * at },
  }))
  const reply = await fetch(`${subject.url}/api/console/escalation`, {
    method: 'POST',
    headers: { ...json, ...person },
    body: JSON.stringify({ name: 'Bench', reminders: [50, 90], levels }),
  })
  if (reply.status !== 201) throw new Error(`escalation policy: ${reply.status} ${await reply.text()}`)
}

/** Has agents of the demo ask until so many holds are open, and waits until their first level has been told. */
async function open(subject: Subject, pool: pg.Pool, count: number): Promise<void> {
  const http = client(atOnce)
  const { rows } = await pool.query(`select count(*)::integer as open from hold where status = 'pending'`)
  const missing = Math.max(0, count - Number(rows[0]?.open))
  let next = 0
  const ask = async (): Promise<void> => {
    for (let n = next++; n < missing; n = next++) {
      const agent = subject.demo.agents[n % subject.demo.agents.length]
      const reply = await http.send(
        `${subject.url}/api/v1/actions`,
        'POST',
        { ...json, authorization: `Bearer ${agent?.key}`, prefer: 'wait=0', 'idempotency-key': randomUUID() },
        JSON.stringify({ tool: 'demo.hold_me', operation: 'execute', params: { n }, deadline_seconds: 86_400 }),
      )
      if (reply.status !== 202) throw new Error(`hold: ${reply.status} ${reply.text.slice(0, 200)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  http.close()
  await none(pool, untold, 120)
}

/** A sweep: how its work is made due, what wakes it, and what is left while it works. */
interface Sweep {
  readonly due: string
  readonly wakes: string
  readonly left: string
}

/** So many open holds, chosen by chance as far as their order in time goes. */
const some = `select id from hold where status = 'pending' order by md5(id) limit $1`
const sweeps = {
  /** Their time is over: hold, decision and event are written, and whoever waits is answered. */
  ends: {
    due: `update hold set expires_at = greatest(opened_at + interval '1 microsecond', now() - interval '1 second'), due_at = now() - interval '1 second' where id in (${some})`,
    wakes: 'containment',
    left: `select 1 from hold where status = 'pending' and due_at <= now()`,
  },
  /** Somebody cannot judge them: the next level is told, as `pass` has it. */
  levels: {
    due: `with chosen as (${some}), noted as (update hold_escalation e set hurried = level + 1 from chosen c where e.hold_id = c.id)
      update hold h set next_level_at = now() - interval '1 second' from chosen c where h.id = c.id`,
    wakes: 'escalation',
    left: untold,
  },
} as const satisfies Record<string, Sweep>

/** As if time had passed, which no statement may pretend: the owner of the database looks away from what guards that. */
async function makeDue(pool: pg.Pool, due: string, count: number): Promise<number | null> {
  const owner = await pool.connect()
  try {
    await owner.query('begin')
    await owner.query('set local session_replication_role = replica')
    const { rowCount } = await owner.query(due, [count])
    await owner.query('commit')
    return rowCount
  } finally {
    owner.release()
  }
}

/**
 * Makes so many due at once, wakes the engine as an instance tells another, and waits until none is left: milliseconds.
 * The middle of several, as whatever else the machine does comes and goes.
 */
async function sweep(pool: pg.Pool, { due, wakes, left }: Sweep, count: number, times: number): Promise<number> {
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    await none(pool, left, 60)
    if ((await makeDue(pool, due, count)) !== count) throw new Error(`not ${count} were made due`)
    const began = performance.now()
    await pool.query('select pg_notify($1, $2)', ['holdpoint', JSON.stringify(['bench', [wakes, '*']])])
    await none(pool, left, 60)
    took.push(performance.now() - began)
  }
  return percentile(took, 0.5)
}

/**
 * Ten thousand open holds with escalation running: the queue and what is seen of it, and sweeps, whose cost is to be that of what
 * is due and not of what is open.
 */
export async function measureHolds({ subject, pool, who, add }: Stage): Promise<void> {
  await writePolicy(subject)
  const counts = [10, 100, 1_000] as const
  const took = new Map<string, number>()
  for (const opened of [1_000, 10_000]) {
    process.stdout.write(`Opening ${whole(opened)} holds …\n`)
    for (const [name, what] of Object.entries(sweeps))
      for (const due of counts) {
        await open(subject, pool, opened)
        took.set(`${name} ${due} ${opened}`, await sweep(pool, what, due, due < 1_000 ? 5 : 1))
      }
  }
  await open(subject, pool, 10_000)
  for (const path of ['', '&spread=1', '&mine=1'].map(more => `/api/console/holds?status=open${more}`))
    for (const p95 of (await lists(who, [path])).values())
      add({
        what: `GET ${path} with 10,000 open, p95`,
        measured: ms(p95),
        against: 'an escalation policy of five levels',
        aim: '≤ 50 ms',
        met: p95 <= 50,
      })
  for (const [name, what] of [
    ['ends', 'holds whose time is over'],
    ['levels', 'levels that are due'],
  ])
    for (const due of counts) {
      const [few, many] = [took.get(`${name} ${due} 1000`) ?? 0, took.get(`${name} ${due} 10000`) ?? 0]
      add({
        what: `sweep of ${whole(due)} ${what}, of 10,000 open`,
        measured: `${ms(many)}, ${(many / due).toFixed(2)} ms each`,
        against: `${ms(few)} of 1,000 open`,
        aim: '≤ 2 ×',
        met: many <= 2 * few,
      })
    }
  const seen = percentile(await visible(subject, who, 60), 0.95)
  add({
    what: 'submission → in an open client’s list with 10,000 open, p95',
    measured: ms(seen),
    against: 'hint over the socket, then the list',
    aim: '≤ 250 ms',
    met: seen <= 250,
  })
}
