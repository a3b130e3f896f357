import type { Calendar } from '@/lib/access/calendar'
import type { EscalationPolicy, Level, Reminder } from '@/lib/escalation/policy'
import { type Made, type Progress, untouched } from '@/lib/escalation/timeline'
import type { PersonId, TeamId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'
import { type HoldRow, holdColumns, holdFrom, type RawHold, toHold } from '@/server/hold/store'

/** A written policy. */
export interface PolicyRow extends EscalationPolicy {
  readonly id: string
  readonly written_by: PersonId
  readonly written_at: Date
  readonly version: number
}

interface RawPolicy {
  readonly id: string
  readonly name: string
  readonly team_id: TeamId | null
  readonly min_risk: number
  readonly calendar: string | null
  readonly reminders: string
  readonly levels: string
  readonly written_by: PersonId
  readonly written_at: Date
  readonly version: number
}

const toPolicy = (raw: RawPolicy): PolicyRow => ({
  ...raw,
  calendar: raw.calendar === null ? null : (JSON.parse(raw.calendar) as Calendar),
  reminders: JSON.parse(raw.reminders) as Reminder[],
  levels: JSON.parse(raw.levels) as Level[],
})
const policyColumns = 'id, name, team_id, min_risk, calendar, reminders, levels, written_by, written_at, version'

/** Every policy that counts; there are few. */
export async function loadPolicies(db: Reader): Promise<PolicyRow[]> {
  const rows = await db.query<RawPolicy>(
    `select ${policyColumns} from escalation_policy where removed_at is null order by team_id nulls first, min_risk, id`,
    [],
    'load-escalation',
  )
  return rows.map(toPolicy)
}

/** One that counts, locked. */
export async function lockPolicy(tx: Tx, id: string): Promise<PolicyRow | null> {
  const [row] = await tx.query<RawPolicy>(
    `select ${policyColumns} from escalation_policy where id = $1 and removed_at is null for update`,
    [id],
  )
  return row ? toPolicy(row) : null
}

const termsOf = ({ name, team_id, min_risk, calendar, reminders, levels }: EscalationPolicy) => [
  name,
  team_id,
  min_risk,
  calendar === null ? null : JSON.stringify(calendar),
  JSON.stringify(reminders),
  JSON.stringify(levels),
]

/** False where another has its name, or is for the same holds. */
export async function insertPolicy(
  tx: Tx,
  id: string,
  policy: EscalationPolicy,
  by: PersonId,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into escalation_policy (id, written_by, written_at, name, team_id, min_risk, calendar, reminders, levels)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [id, by, at, ...termsOf(policy)],
  )
  return rows.length === 1
}

/** Is another policy called so, or for the same holds? */
export async function isTaken(
  db: Reader,
  policy: Pick<EscalationPolicy, 'name' | 'team_id' | 'min_risk'>,
  but: string,
): Promise<boolean> {
  const rows = await db.query(
    `select 1 from escalation_policy where removed_at is null and id <> $1
       and (lower(name) = lower($2) or (team_id is not distinct from $3 and min_risk = $4)) limit 1`,
    [but, policy.name, policy.team_id, policy.min_risk],
  )
  return rows.length > 0
}

export async function updatePolicy(
  tx: Tx,
  id: string,
  policy: EscalationPolicy,
  by: PersonId,
  at: Date,
): Promise<void> {
  await tx.query(
    `update escalation_policy set written_by = $2, written_at = $3, name = $4, team_id = $5, min_risk = $6, calendar = $7,
       reminders = $8, levels = $9, version = version + 1 where id = $1`,
    [id, by, at, ...termsOf(policy)],
  )
}

export async function removePolicy(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query('update escalation_policy set removed_at = $2, version = version + 1 where id = $1', [id, at])
}

/** A hold with how far its escalation has come. */
export interface Escalating {
  readonly hold: HoldRow
  readonly progress: Progress
}

