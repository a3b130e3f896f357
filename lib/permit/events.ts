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
  /** An executing system was asked for something, or has found it done, that no permit covers (G01). */
  'permit.ungated': z.strictObject({
    consumer: z.string(),
    tool: z.string(),
    /** It has happened; otherwise it was refused there. */
    done: z.boolean(),
    /** Whose permit was presented, where it was one of ours. */
    agent: z.string().nullable(),
    action: z.string().nullable(),
  }),
  'permit.key_rotated': z.strictObject({
    kid: z.string(),
    replaced: z.string(),
    at_once: z.boolean(),
    reason: z.string(),
  }),
} as const
