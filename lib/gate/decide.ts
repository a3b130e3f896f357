import type { Decision } from '@/lib/action/decision'
import type { Resolved } from '@/lib/action/resolve'
import type { Containment } from '@/lib/containment/containment'
import { inForce } from '@/lib/containment/containment'
import { isDecidable } from '@/lib/hold/conflict'
import type { Requirement } from '@/lib/hold/requirement'
import type { Facts } from '@/lib/policy/facts'
import { type Judgement, judge, type Rule } from '@/lib/policy/judge'
import type { Candidate } from './candidate'
import { factsOf } from './facts-of'
import { isAnsweredFor, type Registry, reachOf, unowned } from './registry'
import { requirementFor, type Why } from './requirement-for'
import { sideOf } from './side'

/** What the gate does with one submission, and the facts that policy saw, if it came to policy. */
export type Ruling = Ruled & { readonly given?: Facts }

type Ruled =
  | {
      readonly is: 'decided'
      readonly status: 'allowed' | 'denied'
      readonly decision: Decision
      readonly why: readonly Why[]
    }
  | {
      readonly is: 'held'
      readonly requirement: Requirement
      readonly seconds: number
      readonly why: readonly Why[]
      readonly rules: readonly string[]
    }
  | {
      readonly is: 'unclassified'
      readonly seconds: number
      readonly why: readonly Why[]
      readonly rules: readonly string[]
    }
  | { readonly is: 'refused'; readonly code: 'limit.open_holds' }

const fourHours = 4 * 3_600

/** The one decision of the gate: pure, from facts to a ruling. Containment first, then memory, policy and floors. */
export function decide(candidate: Candidate, registry: Registry, now: Date): Ruling {
  const { submission, resolved, known } = candidate
  const reach = reachOf(known, {
    credential_id: candidate.credential_id,
    tool: submission.tool,
    environment: resolved.environment,
    session: candidate.session,
    instance: submission.context?.instance ?? null,
  })
  const contained = inForce(registry.containments, reach)
  const stopped = contained && containmentDenial(contained, resolved)
  if (stopped) return denied(registry, stopped.code, stopped.reason, 'containment')
  if (!isAnsweredFor(known, registry.people)) return denied(registry, unowned.code, unowned.reason, 'policy')
  if (candidate.rejected_recently) {
    return denied(registry, 'hold.rejected_recently', 'People rejected exactly this within the last hour.', 'human')
  }
  const given = factsOf(candidate, contained, now)
  return { ...judged(candidate, registry, contained, given, now), given }
}

/** What policy and its floors say. */
function judged(
  candidate: Candidate,
  registry: Registry,
  contained: Containment | null,
  given: Facts,
  now: Date,
): Ruled {
  const { submission, resolved, known } = candidate
  const judgement = judge(registry.policy, given)
  if (judgement.effect === 'deny') {
    const missing = judgement.code === 'scope.exceeded' ? candidate.match.missing : null
    return denied(registry, judgement.code, missing ?? judgement.reason, 'policy', judgement.rules)
  }
  const asked = requirementFor(judgement, candidate, contained?.level === 'guarded')
  if (!asked) return allowed(registry, judgement)
  if (candidate.open_holds >= known.agent.limits.open_holds) return { is: 'refused', code: 'limit.open_holds' }
  const seconds = Math.min(asked.seconds ?? fourHours, submission.deadline_seconds ?? Number.POSITIVE_INFINITY)
  const rules = asked.why.map(one => one.id)
  if (!resolved.known && candidate.too_many_tools) {
    return denied(
      registry,
      'tool.unclassified',
      'This agent has brought 20 tools that nobody has classified yet.',
      'policy',
    )
  }
  if (!resolved.known) return { is: 'unclassified', seconds, why: asked.why, rules }
  const side = sideOf(registry, known, now, submission.context?.acting_for ?? null)
  if (!isDecidable(asked.requirement, side, registry.people, !registry.organisation.demo)) {
    return denied(
      registry,
      'hold.unapprovable',
      'This needs approval, and nobody who is asked may give it: everyone is on the asking side, disabled or missing.',
      'policy',
      judgement.rules,
    )
  }
  return { is: 'held', requirement: asked.requirement, seconds, why: asked.why, rules }
}

function containmentDenial(contained: Containment, resolved: Resolved): { code: string; reason: string } | null {
  switch (contained.level) {
    case 'killed':
      return { code: 'containment.killed', reason: 'The kill switch is on for this agent.' }
    case 'quarantined':
      return resolved.known && resolved.operation === 'read'
        ? null
        : {
            code: 'containment.quarantined',
            reason: 'This agent is quarantined: only reads that are not secrets are allowed.',
          }
    case 'paused':
      return { code: 'containment.paused', reason: 'This agent is paused. Try again later with a new key.' }
    case 'guarded':
    case 'watched':
      return null
  }
}

function denied(
  registry: Registry,
  code: string,
  reason: string,
  by: Decision['by'],
  rules: readonly Rule[] = [],
): Ruled {
  return {
    is: 'decided',
    status: 'denied',
    why: rules.map(rule => ({ kind: 'rule', id: rule.id, sentence: rule.reason })),
    decision: { ...plain(registry), verdict: 'deny', by, code, reason, rules: rules.map(rule => rule.id) },
  }
}

function allowed(registry: Registry, judgement: Extract<Judgement, { effect: 'allow' | 'hold' }>): Ruled {
  const reason = judgement.rules[0]?.reason
  // A permit always names the rule that gave it (INV-06); without one nothing is allowed.
  if (reason === undefined)
    return denied(registry, 'policy.error', 'The policy allowed this without naming a rule.', 'policy')
  return {
    is: 'decided',
    status: 'allowed',
    why: judgement.rules.map(rule => ({ kind: 'rule', id: rule.id, sentence: rule.reason })),
    decision: {
      ...plain(registry),
      verdict: 'allow',
      by: 'policy',
      code: 'policy.permitted',
      reason,
      rules: judgement.rules.map(rule => rule.id),
    },
  }
}

function plain(registry: Registry) {
  return {
    reason_in_content: false,
    policy_version: registry.policy.version,
    modified: false,
    executable_digest: null,
    obligations: [],
  } as const
}
