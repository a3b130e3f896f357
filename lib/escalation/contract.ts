import { z } from 'zod'
import { shownName } from '@/lib/access/contract'
import { channels } from '@/lib/access/notice'
import { roles } from '@/lib/access/permission'
import { calendarBody } from '@/lib/application/contract'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import { reminders } from './policy'

/** What one organisation may have. */
export const most = { policies: 50, levels: 10, targets: 20, repeats: 20 } as const
/** No hold waits longer than seven days. */
const week = 7 * 86_400

/** Risk as people say it, in its order. */
export const risks = ['low', 'medium', 'high', 'critical'] as const

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approvers') }),
  z.strictObject({ kind: z.literal('owner') }),
  z.strictObject({ kind: z.literal('backup') }),
  z.strictObject({ kind: z.literal('team'), team_id: idSchema('tea') }),
  z.strictObject({ kind: z.literal('role'), role: z.enum(roles), team_id: idSchema('tea').nullable().default(null) }),
  z.strictObject({ kind: z.literal('on_call'), schedule_id: z.string().max(64) }),
  z.strictObject({ kind: z.literal('person'), person_id: idSchema('usr') }),
])

const after = z.union([
  z.strictObject({ seconds: z.number().int().min(0).max(week) }),
  z.strictObject({ percent: z.number().int().min(1).max(99) }),
])

const level = z
  .strictObject({
    who: z.array(target).min(1, 'Say who is told').max(most.targets),
    after,
    working: z.boolean().default(false),
    channels: z
      .array(z.enum(channels))
      .max(channels.length)
      .refine(list => new Set(list).size === list.length, 'Each channel once')
      .default([]),
    urgent: z.boolean().default(false),
    repeat: z
      .strictObject({
        every_seconds: z.number().int().min(60).max(week),
        times: z.number().int().min(1).max(most.repeats),
      })
      .nullable()
      .default(null),
    adds: z.boolean().default(false),
  })
  .refine(one => !one.working || 'seconds' in one.after, {
    path: ['working'],
    message: 'A share of the time is a share of all of it',
  })

const saidPolicy = z.strictObject({
  name: shownName(80),
  team_id: idSchema('tea').nullable().default(null),
  min_risk: z.enum(risks).default('low'),
  calendar: calendarBody.nullable().default(null),
  reminders: z
    .array(z.union(reminders.map(one => z.literal(one))))
    .max(reminders.length)
    .refine(list => new Set(list).size === list.length, 'Each once')
    .default([...reminders]),
  levels: z.array(level).max(most.levels),
})
/** What an escalation policy says. Working hours that never come would make a level that never comes. */
export const policyBody = saidPolicy.refine(
  one =>
    one.calendar === null ||
    !one.levels.some(level => level.working) ||
    Object.values(one.calendar.working_hours).some(hours => hours !== undefined),
  { path: ['calendar', 'working_hours'], message: 'A level counts working hours: say some' },
)
export type PolicyBody = z.output<typeof policyBody>

/** Who would be told about a hold of this agent that opens at this moment, by a draft or by what counts. */
export const previewBody = z.strictObject({
  agent_id: idSchema('agt'),
  risk: z.enum(risks).default('medium'),
  at: z.iso.datetime({ offset: true }).transform(text => new Date(text)),
  lifetime_seconds: z
    .number()
    .int()
    .min(60)
    .max(week)
    .default(4 * 3_600),
  policy: policyBody.optional(),
})
export type PreviewBody = z.output<typeof previewBody>

const shownLevel = z.object({
  who: z.array(target),
  /** Each of them in words. */
  labels: z.array(z.string()),
  after: z.union([z.object({ seconds: count }), z.object({ percent: count })]),
  working: z.boolean(),
  channels: z.array(z.enum(channels)),
  urgent: z.boolean(),
  repeat: z.object({ every_seconds: count, times: count }).nullable(),
  adds: z.boolean(),
})

/** One policy; `id` is null for what counts where nobody has written one. */
export const shownPolicy = z.object({
  id: z.string().nullable(),
  name: z.string(),
  team_id: idSchema('tea').nullable(),
  team: perhapsNamed.nullable(),
  min_risk: z.enum(risks),
  calendar: calendarBody.nullable(),
  reminders: z.array(z.union(reminders.map(one => z.literal(one)))),
  levels: z.array(shownLevel),
  written_by: perhapsNamed.nullable(),
  written_at: moment.nullable(),
  may_change: z.boolean(),
  etag: etag.nullable(),
})
export const shownPolicies = pageOf(shownPolicy).extend({ standard: shownPolicy, may_add: z.boolean() })

const told = named.extend({ why: z.string(), instead_of: perhapsNamed.nullable() })
const step = z.object({
  /** `opened`, `reminded.50`, `escalated.<level>.<repeat>`. */
  step: z.string(),
  at: moment,
  level: count.nullable(),
  repeat: count,
  people: z.array(told),
})
const foreseen = step.extend({
  channels: z.array(z.enum(channels)),
  urgent: z.boolean(),
  /** Who may decide it from then on, besides those who may now. */
  added: z.array(z.string()),
  left_out: z.array(named.extend({ because: z.string() })),
})
const which = z.object({ id: z.string().nullable(), name: z.string() })

export const previewAnswer = z.object({ policy: which, at: moment, expires_at: moment, steps: z.array(foreseen) })

/** How far one hold has come, who was told and why, and who is next if nobody decides. */
export const holdEscalation = z.object({
  policy: which,
  level: count,
  levels: count,
  expires_at: moment,
  told: z.array(step),
  ahead: z.array(foreseen),
})
