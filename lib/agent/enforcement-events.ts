import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

/** What may be recorded of watching only; each carries all that folding the log needs. */
export const enforcementEvents = {
  'enforcement.observed': z.strictObject({
    window_id: z.string(),
    target_type: z.enum(['agent', 'team']),
    target_id: z.string(),
    from: z.string(),
    until: z.string(),
    reason: z.string(),
    hold: z.string(),
  }),
  /** Enforced again: by a person, or by the system where the time was over. */
  'enforcement.enforced': z.strictObject({ window_id: z.string(), ended_at: z.string(), reason: z.string() }),
} as const

export type EnforcementEventType = keyof typeof enforcementEvents

/** Drafts one of these events. */
export function enforcementEvent<T extends EnforcementEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof enforcementEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
