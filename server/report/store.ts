import type { HoldFact, ReviewFact } from '@/lib/report/figures'
import type { Reader, Tx } from '@/server/db/tx'

/** Reports read no more holds than this, newest first, and say so. */
export const mostHolds = 10_000
const mostReviews = 5_000

/** What of the holds that ended since then counts: those that were put to people as tests do not. */
const factColumns = `h.id, h.status, h.opened_at, h.decided_at,
  h.status = 'approved' and (a.outcome = 'rolled_back' or exists (
    select 1 from containment k where k.target_type = 'agent' and k.target_id = h.agent_id
      and k.created_at > h.decided_at and k.created_at <= h.decided_at + interval '24 hours')) is true as regretted`
const factFrom = `from hold h left join action a on a.id = h.action_id`
const untested = 'not exists (select 1 from canary_agent c where c.agent_id = h.agent_id)'

/** Holds that ended since then, of these teams (null: all), newest first. */
export function endedHolds(db: Reader, teams: readonly string[] | null, since: Date): Promise<HoldFact[]> {
  const team = teams === null ? '' : 'and h.team_id = any($3)'
  return db.query<HoldFact>(
    `select ${factColumns} ${factFrom} where h.status <> 'pending' and h.decided_at >= $1 and ${untested} ${team}
     order by h.decided_at desc limit $2`,
    teams === null ? [since, mostHolds + 1] : [since, mostHolds + 1, teams],
  )
}

/** These holds, as far as they have ended. */
export function endedAmong(db: Reader, ids: readonly string[]): Promise<HoldFact[]> {
  return db.query<HoldFact>(
    `select ${factColumns} ${factFrom} where h.id = any($1) and h.status <> 'pending' and ${untested}`,
    [ids],
  )
}

const reviewColumns = 'hold_id, person_id, verdict, created_at as at, dwell_ms, shown_chars'
const counts = `verdict in ('approve', 'reject') and voided_at is null and measured_at is not null`

/** Verdicts on these holds. */
export function reviewsOf(db: Reader, holds: readonly string[]): Promise<ReviewFact[]> {
  return db.query<ReviewFact>(`select ${reviewColumns} from review where hold_id = any($1) and ${counts}`, [holds])
}

/** One person's verdicts since then, newest first. */
export function reviewsBy(db: Reader, person: string, since: Date): Promise<ReviewFact[]> {
  return db.query<ReviewFact>(
    `select ${reviewColumns} from review where person_id = $1 and created_at >= $2 and ${counts} order by created_at desc limit $3`,
    [person, since, mostReviews],
  )
}

export interface HurryRow {
  readonly person_id: string
  readonly at: Date
  readonly approvals: number
}

/** When these people hurried since then, newest first. */
export function hurriesOf(db: Reader, people: readonly string[], since: Date): Promise<HurryRow[]> {
  return db.query<HurryRow>(
    'select person_id, at, approvals from hurry where person_id = any($1) and at >= $2 order by at desc limit 1000',
    [people, since],
  )
}

export interface NamingRow {
  readonly id: string
  readonly reason: string
  readonly enabled_by: string
  readonly enabled_by_name: string | null
  readonly enabled_at: Date
}

/** Why names are shown now; null: they are not. */
export async function openNaming(db: Reader): Promise<NamingRow | null> {
  const [row] = await db.query<NamingRow>(
    `select n.id, n.reason, n.enabled_by, p.name as enabled_by_name, n.enabled_at
     from report_naming n left join person p on p.id = n.enabled_by where n.disabled_at is null`,
    [],
    'open-naming',
  )
  return row ?? null
}

/** False where names are shown already. */
export async function enableNaming(tx: Tx, id: string, by: string, reason: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `insert into report_naming (id, reason, enabled_by, enabled_at) values ($1, $2, $3, $4)
     on conflict ((true)) where disabled_at is null do nothing returning 1`,
    [id, reason, by, at],
  )
  return rows.length === 1
}

/** The id of what was ended; null where nothing was. */
export async function disableNaming(tx: Tx, by: string, at: Date): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    'update report_naming set disabled_by = $1, disabled_at = $2 where disabled_at is null returning id',
    [by, at],
  )
  return row?.id ?? null
}

/** Names of people by id. */
export async function peopleNames(db: Reader, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; name: string }>('select id, name from person where id = any($1)', [ids])
  return new Map(rows.map(row => [row.id, row.name]))
}
