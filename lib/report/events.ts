import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { canaryOutcomes } from './canary'

const naming = z.strictObject({ naming_id: z.string() })

/**
 * What may be recorded of how well people decide. Of a test request nothing is recorded as such before it has ended: until
 * then the log has it as the action and the hold that it is.
 */
export const reportEvents = {
  'review.hurried': z.strictObject({ person_id: z.string(), approvals: z.number().int(), seconds: z.number().int() }),
  'report.naming_enabled': naming,
  'report.naming_disabled': naming,
  'canary.ended': z.strictObject({
    canary_id: z.string(),
    agent_id: z.string(),
    action: z.string(),
    hold: z.string(),
    template: z.string(),
    injected_by: z.string(),
    injected_at: z.string(),
    outcome: z.enum(canaryOutcomes),
  }),
} as const

export type ReportEventType = keyof typeof reportEvents

/** Drafts one of these events; the type decides what its data must be. */
export function reportEvent<T extends ReportEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof reportEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
