import { windows } from '@/lib/gate/past'
import { recordset } from '@/server/db/recordset'
import type { Tx } from '@/server/db/tx'

/** An agent and a tool whose past is wanted: what was asked after `since`; null when nothing of it is known yet. */
export interface Wanted {
  readonly agent_id: string
  readonly tool: string
  readonly since: number | null
}

/** Asks of one agent and tool: one that is open (`id`), or several that ended alike. */
export interface PastRow {
  readonly agent_id: string
  readonly tool: string
  readonly id: string | null
  readonly asked: number
  readonly at: Date
  readonly oldest: Date
  readonly status: 'open' | 'counts' | 'refused' | 'neither'
  readonly currency: string
  readonly count: number
  readonly sum: string
}

/** So much of an agent's past with a tool is looked through when it is first wanted. */
export const lookedAt = 200_000
const wanted = recordset<Wanted>(
  [
    ['agent_id', 'text'],
    ['tool', 'text'],
    ['since', 'bigint'],
  ],
  1,
)
const seconds = Object.values(windows)
const longest = `(select holdpoint.now() - interval '${windows.month} seconds')`

/** The sixtieth of the narrowest window that an ask is in: what is in one is told as one. */
const sixtieth = seconds
  .map(
    window =>
      `when a.at > holdpoint.now() - interval '${window} seconds' then floor(extract(epoch from a.at) * 60 / ${window})`,
  )
  .join(' ')

const one = `a.id, a.asked, a.created_at as at, coalesce(a.currency, '') as currency, coalesce(a.amount, 0) as amount,
  case when a.operation = 'read' then 0 else 1 end as weight, case when a.status in ('held', 'deferred') then 'open'
    when a.status in ('allowed', 'approved') then 'counts' when a.status in ('denied', 'rejected') then 'refused'
    else 'neither' end as status`
const those = `from action a where a.agent_id = w.agent_id and a.tool = w.tool
  and (a.operation <> 'read' or a.expires_at is not null)`
const alone = `a.id, a.asked, a.at, a.at as oldest, a.status, a.currency, a.weight as count, (a.amount * a.weight)::text as sum`

const pastSql = `
  with wanted as (select * from ${wanted.from})
  select w.agent_id, w.tool, ${alone}
    from wanted w cross join lateral (select ${one} ${those} and a.asked > w.since order by a.asked) a where w.since is not null
  union all
  select a.agent_id, a.tool, ${alone} from (select a.agent_id, a.tool, ${one} from action a where a.id = any($4::text[])) a
  union all
  select w.agent_id, w.tool, case when a.status = 'open' then a.id end, max(a.asked), max(a.at), min(a.at), a.status, a.currency,
      sum(a.weight), sum(a.amount * a.weight)::text
    from wanted w cross join lateral (select ${one} ${those} and a.created_at > ${longest}
      order by a.asked desc limit ${lookedAt}) a
    where w.since is null
    group by w.agent_id, w.tool, 3, a.status, a.currency, case ${sixtieth} end`

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

/** What these agents have asked of these tools since, and how those that were open stand now. After the guard. */
export async function readPasts(tx: Tx, pairs: readonly Wanted[], open: readonly string[]): Promise<PastRow[]> {
  const rows = await tx.query<Omit<PastRow, 'asked' | 'count'> & { asked: string; count: string | number }>(
    pastSql,
    [...wanted.params(pairs), open],
    'read-pasts',
  )
  return rows.map(row => ({ ...row, asked: Number(row.asked), count: Number(row.count) }))
}
