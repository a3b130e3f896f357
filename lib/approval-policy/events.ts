import { z } from 'zod'

/** What may be recorded of approval policies: the whole text, which is no content of any agent. */
export const approvalPolicyEvents = {
  'approval_policy.published': z.strictObject({
    name: z.string(),
    version: z.number().int().positive(),
    title: z.string(),
    stages: z.array(z.looseObject({ label: z.string() })),
    rejects: z.number().int(),
    hold: z.string(),
    by: z.string(),
  }),
  'approval_policy.retired': z.strictObject({ name: z.string(), version: z.number().int().positive() }),
  'approval_policy.restored': z.strictObject({ name: z.string(), version: z.number().int().positive() }),
} as const
