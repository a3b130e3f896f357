import { isDecidable } from '@/lib/hold/conflict'
import { usualSeconds } from '@/lib/hold/extension'
import { type Requirement, union } from '@/lib/hold/requirement'
import { nextStep, type Plan } from '@/lib/plan/plan'
import { judgeApproved } from '@/lib/policy/judge'
import { isAgreed } from './agreed'
import type { Candidate } from './candidate'
import type { Registry } from './registry'
import { allowed, denied, type Ruling } from './ruling'
import { sideOf } from './side'

/** What becomes of a ruling when the submission names a plan; `pass` is the step that it uses up. */
export interface Planned {
  readonly ruling: Ruling
  readonly pass: number | null
}

/**
 * Lets the next step of an approved plan pass, and asks people for anything else that names it, at the class of the whole
 * (G15). It never turns a denial into anything: deny rules, scope and containment win, and floors are asked of people again.
 * Those who agreed must still be enough of those who may, and the rules of today must ask no more than they gave.
 */
export function planned(
  ruling: Ruling,
  plan: Plan | undefined,
  candidate: Candidate,
  registry: Registry,
  at: Date,
): Planned {
  const open = ruling.is === 'held' || (ruling.is === 'decided' && ruling.status === 'allowed')
  const session = candidate.session
  const said = open
    ? nextStep(plan, { agent_id: candidate.known.agent.id, session, digest: candidate.resolved.digest }, at)
    : null
  if (!said) return { ruling, pass: null }
  if (said.is !== 'pass') {
    const { team } = candidate.known
    const one: Requirement = {
      stages: [{ approvals: 1, who: [{ relation: 'team_approvers', team_id: team }] }],
      veto: true,
    }
    const why = said.is === 'ask' ? said.sentence : 'There is no such plan.'
    return {
      ruling: asked(ruling, said.is === 'ask' ? said.requirement : one, why, candidate, registry, at),
      pass: null,
    }
  }
  if (ruling.is !== 'held') return { ruling, pass: said.n }
  if (!plan) return { ruling, pass: null }
  const again = (why: string): Planned => ({
    ruling: asked(ruling, plan.requirement, why, candidate, registry, at),
    pass: null,
  })
  if (ruling.why.some(one => one.kind === 'floor'))
    return again('It is a step of an approved plan, but must be looked at by itself.')
  if (JSON.stringify(union(plan.requirement, ruling.requirement)) !== JSON.stringify(plan.requirement))
    return again('The rules ask more now than when the plan was approved.')
  if (!isAgreed(plan.requirement, plan.approvers, candidate, registry, at))
    return again('Those who approved the plan are not enough any more, or may not decide this step.')
  const lifted = ruling.given && judgeApproved(registry.policy, ruling.given)
  if (lifted?.effect !== 'allow') return again('It is a step of an approved plan, but policy asks for it by itself.')
  const reason = `Step ${said.n} of a plan that people approved.`
  const passes = allowed(registry, lifted.rules, { by: 'grant', code: 'plan.step', reason })
  return {
    ruling: { ...passes, ...(ruling.given ? { given: ruling.given } : {}) },
    pass: passes.status === 'allowed' ? said.n : null,
  }
}

/** Held for people, at what it needs by itself and what the plan needs besides. */
function asked(
  ruling: Ruling,
  requirement: Requirement,
  sentence: string,
  candidate: Candidate,
  registry: Registry,
  at: Date,
): Ruling {
  const given = ruling.given ? { given: ruling.given } : {}
  const held = ruling.is === 'held' ? ruling : null
  const { known, submission, open_holds } = candidate
  if (!held && open_holds >= known.agent.limits.open_holds) return { is: 'refused', code: 'limit.open_holds', ...given }
  const needs = held ? union(held.requirement, requirement) : requirement
  const side = sideOf(registry, known, at, submission.context?.acting_for ?? null)
  if (!isDecidable(needs, side, registry.people, !registry.organisation.demo)) {
    const nobody = 'This needs approval, and nobody who is asked may give it.'
    return { ...denied(registry, 'hold.unapprovable', nobody, 'policy'), ...given }
  }
  const seconds = held?.seconds ?? Math.min(usualSeconds, submission.deadline_seconds ?? usualSeconds)
  const why = [...(held?.why ?? []), { kind: 'floor', id: 'plan', sentence } as const]
  return { is: 'held', requirement: needs, seconds, why, rules: why.map(one => one.id), ...given }
}
