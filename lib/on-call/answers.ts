import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'

/** From when until when somebody is on call, and how that comes; nobody: a gap. */
const shift = z.object({ from: moment, until: moment, person: perhapsNamed.nullable(), because: z.string() })

/** Who is on call now; `until` is when that changes, null where that is not within five weeks. */
export const nowAnswer = z.object({
  at: moment,
  person: perhapsNamed.nullable(),
  until: moment.nullable(),
  because: z.string(),
})

/** Times without anybody, in the schedule's own time zone. */
const gaps = z.object({ hours: z.number().nonnegative(), words: z.array(z.string()) })

/** Every shift of a time, one after the other without a break. */
export const shiftsAnswer = z.object({ time_zone: z.string(), shifts: z.array(shift), gaps })

/** How the calendar of a schedule is doing. */
const calendar = z.object({
  /** Whole for who may change it; others see its origin alone, since such addresses often are secrets. */
  url: z.string(),
  entries: count,
  /** Who its entries name and nobody here is. */
  unmatched: z.array(z.string()),
  /** What of it was not understood. */
  notes: z.array(z.string()),
  read_at: moment.nullable(),
  failed_at: moment.nullable(),
  error: z.string().nullable(),
})

const schedule = z.object({
  id: z.string(),
  name: z.string(),
  time_zone: z.string(),
  team: named.nullable(),
  rota: z
    .object({
      starts_on: z.string(),
      hand_overs: z.array(z.string()),
      weeks: z.array(z.array(z.array(z.string().nullable()))),
    })
    .nullable(),
  calendar: calendar.nullable(),
  now: nowAnswer,
  /** Over the next four weeks. */
  gaps,
  may_change: z.boolean(),
  created_at: moment,
  etag,
})
const override = z.object({ id: z.string(), person: perhapsNamed, from: moment, until: moment, by: perhapsNamed })

export const schedules = pageOf(schedule).extend({ may_add: z.boolean() })
/** One schedule with who it names, who takes over and who of them is away, from now on. */
export const oneSchedule = schedule.extend({
  people: z.array(named),
  overrides: z.array(override),
  absences: z.array(override.extend({ stand_in: perhapsNamed.nullable(), may_remove: z.boolean() })),
})
export const overrideAnswer = override
export const absence = override.extend({ stand_in: perhapsNamed.nullable(), may_remove: z.boolean() })
export const absences = pageOf(absence)
/** Somebody who may stand in: where they decide already. */
const standIn = named.extend({ teams: z.array(z.string()), everywhere: z.boolean() })
const own = absence.extend({
  begun: z.boolean(),
  /** The stand-in is away too for a part of that time, or has left: then messages go to the person themselves. */
  alone: z.boolean(),
})
/** When a person is away, from now on, who has named them, and whom they may name. */
export const ownAbsences = z.object({ mine: z.array(own), named_by: z.array(own), stand_ins: z.array(standIn) })
/** What a calendar says of the next four weeks, before it is used. */
export const preview = shiftsAnswer.extend({
  entries: count,
  unmatched: z.array(z.string()),
  notes: z.array(z.string()),
  people: z.array(named),
})
