import { z } from 'zod'
import { isTimeZone, minutesOf } from '@/lib/access/calendar'
import { shownName } from '@/lib/access/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { dayNumber } from './zone-time'

/** Live schedules, and what is planned ahead on each of them. */
export const most = { schedules: 100, overrides: 300, absences: 1_000, weeks: 26, handOvers: 4 } as const
const day = 86_400_000

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time of day, 00:00 to 23:59')
/** 1970-01-05 was a Monday: day number 4. */
const monday = z.iso.date().refine(date => (((dayNumber(date) - 4) % 7) + 7) % 7 === 0, 'A Monday')
const turns = z.array(idSchema('usr').nullable()).min(1).max(most.handOvers)

/** Who is on call in the weeks of a cycle; the shape of `Rota`. */
const rotaBody = z
  .strictObject({
    starts_on: monday,
    hand_overs: z
      .array(clock)
      .min(1)
      .max(most.handOvers)
      .refine(
        clocks => clocks.every((one, index) => index === 0 || minutesOf(clocks[index - 1] ?? one) < minutesOf(one)),
        'Each is later than the one before',
      ),
    weeks: z.array(z.array(turns).length(7)).min(1).max(most.weeks),
  })
  .refine(
    rota => rota.weeks.every(week => week.every(turn => turn.length === rota.hand_overs.length)),
    'Every day has one entry for each hand-over',
  )

const zone = z.string().max(64).refine(isTimeZone, 'A time zone such as Europe/Berlin')
const calendarUrl = z.string().min(1).max(2_000)
const team = idSchema('tea').nullable()

/** A schedule: by a rota that is kept here, or by a calendar that is kept elsewhere. */
export const scheduleBody = z
  .strictObject({
    name: shownName(80),
    time_zone: zone,
    team_id: team.default(null),
    rota: rotaBody.optional(),
    calendar_url: calendarUrl.optional(),
  })
  .refine(one => (one.rota === undefined) !== (one.calendar_url === undefined), {
    message: 'Either a rota or the address of a calendar',
    path: ['rota'],
  })
export type ScheduleBody = z.output<typeof scheduleBody>

/** What changes of a schedule; a rota takes the place of a calendar, and the other way round. */
export const schedulePatch = z
  .strictObject({ name: shownName(80), time_zone: zone, rota: rotaBody, calendar_url: calendarUrl })
  .partial()
  .refine(patch => Object.keys(patch).length > 0, 'Nothing to change')
  .refine(patch => patch.rota === undefined || patch.calendar_url === undefined, {
    message: 'Either a rota or the address of a calendar',
    path: ['rota'],
  })
export type SchedulePatch = z.output<typeof schedulePatch>

/** What a calendar would say, before it is used. */
export const previewBody = z.strictObject({ calendar_url: calendarUrl, time_zone: zone })

/** A moment, in whole minutes: no calendar shows less. */
const moment = z.iso
  .datetime({ offset: true })
  .transform(text => new Date(Math.floor(Date.parse(text) / 60_000) * 60_000))
/** Where a text was no time, this is asked all the same: then it is none either. */
const timeOf = (moment: unknown): number => (moment instanceof Date ? moment.getTime() : Number.NaN)
const span = (days: number) => (one: { from: unknown; until: unknown }) => {
  const length = timeOf(one.until) - timeOf(one.from)
  return length > 0 && length <= days * day
}

/** Somebody takes over. */
export const overrideBody = z
  .strictObject({ person_id: idSchema('usr'), from: moment, until: moment })
  .refine(span(92), { message: 'It ends after it begins, within 92 days', path: ['until'] })
export type OverrideBody = z.output<typeof overrideBody>

/** Somebody is away; without `person_id`: whoever says so. */
export const absenceBody = z
  .strictObject({
    person_id: idSchema('usr').optional(),
    stand_in_id: idSchema('usr').nullable().default(null),
    from: moment,
    until: moment,
  })
  .refine(span(366), { message: 'It ends after it begins, within a year', path: ['until'] })
  .refine(one => one.person_id === undefined || one.person_id !== one.stand_in_id, {
    message: 'Somebody else',
    path: ['stand_in_id'],
  })
export type AbsenceBody = z.output<typeof absenceBody>

/** From when until when shifts are asked for: 100 days at most. */
export const shiftsQuery = z
  .strictObject({ from: moment, to: moment })
  .refine(({ from, to }) => span(100)({ from, until: to }), {
    message: 'It is after the beginning, within 100 days',
    path: ['to'],
  })
