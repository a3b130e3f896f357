import { noPast, type Past, type Tally, windows } from '@/lib/gate/past'
import { parseDecimal } from '@/lib/kernel/decimal'
import { recordset } from '@/server/db/recordset'
import type { Tx } from '@/server/db/tx'

/** An agent and a tool whose past is wanted. */
export interface Wanted {
  readonly agent_id: string
  readonly tool: string
}

/** No more of an agent's past with a tool is looked at: what is beyond counts as all that there can be. */
const lookedAt = 20_000
const wanted = recordset<Wanted>(
  [
    ['agent_id', 'text'],
    ['tool', 'text'],
  ],
  1,
)
const seconds = Object.values(windows)

/** The narrowest window that an ask is in, by its place; those around it hold it too. */
const narrowest = seconds
  .slice(0, -1)
  .map((window, at) => `when h.created_at > n.at - interval '${window} seconds' then ${at}`)
  .join(' ')

const pastSql = `
  select q.agent_id, q.tool, coalesce(h.currency, '') as currency, h.within, count(*) as count,
    count(*) filter (where h.refused) as denied, coalesce(sum(h.amount) filter (where h.counts), 0)::text as sum
  from (select holdpoint.now() as at) n, (select distinct agent_id, tool from ${wanted.from}) q
  cross join lateral (select h.currency, h.amount, case ${narrowest} else ${seconds.length - 1} end as within,
      h.status in ('denied', 'rejected') as refused, h.status in ('allowed', 'approved', 'held', 'deferred') as counts
    from (select created_at, status, amount, currency from action a where a.agent_id = q.agent_id and a.tool = q.tool
      and a.operation <> 'read' and a.created_at > n.at - interval '${windows.month} seconds'
      order by a.created_at desc limit ${lookedAt}) h) h
  group by 1, 2, 3, 4`

/**
 * Lets nobody else decide for these agents until this transaction has ended, on any instance: what each asks next sees what
 * it asked before (G14). Before the guard; in one order, so that two batches never wait for each other.
 */
export async function lockPasts(tx: Tx, agents: readonly string[]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(key) from (select distinct hashtextextended('past/' || agent, 0) as key
       from unnest($1::text[]) as a(agent) order by 1) k`,
    [agents],
    'lock-pasts',
  )
}

/** What these agents have asked of these tools, by `agent_id/tool`. After the guard. */
export async function readPasts(tx: Tx, pairs: readonly Wanted[]): Promise<Map<string, Past>> {
  interface Row extends Wanted {
    readonly currency: string
    readonly within: number
    readonly count: string
    readonly denied: string
    readonly sum: string
  }
  const rows = await tx.query<Row>(pastSql, wanted.params(pairs), 'read-pasts')
  const found = new Map<string, Past>()
  for (const row of rows) {
    const slot = `${row.agent_id}/${row.tool}`
    const { tallies } = found.get(slot) ?? noPast
    const before = tallies.get(row.currency) ?? seconds.map(() => nothing)
    const more = { count: Number(row.count), denied: Number(row.denied), sum: scaled(row.sum) }
    const now = before.map((tally, at) => (at < row.within ? tally : added(tally, more)))
    found.set(slot, { beyond: false, tallies: new Map(tallies).set(row.currency, now) })
  }
  for (const [slot, past] of found) {
    const seen = [...past.tallies.values()].reduce((sum, tallies) => sum + (tallies.at(-1)?.count ?? 0), 0)
    if (seen >= lookedAt) found.set(slot, { ...past, beyond: true })
  }
  return found
}

const nothing: Tally = { count: 0, denied: 0, sum: 0n }
const added = (one: Tally, more: Tally): Tally => ({
  count: one.count + more.count,
  denied: one.denied + more.denied,
  sum: one.sum + more.sum,
})

/** A sum of amounts; one that is longer than any amount counts as the largest. */
function scaled(text: string | undefined): bigint {
  return parseDecimal(text ?? '0') ?? 9_223_372_036_854_775_807n
}
