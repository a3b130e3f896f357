import { z } from 'zod'
import { requirement } from '@/lib/hold/events'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

const policy = z.strictObject({
  policy_id: z.string(),
  name: z.string(),
  team_id: z.string().nullable(),
  min_risk: z.number().int(),
  /** JSON of all that it says: calendar, reminders, levels. */
  terms: z.string(),
})

/** What may be recorded of escalation. */
export const escalationEvents = {
  'escalation.written': policy,
  'escalation.changed': policy,
  'escalation.removed': z.strictObject({ policy_id: z.string(), name: z.string() }),
  /** A level was reached: who was told, and who may decide the hold from now on besides those who could. */
  'hold.escalated': z.strictObject({
    hold: z.string(),
    level: z.number().int(),
    repeat: z.number().int(),
    people: z.array(z.string()),
    added: z.array(z.string()),
    /** What it needs since then, where anybody was added. */
    requirement: requirement.optional(),
  }),
} as const

/** Drafts one of the events about policies. */
export function escalationEvent<T extends 'escalation.written' | 'escalation.changed' | 'escalation.removed'>(
  type: T,
  by: Principal,
  data: z.output<(typeof escalationEvents)[T]>,
): EventDraft {
  return { type, by, subjects: [data.policy_id], data }
}
