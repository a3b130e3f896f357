import { z } from 'zod'
import { actionAnswer } from '@/lib/action/contract'
import { etag, moment, named, pageOf, problem } from '@/lib/kernel/answers'
import { operations } from '@/lib/kernel/scale'

/** What the doors about actions answer (api §2, §4). */

/** Each item is an action, or the problem of that item alone. */
export const batch = z.object({ items: z.array(z.union([actionAnswer, problem])) })
export const ownActions = pageOf(actionAnswer)

export const action = actionAnswer.extend({
  created_at: moment,
  etag,
  at: moment,
  agent: named,
  tool: z.string(),
  operation: z.enum(operations),
  session: z.string(),
  hold_id: z.string().nullable(),
  title: z.string(),
  /** How a rule narrowed it, a line each. */
  narrowed: z.array(z.string()),
  /** What the decision obliges to, and what became of it; null before an outcome is reported. */
  kept: z.array(
    z.object({
      id: z.string(),
      sentence: z.string(),
      state: z.enum(['done', 'failed', 'missing']).nullable(),
      note: z.string().nullable(),
    }),
  ),
})
export const actions = pageOf(action)

export const sessions = pageOf(
  z.object({
    id: z.string(),
    agent_id: z.string(),
    session: z.string(),
    created_at: moment,
    last_at: moment,
    etag,
    agent: named,
  }),
)
