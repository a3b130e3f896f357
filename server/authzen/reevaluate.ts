import { z } from 'zod'
import type { EvaluationAnswer } from '@/lib/authzen/answers'
import { denied, narrowed } from '@/lib/authzen/decision'
import { actionIdOf, isNarrowed, statusOf } from '@/lib/authzen/task'
import { isId } from '@/lib/kernel/id'
import { readActions } from '@/server/action/store'
import { reader } from '@/server/db/tx'
import { ask, type Question, read, take } from './ask'
import { questionIn } from './store'
import { readState } from './tokens'

/** What is read of `context.approval`: its times are nobody's word here (approval profile, "Approval Verification"). */
const presented = z.looseObject({ id: z.string(), state: z.unknown().optional() })

const unverifiable = () =>
  denied('approval_unverifiable', 'This approval is not known here, or not for you.', { next_action: 'none' })

/**
 * Answers a question that comes with an approval. The approval is looked up in what is stored, must be this caller's, of this
 * very question, approved by people, in time and unused, and today's policy has the last word. An approval that is over or
 * for something else counts for nothing: the question is asked as if it had come alone, and the answer says why.
 */
export async function reevaluate(question: Question, approval: unknown): Promise<EvaluationAnswer> {
  const { app, by } = question
  const named = presented.safeParse(approval)
  if (!named.success || !isId('apr', named.data.id)) return unverifiable()
  const id = actionIdOf(named.data.id)
  const [row] = await readActions(reader(app.db.pool), [id])
  const of = row && row.agent_id === by.agent.id ? questionIn(row.key) : null
  if (of === null) return unverifiable()
  const { at } = await app.gate.registries.now()
  const action = await read(question, id, 0)
  if (statusOf(action) !== 'approved') return isNarrowed(action) ? narrowed(action) : unverifiable()
  const over = action.execute_by === null || new Date(action.execute_by) <= at
  if (named.data.state !== undefined && !over) {
    const state = await readState(app, named.data.state, at)
    if (state?.jti !== named.data.id || state.sub !== by.agent.id || state.binding_hash !== of) return unverifiable()
  }
  if (of !== question.hash) return anew(question, 'out_of_scope')
  const taken = over ? ({ is: 'spent' } as const) : await take(question, action)
  if (taken.is === 'taken') return taken.answer
  if (taken.is === 'spent') return anew(question, 'approval_expired')
  return denied('policy_denied', 'It was approved, and may not go on any more.', {
    action_id: action.id,
    next_action: 'none',
  })
}

/** Asks as if without approval. What then waits for people says that a request is to be made, and why (approval profile, "Deny a Re-evaluation"). */
async function anew(question: Question, reason: string): Promise<EvaluationAnswer> {
  const answer = await ask(question)
  if (answer.decision) return answer
  const { context } = answer
  return context?.access_request
    ? { ...answer, context: { ...context, reason, next_action: 'request' } }
    : { ...answer, context: { ...context, reason: 'policy_denied', next_action: context?.next_action ?? 'none' } }
}
