import { z } from 'zod'

/** What may be recorded of policy. A version carries its whole text: policy is no content of any agent. */
export const policyEvents = {
  'policy.published': z.strictObject({
    version: z.number().int().positive(),
    source: z.string(),
    digest: z.string(),
    hold: z.string().nullable(),
    by: z.string(),
  }),
} as const
