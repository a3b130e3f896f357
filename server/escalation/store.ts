import type { Calendar } from '@/lib/access/calendar'
import type { EscalationPolicy, Level, Reminder } from '@/lib/escalation/policy'
import type { Made, Progress } from '@/lib/escalation/timeline'
import type { PersonId } from '@/lib/kernel/id'
import type { Absence } from '@/lib/on-call/on-call'
import type { Reader, Tx } from '@/server/db/tx'
import { type HoldRow, holdColumns, holdFrom, type RawHold, toHold } from '@/server/hold/store'

/** A written policy. */
export interface PolicyRow extends EscalationPolicy {
  readonly id: string
  readonly created_by: PersonId
  readonly created_at: Date
  readonly version: number
}

interface RawPolicy {
  readonly id: string
  readonly name: string
  readonly team_id: string | null
  readonly min_risk: number
  readonly calendar: string | null
  readonly reminders: string
  readonly levels: string
  readonly created_by: PersonId
  readonly created_at: Date
  readonly version: number
}

const toPolicy = (raw: RawPolicy): PolicyRow => ({
  ...raw,
  calendar: raw.calendar === null ? null : (JSON.parse(raw.calendar) as Calendar),
  reminders: JSON.parse(raw.reminders) as Reminder[],
  levels: JSON.parse(raw.levels) as Level[],
})
const policyColumns = 'id, name, team_id, min_risk, calendar, reminders, levels, created_by, created_at, version'

/** Every policy that counts; there are few. */
export async function loadPolicies(db: Reader): Promise<PolicyRow[]> {
  const rows = await db.query<RawPolicy>(
    `select ${policyColumns} from escalation_policy where removed_at is null order by team_id nulls first, min_risk, id`,
    [],
    'load-escalation',
  )
  return rows.map(toPolicy)
}

/** A hold with how far its escalation has come. */
export interface Escalating {
  readonly hold: HoldRow
  readonly progress: Progress
}

interface RawProgress {
  readonly level: number | null
  readonly hurried: number | null
  readonly steps: string | null
}

const toProgress = ({ level, hurried, steps }: RawProgress): Progress => ({
  level: level ?? 0,
  hurried: hurried ?? 0,
  made: (JSON.parse(steps ?? '[]') as (Omit<Made, 'at'> & { at: string })[]).map(one => ({
    ...one,
    at: new Date(one.at),
  })),
})

/** Holds about which somebody is to be told something now, locked: what is due, however many are open. */
export async function lockNextLevels(tx: Tx, limit: number): Promise<Escalating[]> {
  const rows = await tx.query<RawHold & RawProgress>(
    `select ${holdColumns}, e.level, e.hurried, e.steps ${holdFrom} left join hold_escalation e on e.hold_id = h.id
     where h.status = 'pending' and h.next_level_at <= holdpoint.now() order by h.next_level_at limit $1
     for update of h skip locked`,
    [limit],
    'lock-next-levels',
  )
  return rows.map(({ level, hurried, steps, ...raw }) => ({
    hold: toHold(raw),
    progress: toProgress({ level, hurried, steps }),
  }))
}

/** How far one hold has come. */
export async function readProgress(db: Reader, hold: string): Promise<Progress> {
  const [row] = await db.query<RawProgress>('select level, hurried, steps from hold_escalation where hold_id = $1', [
    hold,
  ])
  return toProgress(row ?? { level: null, hurried: null, steps: null })
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

/** Who is away from `from` on, or will be. */
export async function loadAbsences(db: Reader, from: Date): Promise<Absence[]> {
  return db.query<Absence>(
    `select person_id, stand_in_id, from_at as "from", until_at as until from on_call_absence
     where removed_at is null and until_at > $1 order by until_at limit 5000`,
    [from],
    'load-absences',
  )
}