interface RawProgress {
  readonly level: number
  readonly hurried: number
  readonly steps: string
}

const toProgress = ({ level, hurried, steps }: RawProgress): Progress => ({
  level,
  hurried,
  made: (JSON.parse(steps) as (Omit<Made, 'at'> & { at: string })[]).map(one => ({
    ...one,
    at: new Date(one.at),
  })),
})

/**
 * Holds about which somebody is to be told something now, locked: what is due, however many are open. How far they have come
 * is read once they are locked, so that a level that was hurried meanwhile is seen.
 */
export async function lockNextLevels(tx: Tx, limit: number): Promise<Escalating[]> {
  const holds = await tx.query<RawHold>(
    // Asked for once, so that the index finds what is due and nothing else is looked at.
    `select ${holdColumns} ${holdFrom} where h.status = 'pending' and h.next_level_at <= (select holdpoint.now())
     order by h.next_level_at limit $1 for update of h skip locked`,
    [limit],
    'lock-next-levels',
  )
  if (holds.length === 0) return []
  const rows = await tx.query<RawProgress & { hold_id: string }>(
    'select hold_id, level, hurried, steps from hold_escalation where hold_id = any($1)',
    [holds.map(one => one.id)],
    'read-progress',
  )
  const progress = new Map(rows.map(row => [row.hold_id, toProgress(row)]))
  return holds.map(raw => ({ hold: toHold(raw), progress: progress.get(raw.id) ?? untouched }))
}

/** The level that each of these holds has come to; who is not among them is at none. */
export async function readLevels(db: Reader, holds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ hold_id: string; level: number }>(
    'select hold_id, level from hold_escalation where hold_id = any($1)',
    [holds],
    'read-levels',
  )
  return new Map(rows.map(row => [row.hold_id, row.level]))
}

/** How far one hold has come. */
export async function readProgress(db: Reader, hold: string): Promise<Progress> {
  const [row] = await db.query<RawProgress>('select level, hurried, steps from hold_escalation where hold_id = $1', [
    hold,
  ])
  return row ? toProgress(row) : untouched
}

/** Saves how far holds have come, and when to look at them next. They are locked. */
export async function saveProgress(
  tx: Tx,
  rows: readonly { readonly id: string; readonly progress: Progress; readonly next: Date | null }[],
): Promise<void> {
  await tx.query(
    `with given as (select * from unnest($1::text[], $2::integer[], $3::text[], $4::timestamptz[]) as g(id, level, steps, next)),
       timed as (update hold h set next_level_at = g.next from given g where h.id = g.id returning h.id)
     insert into hold_escalation (hold_id, level, steps) select g.id, g.level, g.steps from given g join timed using (id)
     on conflict (hold_id) do update set level = excluded.level, steps = excluded.steps`,
    [
      rows.map(one => one.id),
      rows.map(one => one.progress.level),
      rows.map(one => JSON.stringify(one.progress.made)),
      rows.map(one => one.next),
    ],
    'save-progress',
  )
}

/** Who has said yes or no to these holds, and still means it. */
export async function reviewersOf(db: Reader, holds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await db.query<{ hold_id: string; people: string[] }>(
    `select hold_id, array_agg(person_id) as people from review
     where hold_id = any($1) and verdict in ('approve', 'reject') and voided_at is null group by 1`,
    [holds],
    'reviewers-of',
  )
  return new Map(rows.map(row => [row.hold_id, new Set(row.people)]))
}

/** Makes the level after the one that was reached due at `at`; a hold that has ended stays as it is. */
export async function hurryLevel(tx: Tx, hold: string, at: Date): Promise<void> {
  await tx.query(
    `with due as (update hold set next_level_at = $2 where id = $1 and status = 'pending' returning id)
     insert into hold_escalation (hold_id, hurried) select id, 1 from due
     on conflict (hold_id) do update set hurried = hold_escalation.level + 1`,
    [hold, at],
    'hurry-level',
  )
}
