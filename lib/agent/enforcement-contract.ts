import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import { operations } from '@/lib/kernel/scale'
import { plainText } from './contract'
import { longestWatch } from './enforcement'

const targetType = z.enum(['agent', 'team'])
const target = z.union([
  z.strictObject({ type: z.literal('agent'), id: idSchema('agt') }),
  z.strictObject({ type: z.literal('team'), id: idSchema('tea') }),
])

/** Watch an agent or a team only, for whole days from when a second person has agreed. */
export const observeBody = z.strictObject({
  target,
  days: z.number().int().min(1).max(longestWatch),
  reason: plainText(500, 1),
})
export type ObserveBody = z.output<typeof observeBody>

const state = z.enum(['open', 'over', 'ended'])

/** One window of watching only, as the console shows it. `ended_by` is null where its time was over. */
export const enforcementWindow = z.object({
  id: z.string(),
  target: z.object({ type: targetType, id: z.string(), name: z.string().nullable() }),
  state,
  since: moment,
  until: moment,
  by: perhapsNamed,
  reason: z.string(),
  hold_id: z.string(),
  ended_at: moment.nullable(),
  ended_by: perhapsNamed.nullable(),
  /** This person may end it, at once. */
  may_end: z.boolean(),
  created_at: moment,
  etag,
})
export const enforcementWindows = pageOf(enforcementWindow)

/** What an agent's row and page say of being watched only. Null: enforced. */
export const watchedOnly = z
  .object({ id: z.string(), target: targetType, since: moment, until: moment, by: named, reason: z.string() })
  .nullable()

const split = z.object({ held: count, denied: count })

/** What would have been held or denied in the last 14 days, had it been enforced. */
export const readiness = z.object({
  id: z.string(),
  etag,
  window: enforcementWindow.nullable(),
  /** Open holds of kind change that would begin watching, if one waits. */
  waiting_hold_id: z.string().nullable(),
  days: count,
  from: moment,
  /** Everything that was asked in that time while watching could be told from enforcing, and what of it would have stopped. */
  actions: count,
  would_be: split,
  /** More than were counted: the newest 20,000 are. */
  capped: z.boolean(),
  by_rule: z.array(split.extend({ rule: z.string(), sentence: z.string().nullable() })),
  by_tool: z.array(split.extend({ tool: z.string() })),
  /** By hour of the day in the calendar of the team, 0 to 23. */
  by_hour: z.array(split.extend({ hour: count, off_hours: count })),
  time_zone: z.string(),
  /** Alike ones that would have been held: a standing approval for the class would remove that many. */
  alike: z.array(
    z.object({
      tool: z.string(),
      operation: z.enum(operations),
      environment: z.string(),
      resource_type: z.string().nullable(),
      tenant: z.string().nullable(),
      held: count,
      /** Of all that would have been held. */
      share: z.number().min(0).max(1),
      example: z.string(),
    }),
  ),
})
export type Readiness = z.output<typeof readiness>
