import { mayEverywhere, mayIn, type SignedIn } from '@/lib/access/permission'
import { etagOf } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { gapReport } from '@/lib/on-call/gap-words'
import { lookAhead, onCallAt, type Schedule, shiftsBetween } from '@/lib/on-call/on-call'
import { clock } from '@/server/db/guard'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { originOf } from './calendar'
import type { Named } from './people-store'
import { type Loaded, loadSchedules } from './schedules'
import { type AbsenceRow, findSchedule, type Kept, listAbsences, type OverrideRow, type ScheduleRow } from './store'

type App = Pick<Instance, 'db'>
type People = ReadonlyMap<string, Named>
const day = 86_400_000
/** Gaps are looked for so far ahead. */
const weeksAhead = 28 * day
const margin = 42 * day
/** No override and no absence ends later. */
export const farAhead = 2 * 366 * day

export const mayChange = (person: SignedIn, { team_id }: Pick<ScheduleRow, 'team_id'>): boolean =>
  mayIn(person, 'on_call.write', team_id)

const nameOf = (people: People, id: string) => ({ id, name: people.get(id)?.name ?? null })

function nowOf(schedule: Schedule, people: People, at: Date) {
  const found = onCallAt(schedule, at)
  if (!found) return { at, person: null, until: null, because: '' }
  // What lies further ahead is not known to end there.
  const until = found.until.getTime() < at.getTime() + lookAhead ? found.until : null
  return { at, person: nameOf(people, found.person_id), until, because: found.because }
}

/** Who its entries name and nobody here is, the first twenty. */
export function unmatchedIn({ entries }: Kept): string[] {
  const titles = entries.filter(one => one.person_id === null).map(one => one.title || 'without a title')
  return [...new Set(titles)].slice(0, 20)
}

function calendarOf(row: ScheduleRow, may: boolean) {
  if (row.calendar_url === null) return null
  return {
    url: may ? row.calendar_url : originOf(row.calendar_url),
    entries: row.kept?.entries.length ?? 0,
    unmatched: row.kept ? unmatchedIn(row.kept) : [],
    notes: row.kept?.notes ?? [],
    read_at: row.read_at,
    failed_at: row.failed_at,
    error: row.error,
  }
}

function shown({ row, schedule }: Loaded, people: People, person: SignedIn, at: Date) {
  const may = mayChange(person, row)
  return {
    id: row.id,
    name: row.name,
    time_zone: row.time_zone,
    team: row.team_id && { id: row.team_id, name: row.team_name ?? '' },
    rota: row.rota,
    calendar: calendarOf(row, may),
    now: nowOf(schedule, people, at),
    gaps: gapReport(schedule, { from: at, until: new Date(at.getTime() + weeksAhead) }),
    may_change: may,
    created_at: row.created_at,
    etag: etagOf(row.version),
  }
}

const around = (at: Date) => [new Date(at.getTime() - 8 * day), new Date(at.getTime() + margin)] as const

/** Every schedule with who is on call now, and the gaps of the next four weeks. */
export async function showSchedules(app: App, person: SignedIn) {
  const db = reader(app.db.pool)
  const at = await clock(db)
  const { all, people } = await loadSchedules(db, null, ...around(at))
  return {
    items: all.map(one => shown(one, people, person, at)),
    next_cursor: null,
    may_add:
      mayEverywhere(person, 'on_call.write') ||
      person.roles.some(one => one.team_id !== null && mayIn(person, 'on_call.write', one.team_id)),
  }
}

async function loadedOne(app: App, id: string, from: Date, until: Date): Promise<{ one: Loaded; people: People }> {
  const { all, people } = await loadSchedules(reader(app.db.pool), [id], from, until)
  const [one] = all
  if (!one) throw new Refused('request.not_found')
  return { one, people }
}

const overrideShown = (people: People, one: OverrideRow) => ({
  id: one.id,
  person: nameOf(people, one.person_id),
  from: one.from,
  until: one.until,
  by: nameOf(people, one.by),
})

/** An absence as answers have it, to this person. */
export const absenceShown = (people: People, one: AbsenceRow, person: SignedIn) => ({
  id: one.id,
  person: nameOf(people, one.person_id),
  stand_in: one.stand_in_id && nameOf(people, one.stand_in_id),
  from: one.from,
  until: one.until,
  by: nameOf(people, one.by),
  may_remove: one.person_id === person.id || mayEverywhere(person, 'on_call.write'),
})

/** One schedule, with what takes over and who is away from now on. @throws Refused `request.not_found` */
export async function showSchedule(app: App, person: SignedIn, id: string) {
  const at = await clock(reader(app.db.pool))
  const { one, people } = await loadedOne(app, id, around(at)[0], new Date(at.getTime() + farAhead))
  const away = await listAbsences(reader(app.db.pool), at, new Date(at.getTime() + farAhead))
  // Those of its people; and what the reader said of anybody, so that nothing that was just said is out of sight.
  const named = new Set(one.absences.map(each => each.id))
  const concerns = (each: AbsenceRow) => named.has(each.id) || [each.by, each.person_id].includes(person.id)
  return {
    ...shown(one, people, person, at),
    people: [...people.values()].filter(each => each.active).map(({ id: key, name }) => ({ id: key, name })),
    overrides: one.overrides.filter(each => each.until > at).map(each => overrideShown(people, each)),
    absences: away.filter(concerns).map(each => absenceShown(people, each, person)),
  }
}

/** Who is on call now. @throws Refused `request.not_found` */
export async function showNow(app: App, id: string) {
  const at = await clock(reader(app.db.pool))
  const { one, people } = await loadedOne(app, id, ...around(at))
  return nowOf(one.schedule, people, at)
}

/** Shifts of a schedule as answers have them. */
export function shiftsShown(schedule: Schedule, people: People, from: Date, until: Date) {
  return {
    time_zone: schedule.time_zone,
    shifts: shiftsBetween(schedule, from, until).map(({ person_id, ...rest }) => ({
      ...rest,
      person: person_id && nameOf(people, person_id),
    })),
    gaps: gapReport(schedule, { from, until }),
  }
}

/** Every shift between two moments. @throws Refused `request.not_found` */
export async function showShifts(app: App, id: string, { from, to }: { from: Date; to: Date }) {
  const wide = [new Date(from.getTime() - 8 * day), new Date(to.getTime() + 8 * day)] as const
  const { one, people } = await loadedOne(app, id, ...wide)
  return shiftsShown(one.schedule, people, from, to)
}

/** Who is away from now on, by when they leave. */
export async function showAbsences(app: App, person: SignedIn) {
  const db = reader(app.db.pool)
  const at = await clock(db)
  const rows = await listAbsences(db, at, new Date(at.getTime() + farAhead))
  const { people } = await loadSchedules(db, [], at, new Date(at.getTime() + farAhead))
  const items = rows
    .toSorted((a, b) => a.from.getTime() - b.from.getTime())
    .map(one => absenceShown(people, one, person))
  return { items, next_cursor: null }
}

/** The row of a schedule that this person may change. @throws Refused 403, 404 */
export async function changeable(
  db: Parameters<typeof findSchedule>[0],
  person: SignedIn,
  id: string,
  lock = false,
): Promise<ScheduleRow> {
  const row = await findSchedule(db, id, lock)
  if (!row) throw new Refused('request.not_found')
  if (!mayChange(person, row)) throw new Refused('request.forbidden')
  return row
}
