import { z } from 'zod'
import { maySomewhere } from '@/lib/access/permission'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import * as answers from '@/lib/on-call/answers'
import * as contract from '@/lib/on-call/contract'
import { type AnyDoor, door } from '@/server/http/door'
import { addAbsence, addOverride, dropAbsence, dropOverride } from './away'
import { addSchedule, changeSchedule, dropSchedule, previewCalendar, readNow } from './change'
import { showOwnAbsences } from './own'
import { showAbsences, showNow, showSchedule, showSchedules, showShifts } from './views'

const path = '/api/console/on-call'
const one = z.strictObject({ id: idSchema('onc') })

/** Who is on call: schedules, who takes over, who is away. */
export const onCallDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'Schedules, who is on call now, and times without anybody in the next four weeks',
    who: 'on_call.read',
    answer: answers.schedules,
    handle: async ({ app, by }) => ({ status: 200, body: await showSchedules(app, by) }),
  }),
  door({
    method: 'POST',
    path,
    summary: 'Make a schedule: by a rota, or by the address of a calendar, which is read first',
    who: 'on_call.write',
    body: contract.scheduleBody,
    answer: answers.oneSchedule,
    refuses: ['on_call.exists', 'on_call.limit', 'on_call.unreadable'],
    handle: async ({ app, by }, { body }) => ({ status: 201, body: await addSchedule(app, by, body) }),
  }),
  door({
    method: 'POST',
    path: `${path}/preview`,
    summary: 'What a calendar says of the next four weeks, before it is used',
    who: 'on_call.write',
    body: contract.previewBody,
    answer: answers.preview,
    refuses: ['on_call.unreadable'],
    handle: async ({ app, by }, { body }) => {
      if (!maySomewhere(by, 'on_call.write')) throw new Refused('request.forbidden')
      return { status: 200, body: await previewCalendar(app, body) }
    },
  }),
  door({
    method: 'GET',
    path: `${path}/absences`,
    summary: 'Who is away, from now on',
    who: 'on_call.read',
    answer: answers.absences,
    handle: async ({ app, by }) => ({ status: 200, body: await showAbsences(app, by) }),
  }),
  door({
    method: 'POST',
    path: `${path}/absences`,
    summary: 'Say that somebody is away: oneself, or anybody for those who keep all schedules',
    who: 'on_call.read',
    body: contract.absenceBody,
    answer: answers.absence,
    refuses: ['on_call.limit'],
    handle: async ({ app, by }, { body }) => ({ status: 201, body: await addAbsence(app, by, body) }),
  }),
  door({
    method: 'GET',
    path: `${path}/absences/own`,
    summary: 'When I am away, from now on, who has named me, and whom I may name',
    who: 'on_call.read',
    answer: answers.ownAbsences,
    handle: async ({ app, by }) => ({ status: 200, body: await showOwnAbsences(app, by) }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/absences/{absence}`,
    summary: 'Take an absence back',
    who: 'on_call.read',
    params: z.strictObject({ absence: idSchema('abs') }),
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await dropAbsence(app, by, params.absence)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'One schedule, with what takes over and who is away from now on',
    who: 'on_call.read',
    params: one,
    answer: answers.oneSchedule,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await showSchedule(app, by, params.id) }),
  }),
  door({
    method: 'PATCH',
    path: `${path}/{id}`,
    summary: 'Change a schedule: its name, its zone, its rota or its calendar',
    who: 'on_call.write',
    params: one,
    body: contract.schedulePatch,
    answer: answers.oneSchedule,
    refuses: ['request.precondition_failed', 'on_call.exists', 'on_call.unreadable'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 200,
      body: await changeSchedule(app, by, params.id, body, headers.get('if-match')),
    }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Take a schedule away',
    who: 'on_call.write',
    params: one,
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await dropSchedule(app, by, params.id)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: `${path}/{id}/now`,
    summary: 'Who is on call now, until when, and how that comes',
    who: 'on_call.read',
    params: one,
    answer: answers.nowAnswer,
    handle: async ({ app }, { params }) => ({ status: 200, body: await showNow(app, params.id) }),
  }),
  door({
    method: 'GET',
    path: `${path}/{id}/shifts`,
    summary: 'Every shift between two moments, one after the other, with the times that nobody has',
    who: 'on_call.read',
    params: one,
    query: contract.shiftsQuery,
    answer: answers.shiftsAnswer,
    handle: async ({ app }, { params, query }) => ({ status: 200, body: await showShifts(app, params.id, query) }),
  }),
  door({
    method: 'POST',
    path: `${path}/{id}/read`,
    summary: 'Read the calendar of a schedule, now',
    who: 'on_call.write',
    params: one,
    answer: answers.oneSchedule,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await readNow(app, by, params.id) }),
  }),
  door({
    method: 'POST',
    path: `${path}/{id}/overrides`,
    summary: 'Let somebody take over for a time',
    who: 'on_call.write',
    params: one,
    body: contract.overrideBody,
    answer: answers.overrideAnswer,
    refuses: ['on_call.limit'],
    handle: async ({ app, by }, { params, body }) => ({
      status: 201,
      body: await addOverride(app, by, params.id, body),
    }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/{id}/overrides/{override}`,
    summary: 'Take an override back',
    who: 'on_call.write',
    params: z.strictObject({ id: idSchema('onc'), override: idSchema('onv') }),
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await dropOverride(app, by, params.id, params.override)
      return { status: 204 }
    },
  }),
]
