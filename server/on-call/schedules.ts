import type { Absence, Schedule } from '@/lib/on-call/on-call'
import { peopleOf } from '@/lib/on-call/rota'
import type { Reader } from '@/server/db/tx'
import { findPeople, type Named } from './people-store'
import {
  type AbsenceRow,
  listAbsences,
  listOverrides,
  listSchedules,
  type OverrideRow,
  type ScheduleRow,
} from './store'

/** A schedule with all that bears on it in some time. */
export interface Loaded {
  readonly row: ScheduleRow
  readonly schedule: Schedule
  readonly overrides: readonly OverrideRow[]
  /** Of the people whom it may name. */
  readonly absences: readonly AbsenceRow[]
}

/** Schedules and the names of whom they name. */
export interface LoadedAll {
  readonly all: readonly Loaded[]
  readonly people: ReadonlyMap<string, Named>
}

/** Loads live schedules (all, or those of these ids) with the overrides and absences between two moments. */
export async function loadSchedules(
  db: Reader,
  ids: readonly string[] | null,
  from: Date,
  until: Date,
): Promise<LoadedAll> {
  const [rows, absences] = await Promise.all([listSchedules(db, ids), listAbsences(db, from, until)])
  const overrides = await listOverrides(
    db,
    rows.map(row => row.id),
    from,
    until,
  )
  const named = [
    ...rows.flatMap(namedIn),
    ...overrides.flatMap(one => [one.person_id, one.by]),
    ...absences.flatMap(one => [one.person_id, one.by, ...(one.stand_in_id ? [one.stand_in_id] : [])]),
  ]
  const people = new Map((await findPeople(db, [...new Set(named)])).map(one => [one.id, one]))
  const all = rows.map(row =>
    loadedOf(
      row,
      overrides.filter(one => one.schedule_id === row.id),
      absences,
      people,
    ),
  )
  return { all, people }
}

const namedIn = ({ rota, kept }: ScheduleRow) => [
  ...(rota ? peopleOf(rota) : []),
  ...(kept?.entries.flatMap(one => (one.person_id ? [one.person_id] : [])) ?? []),
]

function loadedOf(
  row: ScheduleRow,
  overrides: readonly OverrideRow[],
  absences: readonly AbsenceRow[],
  people: ReadonlyMap<string, Named>,
): Loaded {
  const named = new Set([...namedIn(row), ...overrides.map(one => one.person_id)])
  const own = absences.filter(one => named.has(one.person_id))
  const standIns = own.flatMap(one => (one.stand_in_id ? [one.stand_in_id] : []))
  const bearing = absences.filter(one => named.has(one.person_id) || standIns.includes(one.person_id))
  // Whoever has left is never on call: an absence without an end, that nobody stands in for.
  const left: Absence[] = [...named, ...standIns]
    .filter(id => people.get(id)?.active !== true)
    .map(person_id => ({ person_id, stand_in_id: null, from: new Date(-8.64e15), until: new Date(8.64e15) }))
  const turns = row.kept?.entries.flatMap(({ person_id, ...span }) => (person_id ? [{ ...span, person_id }] : [])) ?? []
  return {
    row,
    overrides,
    absences: own,
    schedule: {
      name: row.name,
      time_zone: row.time_zone,
      plan: row.rota ? { kind: 'rota', rota: row.rota } : { kind: 'calendar', turns },
      overrides,
      absences: [...bearing, ...left],
    },
  }
}

const ahead = 40 * 86_400_000

/**
 * The live schedules of these ids as `onCallAt` reads them around a moment (and five weeks on), by id; one that was removed
 * is not in it. People who have left are absent in them.
 */
export async function schedulesAt(db: Reader, ids: readonly string[], at: Date): Promise<Map<string, Schedule>> {
  const { all } = await loadSchedules(db, ids, at, new Date(at.getTime() + ahead))
  return new Map(all.map(one => [one.row.id, one.schedule]))
}
