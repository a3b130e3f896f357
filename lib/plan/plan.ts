import type { Requirement } from '@/lib/hold/requirement'

/** One step as people were shown it; it passes once. */
export interface PlanStep {
  readonly n: number
  readonly digest: string
  /** The action that passed by it. */
  readonly passed_by: string | null
}

/** A chain of actions that people are asked for as one. */
export interface Plan {
  readonly id: string
  readonly agent_id: string
  /** The one run that may use it; null: any of the agent's. */
  readonly session: string | null
  readonly status: 'asked' | 'approved' | 'cancelled'
  readonly expires_at: Date
  /** What all its steps need together: the class of the whole. */
  readonly requirement: Requirement
  readonly approvers: readonly string[]
  /** In order. */
  readonly steps: readonly PlanStep[]
}

/*
 * plan                                          this submission      answer
 * approved, in time, same agent and session     next step's digest   pass
 * the same                                      any other digest     ask    (out of order, twice, changed, past the end)
 * asked, cancelled, over, another session       any                  ask
 * another agent's, or none                      any                  none
 */
export type Passage =
  | { readonly is: 'pass'; readonly n: number }
  /** People are asked again, at the class of the whole; the sentence says why. */
  | { readonly is: 'ask'; readonly requirement: Requirement; readonly sentence: string }
  | { readonly is: 'none' }

/** What a plan says to a submission that names it (the table above). Whether it may pass at all is asked elsewhere as well. */
export function nextStep(
  plan: Plan | undefined,
  submission: { readonly agent_id: string; readonly session: string; readonly digest: string },
  at: Date,
): Passage {
  if (!plan || plan.agent_id !== submission.agent_id) return { is: 'none' }
  const ask = (sentence: string): Passage => ({ is: 'ask', requirement: plan.requirement, sentence })
  if (plan.status === 'cancelled') return ask('The plan that it names has been taken back.')
  if (plan.status === 'asked') return ask('Nobody has agreed to the plan that it names.')
  if (plan.expires_at <= at) return ask('The plan that it names has expired.')
  if (plan.session !== null && plan.session !== submission.session)
    return ask('The plan that it names is for another session.')
  const next = plan.steps.find(step => step.passed_by === null)
  if (!next) return ask('Every step of the plan that it names has passed.')
  if (next.digest !== submission.digest) return ask(`It is not step ${next.n} of the plan, which would be next.`)
  return { is: 'pass', n: next.n }
}

/** The same plan with a step passed: what the next submission sees. */
export function withPassed(plan: Plan, n: number, action: string): Plan {
  return { ...plan, steps: plan.steps.map(step => (step.n === n ? { ...step, passed_by: action } : step)) }
}

/** What its agent is told of it. */
export type PlanStatus = 'held' | 'approved' | 'rejected' | 'expired' | 'cancelled' | 'done'

/** Where a plan stands, from its own row and its hold's. */
export function statusOf(
  plan: Pick<Plan, 'status' | 'expires_at' | 'steps'>,
  hold: 'rejected' | 'expired' | 'failed' | null,
  at: Date,
): PlanStatus {
  if (plan.status === 'cancelled') return 'cancelled'
  if (plan.status === 'approved')
    return plan.steps.every(step => step.passed_by !== null) ? 'done' : plan.expires_at <= at ? 'expired' : 'approved'
  if (hold === 'rejected') return 'rejected'
  return hold !== null || plan.expires_at <= at ? 'expired' : 'held'
}
