import { z } from 'zod'

/** What may be recorded of access requests. What was said with one is content, and stands sealed with its action. */
export const authzenEvents = {
  'access.requested': z.strictObject({
    task: z.string(),
    action: z.string(),
    agent: z.string(),
    binding: z.enum(['token', 'reference']),
    emergency: z.boolean(),
  }),
} as const
