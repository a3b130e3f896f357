import { z } from 'zod'
import { classifications, environments, operations } from '@/lib/kernel/scale'

/** What an action is, as its first event tells it. The digest is salted: the salt stays with the content. */
export const receivedAction = z.strictObject({
  action: z.string(),
  agent: z.string(),
  credential: z.string(),
  digest: z.string(),
  tool: z.string(),
  operation: z.enum(operations),
  environment: z.enum(environments),
  classification: z.enum(classifications),
  session: z.string(),
  status: z.enum(['held', 'deferred', 'allowed', 'denied']),
})

/** How an action ended; the reviewer's words are content and stay out. */
export const ending = {
  status: z.enum(['allowed', 'denied', 'approved', 'rejected', 'expired', 'cancelled', 'contained']),
  verdict: z.enum(['allow', 'deny']),
  by: z.enum(['policy', 'human', 'grant', 'timeout', 'containment', 'release', 'agent']),
  code: z.string(),
  rules: z.array(z.string()),
  policy_version: z.number().int(),
} as const

/** What may be recorded of actions, by type; one event tells an action that was decided at once, all of it. */
export const actionEvents = {
  /** Its content is gone; the salted digest in the log proves nothing any more, and still counts. */
  'action.erased': z.strictObject({ action: z.string() }),
  'action.decided': z.union([
    receivedAction.extend(ending),
    z.strictObject({ action: z.string(), agent: z.string(), ...ending }),
  ]),
  /** It waits under the item of a tool that nobody has classified, or (without a hold) for other actions. */
  'action.parked': receivedAction.extend({
    hold: z.string().nullable(),
    expires_at: z.string().nullable(),
    waits: z.strictObject({ after: z.array(z.string()), parent: z.string().nullable() }).optional(),
  }),
  'action.reported': z.strictObject({
    action: z.string(),
    outcome: z.enum(['succeeded', 'failed', 'unknown', 'rolled_back']),
    before: z.enum(['succeeded', 'failed', 'unknown', 'rolled_back']).nullable(),
    /** By id, where the decision obliged to something. */
    obligations: z
      .strictObject({ done: z.array(z.string()), failed: z.array(z.string()), missing: z.array(z.string()) })
      .optional(),
    /** It was reported after the time within which it had to be executed. */
    late: z.boolean().optional(),
  }),
  'action.reconciled': z.strictObject({ action: z.string(), status: z.enum(['succeeded', 'failed']) }),
} as const
