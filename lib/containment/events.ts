import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { levels, targetTypes } from './containment'

/**
 * What may be recorded of switches. `renewed` is the same switch thrown again: a younger epoch, so that whatever was about
 * to lift it is stale.
 */
export const containmentEvents = {
  'containment.engaged': z.strictObject({
    containment_id: z.string(),
    target_type: z.enum(targetTypes),
    target_id: z.string(),
    level: z.enum(levels),
    reason: z.string(),
    epoch: z.number().int(),
    from: z.string(),
  }),
  'containment.renewed': z.strictObject({ containment_id: z.string(), epoch: z.number().int(), reason: z.string() }),
  'containment.lifted': z.strictObject({ containment_id: z.string(), reason: z.string(), lifted_at: z.string() }),
} as const

export type ContainmentEventType = keyof typeof containmentEvents

/** Drafts one of these events. */
export function containmentEvent<T extends ContainmentEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof containmentEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
