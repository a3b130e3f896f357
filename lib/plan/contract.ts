import { z } from 'zod'
import { resourceContract, toolName } from '@/lib/action/contract'
import { operations } from '@/lib/kernel/scale'
import { meanings } from '@/lib/tool/tool'

const short = z.string().min(1).max(200)

/** One step, as `POST /api/v1/actions` will be sent it. */
const step = z.strictObject({
  tool: toolName,
  operation: z.enum(operations).optional(),
  resource: resourceContract.optional(),
  params: z.record(z.string(), z.unknown()),
  intent: z.string().max(20_000).optional(),
  /** Numbers of earlier steps whose results this one uses. */
  after: z.array(z.number().int().min(1).max(20)).max(20).optional(),
})

/** `POST /api/v1/plans`: a chain asked for as one. */
export const planContract = z
  .strictObject({
    title: short.optional(),
    task: short.optional(),
    session: short.optional(),
    expires_in_seconds: z.number().int().min(1).max(86_400).default(3_600),
    steps: z.array(step).min(1).max(20),
  })
  .superRefine(({ steps }, context) => {
    for (const [at, { after = [] }] of steps.entries())
      if (after.some(n => n > at))
        context.addIssue({ code: 'custom', path: ['steps', at, 'after'], message: 'Only earlier steps, by number' })
  })
export type PlanAsked = z.output<typeof planContract>

/** What an agent reads of its own plan. */
export const planAnswer = z.object({
  id: z.string(),
  status: z.enum(['held', 'approved', 'rejected', 'expired', 'cancelled', 'done']),
  hold: z.object({ id: z.string(), url: z.string() }),
  created_at: z.string(),
  expires_at: z.string(),
  steps: z.array(
    z.object({
      n: z.number().int(),
      digest: z.string(),
      tool: z.string(),
      status: z.enum(['waiting', 'next', 'passed']),
      action: z.string().nullable(),
    }),
  ),
})
export type PlanAnswer = z.output<typeof planAnswer>

/** What a plan's hold shows people, sealed with it. */
export const planShown = z.object({
  title: z.string(),
  task: z.string().nullable(),
  session: z.string().nullable(),
  expires_at: z.string(),
  riskiest: z.number().int(),
  steps: z.array(
    z.object({
      n: z.number().int(),
      tool: z.string(),
      operation: z.enum(operations),
      environment: z.string(),
      title: z.string(),
      risk: z.enum(['low', 'medium', 'high', 'critical']),
      reasons: z.array(z.string()),
      approvals: z.number().int(),
      why: z.array(z.string()),
      resource: z.record(z.string(), z.unknown()).nullable(),
      params: z.record(z.string(), z.unknown()),
      /** What the catalogue said of them when it was asked. */
      meanings: z.record(z.string(), z.enum(meanings)).default({}),
      intent: z.string().nullable(),
      after: z.array(z.number().int()),
    }),
  ),
})
export type PlanShown = z.output<typeof planShown>
