import { z } from 'zod'

/** What may be recorded of permits, by type. That one exists is what `action.decided` and `hold.approved` say. */
export const permitEvents = {
  'permit.consumed': z.strictObject({
    permit: z.string(),
    action: z.string(),
    agent: z.string(),
    tool: z.string(),
    /** Who executes: the agent and its key. */
    consumer: z.string(),
    credential: z.string(),
    receipt: z.string(),
  }),
  'permit.key_rotated': z.strictObject({
    kid: z.string(),
    replaced: z.string(),
    at_once: z.boolean(),
    reason: z.string(),
  }),
} as const
