import { z } from 'zod'
import { classifications, environments, operations } from '@/lib/kernel/scale'

const free = z.record(z.string(), z.unknown())
const short = z.string().min(1).max(200)
/** Printable: no control, format, surrogate, private-use or unassigned character. Compared byte for byte. */
export const toolName = z.string().regex(/^\P{C}{1,200}$/u, 'must be 1 to 200 printable characters')
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits')

export const resourceContract = z.strictObject({
  type: short.optional(),
  id: z.string().min(1).max(1_000).optional(),
  environment: z.enum(environments).optional(),
  tenant: short.optional(),
  classification: z.enum(classifications).optional(),
  attributes: free.optional(),
})

const sourceContract = z.strictObject({
  kind: z.enum(['user', 'system', 'tool_result', 'retrieval', 'agent']),
  ref: z.string().max(1_000).optional(),
  classification: z.enum(classifications).optional(),
  text: z.string().optional(),
})

/** `POST /api/v1/actions` (api §2). Unknown fields are refused; `params`, `attributes` and `context` members are free where said. */
export const submissionContract = z.strictObject({
  tool: toolName,
  operation: z.enum(operations).optional(),
  resource: resourceContract.optional(),
  params: free,
  intent: z.string().max(20_000).optional(),
  impact: z
    .strictObject({
      reversible: z.boolean().optional(),
      amount: z
        .strictObject({ value: z.string().regex(/^\d{1,15}(\.\d{1,4})?$/), currency: z.string().regex(/^[A-Z]{3}$/) })
        .optional(),
      records: z.number().int().nonnegative().optional(),
    })
    .optional(),
  undo: z.strictObject({ tool: toolName, params: free.optional() }).optional(),
  context: z
    .looseObject({
      session: short.optional(),
      instance: short.optional(),
      task: short.optional(),
      parent: short.optional(),
      plan: short.optional(),
      traceparent: z.string().max(200).optional(),
      acting_for: short.optional(),
      prompt: z.string().optional(),
      sources: z.array(sourceContract).max(200).optional(),
      release: z
        .strictObject({
          version: short.optional(),
          model: short.optional(),
          prompt_digest: digest.optional(),
          tools_digest: digest.optional(),
        })
        .optional(),
    })
    .optional(),
  revises: short.optional(),
  deadline_seconds: z.number().int().min(1).max(2_592_000).optional(),
  notify: short.optional(),
})
export type Submission = z.infer<typeof submissionContract>

export const actionStatuses = [
  'held',
  'deferred',
  'allowed',
  'denied',
  'approved',
  'rejected',
  'expired',
  'cancelled',
  'contained',
] as const
export type ActionStatus = (typeof actionStatuses)[number]

/** `POST /api/v1/actions/{id}/answers`: what the agent says to a question about a waiting action. */
export const answerContract = z.strictObject({ question: z.string().max(64), text: z.string().min(1).max(4_000) })
export const cancelContract = z.strictObject({ reason: z.string().max(2_000).optional() })
export const outcomeContract = z.strictObject({
  status: z.enum(['succeeded', 'failed', 'unknown', 'rolled_back']),
  summary: z.string().max(20_000).optional(),
  result_digest: digest.optional(),
  undo: free.optional(),
  /** What became of each obligation of the decision. */
  obligations: z
    .array(z.strictObject({ id: short, status: z.enum(['done', 'failed']), note: z.string().max(2_000).optional() }))
    .max(50)
    .optional(),
})
export type Outcome = z.infer<typeof outcomeContract>

const decision = z.object({
  verdict: z.enum(['allow', 'deny']),
  by: z.enum(['policy', 'human', 'grant', 'timeout', 'containment', 'release', 'agent']),
  code: z.string(),
  reason: z.string(),
  policy_version: z.number().int(),
  decided_at: z.string(),
  /** Only where policy lets this agent learn it (`@explain("full")`). */
  explain: z
    .object({
      trail: z.array(z.object({ rule: z.string(), effect: z.string() })),
      reviewers: z.array(z.string()),
    })
    .optional(),
})

/** What every gate route answers (api §2). */
export const actionAnswer = z.object({
  id: z.string(),
  digest: z.string().nullable(),
  resolved: z.object({
    operation: z.enum(operations),
    environment: z.enum(environments),
    classification: z.enum(classifications),
  }),
  status: z.enum(actionStatuses),
  decision: decision.nullable(),
  params: free.nullable(),
  modified: z.boolean(),
  executable_digest: z.string().nullable(),
  /** False: the agent is only watched, and this went on although it would not have. */
  enforced: z.boolean(),
  would_be: z.object({ status: z.enum(['held', 'denied']), code: z.string() }).nullable(),
  obligations: z.array(z.object({ id: z.string(), type: z.string(), properties: free })),
  /** A signed, single-use pass of 60 s; minted afresh, with the same id, each time the allowed action is read. */
  permit: z.string().nullable(),
  execute_by: z.string().nullable(),
  checkpoint: z.string().nullable(),
  hold: z
    .object({
      id: z.string(),
      opened_at: z.string(),
      expires_at: z.string(),
      frozen_at: z.string().nullable(),
      url: z.string(),
      /** What people ask the agent about it, oldest first, with what it has answered. */
      questions: z.array(
        z.object({
          id: z.string(),
          question: z.string(),
          asked_at: z.string(),
          answers: z.array(z.object({ id: z.string(), text: z.string(), at: z.string() })),
        }),
      ),
    })
    .nullable(),
  next_action: z.enum(['execute', 'wait', 'retry', 'revise', 'stop']),
  outcome: z.string().nullable(),
  erased_at: z.string().nullable(),
})
export type ActionAnswer = z.infer<typeof actionAnswer>
