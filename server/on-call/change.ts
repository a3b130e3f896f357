import { mayIn, type SignedIn } from '@/lib/access/permission'
import { matchesEtag } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { most, type ScheduleBody, type SchedulePatch } from '@/lib/on-call/contract'
import { onCallEvent } from '@/lib/on-call/events'
import { peopleOf, type Rota } from '@/lib/on-call/rota'
import { findTeam } from '@/server/application/store'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandCalendar, keep, originOf, readAgain } from './calendar'
import { findPeople, knownPeople } from './people-store'
import {
  countSchedules,
  insertSchedule,
  isNameTaken,
  removeSchedule,
  type Said,
  type ScheduleRow,
  updateSchedule,
} from './store'
import { changeable, shiftsShown, showSchedule, unmatchedIn } from './views'

const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })
const taken = () =>
  new Refused('on_call.exists', undefined, {
    errors: [{ pointer: '/name', message: 'Another schedule has this name' }],
  })

/** @throws Refused `request.invalid` where somebody in it is not here */
export async function demandActive(db: Reader, ids: readonly string[], pointer: string): Promise<void> {
  const found = new Set((await findPeople(db, ids)).filter(one => one.active).map(one => one.id))
  if (ids.some(id => !found.has(id))) throw wrong(pointer, 'Somebody in it is not an active person')
}

const demandRota = (db: Reader, rota: Rota | null) => (rota ? demandActive(db, peopleOf(rota), '/rota') : undefined)

const told = (id: string, team_id: string | null, said: Said) => ({
  schedule_id: id,
  name: said.name,
  team_id,
  time_zone: said.time_zone,
  rota: said.rota && JSON.stringify(said.rota),
  calendar: said.calendar_url && originOf(said.calendar_url),
})

async function written(tx: Tx, at: Date, id: string, event: ReturnType<typeof onCallEvent>): Promise<void> {
  tx.hint('on_call', [id])
  await record(tx, at, [event])
}

/** Makes a schedule; a calendar is read before it is believed. @throws Refused 403, `on_call.exists`, `on_call.unreadable` */
export async function addSchedule(app: Instance, person: SignedIn, body: ScheduleBody) {
  if (!mayIn(person, 'on_call.write', body.team_id)) throw new Refused('request.forbidden')
  const said: Said = {
    name: body.name,
    time_zone: body.time_zone,
    rota: body.rota ?? null,
    calendar_url: body.calendar_url ?? null,
  }
  const read = said.calendar_url === null ? null : await demandCalendar(app, said.calendar_url, said.time_zone)
  const id = newId('onc')
  await transact(app.db, async tx => {
    if (body.team_id && !(await findTeam(tx, body.team_id))) throw wrong('/team_id', 'No such team')
    if ((await countSchedules(tx)) >= most.schedules)
      throw new Refused('on_call.limit', `At most ${most.schedules} schedules.`)
    await demandRota(tx, said.rota)
    const at = await clock(tx)
    if (!(await insertSchedule(tx, id, body.team_id, said, person.id, at))) throw taken()
    await written(
      tx,
      at,
      id,
      onCallEvent('on_call.added', { kind: 'person', id: person.id }, [id], told(id, body.team_id, said)),
    )
    if (read) await keep(tx, { id, digest: null, failed_at: null }, read, at)
  })
  return showSchedule(app, person, id)
}

const after = (row: ScheduleRow, patch: SchedulePatch): Said => ({
  name: patch.name ?? row.name,
  time_zone: patch.time_zone ?? row.time_zone,
  rota: patch.calendar_url === undefined ? (patch.rota ?? row.rota) : null,
  calendar_url: patch.rota === undefined ? (patch.calendar_url ?? row.calendar_url) : null,
})

/** Changes a schedule. @throws Refused 403, 404, 412, `on_call.exists`, `on_call.unreadable` */
export async function changeSchedule(
  app: Instance,
  person: SignedIn,
  id: string,
  patch: SchedulePatch,
  ifMatch: string | null,
) {
  const before = await changeable(reader(app.db.pool), person, id)
  if (!matchesEtag(ifMatch, before.version)) throw new Refused('request.precondition_failed')
  const said = after(before, patch)
  // In another zone a calendar's floating times are other moments: it is read again.
  const reads =
    said.calendar_url !== null && (said.calendar_url !== before.calendar_url || said.time_zone !== before.time_zone)
  const read = reads && said.calendar_url !== null ? await demandCalendar(app, said.calendar_url, said.time_zone) : null
  await transact(app.db, async tx => {
    const row = await changeable(tx, person, id, true)
    if (row.version !== before.version) throw new Refused('request.precondition_failed')
    if (patch.rota) await demandRota(tx, said.rota)
    if (await isNameTaken(tx, said.name, id)) throw taken()
    const at = await clock(tx)
    await updateSchedule(tx, row, said)
    await written(
      tx,
      at,
      id,
      onCallEvent('on_call.changed', { kind: 'person', id: person.id }, [id], told(id, row.team_id, said)),
    )
    if (read) await keep(tx, { id, digest: null, failed_at: null }, read, at)
  })
  return showSchedule(app, person, id)
}

/** Takes a schedule away. @throws Refused 403, 404 */
export async function dropSchedule(app: Instance, person: SignedIn, id: string): Promise<void> {
  await transact(app.db, async tx => {
    const row = await changeable(tx, person, id, true)
    const at = await clock(tx)
    await removeSchedule(tx, id, at)
    const data = { schedule_id: id, name: row.name }
    await written(tx, at, id, onCallEvent('on_call.removed', { kind: 'person', id: person.id }, [id], data))
  })
}

/** Reads its calendar, now. @throws Refused 403, 404 */
export async function readNow(app: Instance, person: SignedIn, id: string) {
  await readAgain(app, await changeable(reader(app.db.pool), person, id))
  return showSchedule(app, person, id)
}

const fourWeeks = 28 * 86_400_000

/** What a calendar says of the next four weeks, before it is used. @throws Refused 403, `on_call.unreadable` */
export async function previewCalendar(
  app: Instance,
  { calendar_url, time_zone }: { calendar_url: string; time_zone: string },
) {
  const read = await demandCalendar(app, calendar_url, time_zone)
  const db = reader(app.db.pool)
  const [at, known] = await Promise.all([clock(db), knownPeople(db)])
  const people = new Map(known.map(one => [one.id, { ...one, active: true }]))
  const turns = read.entries.flatMap(({ person_id, from, until }) => (person_id ? [{ person_id, from, until }] : []))
  const schedule = { name: 'it', time_zone, plan: { kind: 'calendar' as const, turns }, overrides: [], absences: [] }
  const named = [...new Set(turns.map(one => one.person_id))]
  return {
    ...shiftsShown(schedule, people, at, new Date(at.getTime() + fourWeeks)),
    entries: read.entries.length,
    unmatched: unmatchedIn(read),
    notes: [...read.notes],
    people: named.map(id => ({ id, name: people.get(id)?.name ?? '' })),
  }
}
