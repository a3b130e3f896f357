import { isTimeZone } from '@/lib/access/calendar'
import type { PersonId, TeamId } from '@/lib/kernel/id'
import type { Absence, Turn } from '@/lib/on-call/on-call'
import type { Rota } from '@/lib/on-call/rota'
import type { Reader, Tx } from '@/server/db/tx'
import type { Entry } from './occurrences'

/** An entry of a calendar, with the person whom it means; null: nobody here. */
export interface MatchedEntry extends Omit<Entry, 'emails'> {
  readonly person_id: PersonId | null
}
/** What a calendar said when it could be read last. */
export interface Kept {
  readonly entries: readonly MatchedEntry[]
  readonly notes: readonly string[]
}

/** A schedule as it is stored. */
export interface ScheduleRow {
  readonly id: string
  readonly name: string
  readonly team_id: TeamId | null
  readonly team_name: string | null
  readonly time_zone: string
  readonly rota: Rota | null
  readonly calendar_url: string | null
  readonly kept: Kept | null
  readonly digest: string | null
  readonly tried_at: Date | null
  readonly read_at: Date | null
  readonly failed_at: Date | null
  readonly error: string | null
  readonly created_at: Date
  readonly version: number
}

type Stored = Omit<ScheduleRow, 'rota' | 'kept'> & { readonly rota: string | null; readonly entries: string | null }

const columns = `s.id, s.name, s.team_id, t.name as team_name, s.time_zone, s.rota, s.calendar_url, s.entries, s.digest,
  s.tried_at, s.read_at, s.failed_at, s.error, s.created_at, s.version`
const from = 'from on_call_schedule s left join team t on t.id = s.team_id'

function rowOf({ rota, entries, ...rest }: Stored): ScheduleRow {
  const kept =
    entries === null
      ? null
      : (JSON.parse(entries) as { entries: [number, number, PersonId | null, string][]; notes: string[] })
  return {
    ...rest,
    // A zone that this runtime does not know (any more) is UTC: somebody is on call all the same.
    time_zone: isTimeZone(rest.time_zone) ? rest.time_zone : 'UTC',
    rota: rota === null ? null : (JSON.parse(rota) as Rota),
    kept: kept && {
      notes: kept.notes,
      entries: kept.entries.map(([start, end, person_id, title]) => ({
        from: new Date(start),
        until: new Date(end),
        person_id,
        title,
      })),
    },
  }
}

/** Live schedules by name; with ids, those alone. */
export async function listSchedules(db: Reader, ids: readonly string[] | null = null): Promise<ScheduleRow[]> {
  const rows = await db.query<Stored>(
    `select ${columns} ${from} where s.removed_at is null and ($1::text[] is null or s.id = any($1)) order by lower(s.name)`,
    [ids],
  )
  return rows.map(rowOf)
}

/** One that is not removed; `lock` keeps it until the end of the transaction. */
export async function findSchedule(db: Reader, id: string, lock = false): Promise<ScheduleRow | null> {
  const [row] = await db.query<Stored>(
    `select ${columns} ${from} where s.id = $1 and s.removed_at is null ${lock ? 'for update of s' : ''}`,
    [id],
  )
  return row ? rowOf(row) : null
}

/** What people say of a schedule. */
export interface Said {
  readonly name: string
  readonly time_zone: string
  readonly rota: Rota | null
  readonly calendar_url: string | null
}

