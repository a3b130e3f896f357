import { z } from 'zod'
import { count, etag, moment, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { levels, targetTypes } from './containment'

/** What the doors about switches answer (api §4). */

export const containment = z.object({
  id: z.string(),
  target: z.object({ type: z.enum(targetTypes), id: z.string(), name: z.string().nullable() }),
  level: z.enum(levels),
  reason: z.string(),
  by: perhapsNamed,
  at: moment,
  created_at: moment,
  lifted_at: moment.nullable(),
  lifted_by: perhapsNamed.nullable(),
  lift_reason: z.string().nullable(),
  lift_hold_id: z.string().nullable(),
  may_lift: z.boolean(),
  etag,
})
export const containments = pageOf(containment)

export const reach = z.object({
  agents: count,
  sessions: count,
  open_holds: count,
  waiting_calls: count,
  actions_last_hour: count,
  names: z.array(z.string()),
})
