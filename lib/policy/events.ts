import { z } from 'zod'
import { proofEffects } from './proof-effect'

const draft = z.strictObject({ draft: z.string(), title: z.string(), based_on: z.number().int(), digest: z.string() })

/** What may be recorded of policy. A version carries its whole text: policy is no content of any agent. */
export const policyEvents = {
  'policy.published': z.strictObject({
    version: z.number().int().positive(),
    source: z.string(),
    digest: z.string(),
    hold: z.string().nullable(),
    by: z.string(),
  }),
  'policy.drafted': draft,
  'policy.draft_edited': draft,
  'policy.draft_deleted': z.strictObject({ draft: z.string() }),
  'policy.case_saved': z.strictObject({
    case: z.string(),
    name: z.string(),
    given: z.record(z.string(), z.unknown()),
    want: z.enum(proofEffects),
    rules: z.array(z.string()).nullable(),
  }),
  'policy.case_removed': z.strictObject({ case: z.string(), name: z.string() }),
  'policy.shadow_started': z.strictObject({ shadow: z.string(), digest: z.string(), ends_at: z.iso.datetime() }),
  'policy.shadow_stopped': z.strictObject({ shadow: z.string() }),
} as const