/** False where another has its name. */
export async function insertSchedule(
  tx: Tx,
  id: string,
  team: TeamId | null,
  said: Said,
  by: PersonId,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into on_call_schedule (id, name, team_id, time_zone, rota, calendar_url, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (lower(name)) where removed_at is null do nothing returning id`,
    [id, said.name, team, said.time_zone, said.rota && JSON.stringify(said.rota), said.calendar_url, by, at],
  )
  return rows.length === 1
}

/** Saves what is said of it. Where it is another calendar than before, nothing is kept of the old one. */
export async function updateSchedule(tx: Tx, was: ScheduleRow, said: Said): Promise<void> {
  const other = was.calendar_url !== said.calendar_url
  await tx.query(
    `update on_call_schedule set name = $2, time_zone = $3, rota = $4, calendar_url = $5, version = version + 1
       ${other ? ', entries = null, digest = null, tried_at = null, read_at = null, failed_at = null, error = null' : ''}
     where id = $1`,
    [was.id, said.name, said.time_zone, said.rota && JSON.stringify(said.rota), said.calendar_url],
  )
}

/** Does another live schedule have this name? */
export async function isNameTaken(db: Reader, name: string, but: string): Promise<boolean> {
  const rows = await db.query(
    'select 1 from on_call_schedule where lower(name) = lower($1) and id <> $2 and removed_at is null',
    [name, but],
  )
  return rows.length > 0
}

export async function countSchedules(db: Reader): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::integer as count from on_call_schedule where removed_at is null',
  )
  return row?.count ?? 0
}

/** The row stays, since escalations and the log name it; the calendar's address and entries do not. */
export async function removeSchedule(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query(
    `update on_call_schedule set removed_at = $2, entries = null, version = version + 1,
       calendar_url = case when calendar_url is null then null else 'removed' end where id = $1`,
    [id, at],
  )
}

/** Takes calendars that were asked longest ago, before `before`: no other instance asks them meanwhile. */
export async function claimCalendars(db: Reader, before: Date, limit: number): Promise<ScheduleRow[]> {
  const rows = await db.query<{ id: string }>(
    `update on_call_schedule set tried_at = holdpoint.now() where id in (
       select id from on_call_schedule where removed_at is null and calendar_url is not null
         and (tried_at is null or tried_at < $1) order by tried_at nulls first limit $2 for update skip locked)
     returning id`,
    [before, limit],
  )
  return rows.length === 0
    ? []
    : listSchedules(
        db,
        rows.map(one => one.id),
      )
}

/** Keeps what a calendar said. */
export async function keepEntries(
  tx: Tx,
  id: string,
  { entries, notes }: Kept,
  digest: string,
  at: Date,
): Promise<void> {
  const written = entries.map(one => [one.from.getTime(), one.until.getTime(), one.person_id, one.title])
  await tx.query(
    `update on_call_schedule set entries = $2, digest = $3, read_at = $4, tried_at = $4, failed_at = null, error = null where id = $1`,
    [id, JSON.stringify({ entries: written, notes }), digest, at],
  )
}

/** Notes that a calendar could not be read; what it said last stays. */
export async function noteUnread(tx: Tx, id: string, error: string, at: Date): Promise<void> {
  await tx.query(
    'update on_call_schedule set failed_at = coalesce(failed_at, $2), tried_at = $2, error = $3 where id = $1',
    [id, at, error.slice(0, 300)],
  )
}

/** Somebody takes over, as it is stored. */
export interface OverrideRow extends Turn {
  readonly id: string
  readonly schedule_id: string
  readonly by: PersonId
}
/** Somebody is away, as it is stored. */
export interface AbsenceRow extends Absence {
  readonly id: string
  readonly by: PersonId
}

/** Overrides of these schedules that touch a time, the oldest first. */
export function listOverrides(
  db: Reader,
  schedules: readonly string[],
  start: Date,
  end: Date,
): Promise<OverrideRow[]> {
  return db.query<OverrideRow>(
    `select id, schedule_id, person_id, from_at as from, until_at as until, created_by as by from on_call_override
     where schedule_id = any($1) and removed_at is null and until_at > $2 and from_at < $3 order by id limit 10000`,
    [schedules, start, end],
  )
}

export async function countOverrides(db: Reader, schedule: string, start: Date): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::integer as count from on_call_override where schedule_id = $1 and removed_at is null and until_at > $2',
    [schedule, start],
  )
  return row?.count ?? 0
}

export async function insertOverride(tx: Tx, row: OverrideRow, at: Date): Promise<void> {
  await tx.query(
    `insert into on_call_override (id, schedule_id, person_id, from_at, until_at, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.schedule_id, row.person_id, row.from, row.until, row.by, at],
  )
}

/** False where it is not there, or was withdrawn before. */
export async function withdrawOverride(tx: Tx, schedule: string, id: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    'update on_call_override set removed_at = $3 where schedule_id = $1 and id = $2 and removed_at is null returning id',
    [schedule, id, at],
  )
  return rows.length === 1
}

/** Absences that touch a time, the oldest first. */
export function listAbsences(db: Reader, start: Date, end: Date): Promise<AbsenceRow[]> {
  return db.query<AbsenceRow>(
    `select id, person_id, stand_in_id, from_at as from, until_at as until, created_by as by from on_call_absence
     where removed_at is null and until_at > $1 and from_at < $2 order by id limit 2000`,
    [start, end],
  )
}

export async function countAbsences(db: Reader, start: Date): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::integer as count from on_call_absence where removed_at is null and until_at > $1',
    [start],
  )
  return row?.count ?? 0
}

export async function findAbsence(db: Reader, id: string): Promise<AbsenceRow | null> {
  const [row] = await db.query<AbsenceRow>(
    `select id, person_id, stand_in_id, from_at as from, until_at as until, created_by as by from on_call_absence
     where id = $1 and removed_at is null`,
    [id],
  )
  return row ?? null
}

export async function insertAbsence(tx: Tx, row: AbsenceRow, at: Date): Promise<void> {
  await tx.query(
    `insert into on_call_absence (id, person_id, stand_in_id, from_at, until_at, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.person_id, row.stand_in_id, row.from, row.until, row.by, at],
  )
}

export async function withdrawAbsence(tx: Tx, id: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    'update on_call_absence set removed_at = $2 where id = $1 and removed_at is null returning id',
    [id, at],
  )
  return rows.length === 1
}
