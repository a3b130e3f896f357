import { z } from 'zod'

const plan = z.strictObject({ plan: z.string(), hold: z.string() })

/** What may be recorded of plans. What they hold is content and stays out; each step's action tells the rest. */
export const planEvents = {
  'plan.asked': plan.extend({ agent: z.string(), steps: z.number().int(), expires_at: z.string() }),
  'plan.approved': plan.extend({ approvers: z.array(z.string()) }),
  'plan.cancelled': plan,
  'plan.passed': z.strictObject({ plan: z.string(), step: z.number().int(), action: z.string() }),
} as const
