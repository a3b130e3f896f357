import type { AskedRow } from '@/lib/report/asked'
import type { Reader } from '@/server/db/tx'

/** Of one agent no more actions than this are counted, newest first. */
export const mostActions = 20_000

export interface AgentAsked extends AskedRow {
  readonly agent_id: string
  /** Within the last part of the time. */
  readonly late: number
}

/**
 * What these agents asked from then on, by how it stands; `late` counts those from the second time on. `least` is the id
 * before which nothing can be that old: ids carry the time that they were made.
 */
export function askedSince(
  db: Reader,
  agents: readonly string[],
  { from, late, least }: { readonly from: Date; readonly late: Date; readonly least: string },
): Promise<AgentAsked[]> {
  return db.query<AgentAsked>(
    `select g.id as agent_id, a.status, a.outcome, count(*)::integer as count, (count(*) filter (where a.created_at >= $4))::integer as late
     from unnest($1::text[]) as g(id)
     cross join lateral (select status, outcome, created_at from action where agent_id = g.id and id >= $2 order by id desc limit $5) a
     where a.created_at >= $3 group by 1, 2, 3`,
    [agents, least, from, late, mostActions],
  )
}

/** How many holds of these agents are open. */
export function openHolds(db: Reader, agents: readonly string[]): Promise<{ agent_id: string; count: number }[]> {
  return db.query(
    `select agent_id, count(*)::integer as count from hold where agent_id = any($1) and status = 'pending' group by 1`,
    [agents],
  )
}

/** To whom the digest of this week was written. */
export async function digestedIn(db: Reader, subject: string, kind: string): Promise<Set<string>> {
  const rows = await db.query<{ destination: string }>(
    'select destination from delivery where subject_id = $1 and kind = $2',
    [subject, kind],
  )
  return new Set(rows.map(row => row.destination))
}
