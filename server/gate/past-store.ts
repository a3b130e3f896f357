import { windows } from '@/lib/gate/past'
import { recordset } from '@/server/db/recordset'
import type { Reader, Tx } from '@/server/db/tx'

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
  /** The numbers of the youngest and of the oldest of them. */
  readonly asked: number
  readonly least: number
  readonly at: Date
  readonly oldest: Date
  readonly status: 'open' | 'counts' | 'refused' | 'neither'
  readonly currency: string
  readonly count: number
  readonly sum: string
  /** How many were looked at for it. */
  readonly rows: number
}

/** So much of an agent's past with a tool is looked through at once: what is older, later and aside. */
export const lookedAt = 20_000
const wanted = recordset<Wanted>(
  [
    ['agent_id', 'text'],
    ['tool', 'text'],
    ['since', 'bigint'],
  ],
  1,
)
const seconds = Object.values(windows)

/** The sixtieth of the narrowest window that an ask may still count in: what is in one is told as one. */
const sixtieth = seconds
  .map(
    window =>
      `when a.at > n.at - interval '${(window * 61) / 60} seconds' then floor(extract(epoch from a.at) * 60 / ${window})`,
  )
  .join(' ')

const one = `a.id, a.asked, a.created_at as at, coalesce(a.currency, '') as currency, coalesce(a.amount, 0) as amount,
  case when a.operation = 'read' then 0 else 1 end as weight, case when a.status in ('held', 'deferred') then 'open'
    when a.status in ('allowed', 'approved') then 'counts' when a.status in ('denied', 'rejected') then 'refused'
    else 'neither' end as status`
const counted = `(a.operation <> 'read' or a.expires_at is not null)`
const alone = `a.id, a.asked, a.asked as least, a.at, a.at as oldest, a.status, a.currency, a.weight as count, (a.amount * a.weight)::text as sum, 1 as rows`

/** The newest of them, those that count alike in one sixtieth as one. */
const newest = (which: string) => `
  select a.agent_id, a.tool, case when a.status = 'open' then a.id end as id, max(a.asked) as asked, min(a.asked) as least,
      max(a.at) as at, min(a.at) as oldest, a.status, a.currency, sum(a.weight) as count, sum(a.amount * a.weight)::text as sum,
      count(*) as rows
    from (select holdpoint.now() as at) n, ${which}
    group by a.agent_id, a.tool, 3, a.status, a.currency, case ${sixtieth} end`
const recent = `${counted} and a.created_at > n.at - interval '${windows.month} seconds'`

const pastSql = `
  with wanted as (select * from ${wanted.from})
  select a.agent_id, a.tool, ${alone}
    from wanted w cross join lateral (select a.agent_id, a.tool, ${one} from action a
      where a.agent_id = w.agent_id and a.tool = w.tool and ${counted} and a.asked > w.since order by a.asked) a
    where w.since is not null
  union all
  select a.agent_id, a.tool, ${alone} from (select a.agent_id, a.tool, ${one} from action a where a.id = any($4::text[])) a
  union all ${newest(`wanted w cross join lateral (select a.agent_id, a.tool, ${one} from action a
      where w.since is null and a.agent_id = w.agent_id and a.tool = w.tool and ${recent} order by a.asked desc limit ${lookedAt}) a`)}`

const olderSql = newest(`lateral (select a.agent_id, a.tool, ${one} from action a
  where a.agent_id = $1 and a.tool = $2 and ${recent} and a.asked < $3 order by a.asked desc limit ${lookedAt}) a`)

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

type Counted = 'asked' | 'least' | 'count' | 'rows'
/** Whole numbers that PostgreSQL adds up are longer than ours, and come as text. */
type Raw = Omit<PastRow, Counted> & Readonly<Record<Counted, string | number>>
const toRow = (row: Raw): PastRow => ({
  ...row,
  asked: Number(row.asked),
  least: Number(row.least),
  count: Number(row.count),
  rows: Number(row.rows),
})

/** What these agents have asked of these tools since, and how those that were open stand now. After the guard. */
export async function readPasts(tx: Tx, pairs: readonly Wanted[], open: readonly string[]): Promise<PastRow[]> {
  return (await tx.query<Raw>(pastSql, [...wanted.params(pairs), open], 'read-pasts')).map(toRow)
}

/** What this agent asked of this tool before the ask with the number `least`. At any time: nothing is asked in the past. */
export async function readOlder(
  db: Reader,
  { agent_id, tool }: Pick<Wanted, 'agent_id' | 'tool'>,
  least: number,
): Promise<PastRow[]> {
  return (await db.query<Raw>(olderSql, [agent_id, tool, least], 'read-older-past')).map(toRow)
}
