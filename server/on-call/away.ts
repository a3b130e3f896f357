import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { type AbsenceBody, most, type OverrideBody } from '@/lib/on-call/contract'
import { onCallEvent } from '@/lib/on-call/events'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandActive } from './change'
import { isApprover } from './people-store'
import {
  countAbsences,
  countOverrides,
  findAbsence,
  insertAbsence,
  insertOverride,
  listAbsences,
  withdrawAbsence,
  withdrawOverride,
} from './store'
import { changeable, farAhead, showAbsences, showSchedule } from './views'

type App = Pick<Instance, 'db'>
const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })
const spanOf = (one: { readonly from: Date; readonly until: Date }) => ({
  from: one.from.toISOString(),
  until: one.until.toISOString(),
})

function demandNear(until: Date, at: Date): void {
  if (until <= at) throw wrong('/until', 'This time is over')
  if (until.getTime() > at.getTime() + farAhead) throw wrong('/until', 'Two years ahead at most')
}

/** Lets somebody take over for a time. @throws Refused 403, 404, `on_call.limit` */
export async function addOverride(app: App, person: SignedIn, schedule: string, body: OverrideBody) {
  const id = newId('onv')
  await transact(app.db, async tx => {
    await changeable(tx, person, schedule, true)
    await demandActive(tx, [body.person_id], '/person_id')
    const at = await clock(tx)
    demandNear(body.until, at)
    if ((await countOverrides(tx, schedule, at)) >= most.overrides)
      throw new Refused('on_call.limit', `At most ${most.overrides} overrides ahead.`)
    await insertOverride(tx, { ...body, id, schedule_id: schedule, by: person.id }, at)
    tx.hint('on_call', [schedule])
    const data = { schedule_id: schedule, override_id: id, person_id: body.person_id, ...spanOf(body) }
    await record(tx, at, [
      onCallEvent('on_call.overridden', { kind: 'person', id: person.id }, [schedule, body.person_id], data),
    ])
  })
  const shown = await showSchedule({ db: app.db }, person, schedule)
  const made = shown.overrides.find(one => one.id === id)
  if (!made) throw new Refused('request.not_found')
  return made
}

/** Takes an override back. @throws Refused 403, 404 */
export async function dropOverride(app: App, person: SignedIn, schedule: string, id: string): Promise<void> {
  await transact(app.db, async tx => {
    await changeable(tx, person, schedule, true)
    const at = await clock(tx)
    if (!(await withdrawOverride(tx, schedule, id, at))) throw new Refused('request.not_found')
    tx.hint('on_call', [schedule])
    const data = { schedule_id: schedule, override_id: id }
    await record(tx, at, [
      onCallEvent('on_call.override_withdrawn', { kind: 'person', id: person.id }, [schedule], data),
    ])
  })
}

/**
 * Says that somebody is away: oneself, or whom those who keep all schedules name. Whoever names a stand-in for themselves
 * names one who decides already: nobody comes to that by a colleague's holiday. @throws Refused 403, `on_call.limit`
 */
export async function addAbsence(app: App, person: SignedIn, body: AbsenceBody) {
  const away = body.person_id ?? person.id
  const keeper = mayEverywhere(person, 'on_call.write')
  if (away !== person.id && !keeper) throw new Refused('request.forbidden')
  if (away === body.stand_in_id) throw wrong('/stand_in_id', 'Somebody else')
  const id = newId('abs')
  await transact(app.db, async tx => {
    await demandActive(tx, [away], '/person_id')
    if (body.stand_in_id !== null) {
      await demandActive(tx, [body.stand_in_id], '/stand_in_id')
      if (!keeper && !(await isApprover(tx, body.stand_in_id))) throw wrong('/stand_in_id', 'Not an approver')
      const meanwhile = await listAbsences(tx, body.from, body.until)
      if (meanwhile.some(one => one.person_id === body.stand_in_id && one.stand_in_id === away))
        throw wrong('/stand_in_id', 'They are away in that time, and have named this person')
    }
    const at = await clock(tx)
    demandNear(body.until, at)
    if ((await countAbsences(tx, at)) >= most.absences)
      throw new Refused('on_call.limit', `At most ${most.absences} absences ahead.`)
    const row = {
      id,
      person_id: away,
      stand_in_id: body.stand_in_id,
      from: body.from,
      until: body.until,
      by: person.id,
    }
    await insertAbsence(tx, row, at)
    tx.hint('on_call', '*')
    const data = { absence_id: id, person_id: away, stand_in_id: body.stand_in_id, ...spanOf(body) }
    await record(tx, at, [onCallEvent('absence.added', { kind: 'person', id: person.id }, [away], data)])
  })
  const made = (await showAbsences(app, person)).items.find(one => one.id === id)
  if (!made) throw new Refused('request.not_found')
  return made
}

/** Takes an absence back: one's own, or any for those who keep all schedules. @throws Refused 403, 404 */
export async function dropAbsence(app: App, person: SignedIn, id: string): Promise<void> {
  const row = await findAbsence(reader(app.db.pool), id)
  if (!row) throw new Refused('request.not_found')
  if (row.person_id !== person.id && !mayEverywhere(person, 'on_call.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    if (!(await withdrawAbsence(tx, id, at))) throw new Refused('request.not_found')
    tx.hint('on_call', '*')
    const data = { absence_id: id, person_id: row.person_id }
    await record(tx, at, [onCallEvent('absence.withdrawn', { kind: 'person', id: person.id }, [row.person_id], data)])
  })
}
