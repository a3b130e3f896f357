import { z } from 'zod'

const free = z.record(z.string(), z.unknown())
const time = z.string()

export const taskStatuses = ['pending', 'approved', 'denied', 'expired', 'cancelled'] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** The task handle of the approval profile ("Task Handle"). */
export const task = z.object({
  id: z.string(),
  status: z.enum(taskStatuses),
  status_endpoint: z.string(),
  expires_at: time.optional(),
  display: z.object({ title: z.string(), description: z.string() }),
  links: z.object({ cancel: z.string() }).optional(),
})
export type Task = z.infer<typeof task>

/** What names an approval at a new evaluation ("Approval Result"). */
export const approval = z.object({
  id: z.string(),
  approved_at: time.optional(),
  approved_until: time,
  state: z.string().optional(),
})
export type Approval = z.infer<typeof approval>

/** Of a submission, a status and a cancellation. */
export const taskAnswer = z.object({
  task,
  result: z.object({ mode: z.literal('reevaluate'), approval }).optional(),
})
export type TaskAnswer = z.infer<typeof taskAnswer>

const decisionContext = z.object({
  /** The action that this decision is about: its outcome is reported by it. */
  action_id: z.string().optional(),
  /** Machine-readable; the approval profile's codes where they apply. */
  reason: z.string().optional(),
  reason_user: z.object({ en: z.string() }).optional(),
  evaluation_id: z.string().optional(),
  evaluated_at: time.optional(),
  access_request: z
    .object({
      endpoint: z.string(),
      expires_at: time,
      binding_token: z.string(),
      display: z.object({ title: z.string(), description: z.string() }),
    })
    .optional(),
  /** The request that is open already, and where to ask after it. */
  task: task.optional(),
  next_action: z.enum(['request', 'retry', 'none']).optional(),
  retry_after: z.number().int().optional(),
  approval: z.object({ id: z.string(), approved_until: time }).optional(),
  /** What would be allowed in place of what was asked for. */
  constrained: z
    .object({
      params: free.nullable(),
      obligations: z.array(z.object({ id: z.string(), type: z.string(), properties: free })),
    })
    .optional(),
  error: z.object({ status: z.number().int(), message: z.string() }).optional(),
})
export type DecisionContext = z.infer<typeof decisionContext>

/** API 1.0 §6.2: `decision`, and what is to be said of it. */
export const evaluationAnswer = z.object({ decision: z.boolean(), context: decisionContext.optional() })
export type EvaluationAnswer = z.infer<typeof evaluationAnswer>

/** API 1.0 §7.2; without evaluations it is one decision. */
export const evaluationsAnswer = z.union([z.object({ evaluations: z.array(evaluationAnswer) }), evaluationAnswer])

/** API 1.0 §9: what this decision point is and where it answers. */
export const metadata = z.object({
  policy_decision_point: z.string(),
  access_evaluation_endpoint: z.string(),
  access_evaluations_endpoint: z.string(),
  access_request_endpoint: z.string(),
  jwks_uri: z.string(),
  capabilities: z.array(z.string()),
})
