import type { ActionAnswer } from '@/lib/action/contract'
import type { DecisionContext, EvaluationAnswer } from './answers'
import { approvalOf, taskOf } from './task'

const english = (text: string) => ({ reason_user: { en: text } })

/** No, and why. */
export const denied = (reason: string, text: string, more: DecisionContext = {}): EvaluationAnswer => ({
  decision: false,
  context: { reason, ...english(text), ...more },
})

/** Yes: the one use of this action's permission has been taken. A decision that rests on people names their approval. */
export function permitted(action: ActionAnswer): EvaluationAnswer {
  const approval = action.decision?.by === 'human' ? approvalOf(action) : null
  return {
    decision: true,
    context: {
      action_id: action.id,
      evaluation_id: action.id,
      ...(approval ? { approval: { id: approval.id, approved_until: approval.approved_until } } : {}),
    },
  }
}

/** Something narrower is allowed than what was asked: who asks here runs what it asked for, and may not. */
export const narrowed = (action: ActionAnswer): EvaluationAnswer =>
  denied('constrained', 'Only something narrower than what was asked for is allowed.', {
    action_id: action.id,
    evaluation_id: action.id,
    constrained: { params: action.params, obligations: action.obligations },
  })

/** The action was denied: by policy, people, time or a switch. `next_action: retry` where it is only paused. */
export const refused = (action: ActionAnswer): EvaluationAnswer =>
  denied(action.decision?.code ?? action.status, action.decision?.reason ?? 'It was not allowed.', {
    action_id: action.id,
    evaluation_id: action.id,
    ...(action.decision ? { evaluated_at: action.decision.decided_at } : {}),
    ...(action.next_action === 'retry' ? { next_action: 'retry', retry_after: 30 } : {}),
  })

/** It waits for other actions of its agent: nobody can be asked about it yet. */
const deferred = (action: ActionAnswer): EvaluationAnswer =>
  denied('dependency_pending', 'It waits for other actions that it depends on.', {
    action_id: action.id,
    evaluation_id: action.id,
    next_action: 'retry',
    retry_after: 5,
  })

/**
 * It waits for people: a denial that can be asked about (approval profile, "Requestable Denial"). They have been asked already;
 * the request is named, so that whoever knows the profile can follow it, and whoever does not asks the same question again.
 */
export function pending(action: ActionAnswer, endpoint: string, bind: (until: Date) => string): EvaluationAnswer {
  const { hold } = action
  if (!hold || action.status !== 'held') return deferred(action)
  const until = new Date(hold.expires_at)
  return denied('approval_required', 'People have been asked and have not decided yet.', {
    action_id: action.id,
    evaluation_id: action.id,
    evaluated_at: hold.opened_at,
    access_request: {
      endpoint,
      expires_at: hold.expires_at,
      binding_token: bind(until),
      display: {
        title: 'Ask for approval',
        description: 'People must agree before this goes on. They have been asked; follow the request to learn when.',
      },
    },
    task: taskOf(action, endpoint),
  })
}
