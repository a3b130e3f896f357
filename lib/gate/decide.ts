import type { Resolved } from '@/lib/action/resolve'
import { type EnforcementWindow, isObserved, observedRuling, type WouldBe } from '@/lib/agent/enforcement'
import type { Containment } from '@/lib/containment/containment'
import { inForce } from '@/lib/containment/containment'
import { isDecidable } from '@/lib/hold/conflict'
import { usualSeconds } from '@/lib/hold/extension'
import { linesOf } from '@/lib/policy/constraint'
import type { Facts } from '@/lib/policy/facts'
import { judge } from '@/lib/policy/judge'
import { narrowingOf } from '@/lib/policy/narrowing'
import type { Candidate } from './candidate'
import { type Around, factsOf } from './facts-of'
import { isAnsweredFor, type Registry, reachOf, unowned } from './registry'
import { requirementFor, unapprovable } from './requirement-for'
import { allowed, denied, type Ruled, type Ruling } from './ruling'
import { sideOf } from './side'

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
  const window = isObserved(
    registry.observing,
    { agent_id: known.agent.id, team_id: known.team },
    { operation: resolved.operation, claimed: submission.operation ?? null, reversible: resolved.reversible },
    now,
  )
  const around = { calendar: registry.calendars.get(known.team), contained, observing: window !== null }
  const given = factsOf(candidate, around, now)
  const ruled = judged(candidate, registry, around, given, now)
  const observed = window && observe(window, ruled, candidate, registry, around)
  return { ...(observed ?? ruled), given }
}

/** What policy and its floors say: allowed, narrowed, allowed by a grant, held, or denied. */
function judged(candidate: Candidate, registry: Registry, around: Around, given: Facts, now: Date): Ruled {
  const { submission, resolved, known } = candidate
  const judgement = judge(registry.policy, given)
  const guarded = around.contained?.level === 'guarded'
  if (judgement.effect !== 'allow') {
    const narrowed = narrow(candidate, registry, around, given, guarded, now)
    if (narrowed) return narrowed
  }
  if (judgement.effect === 'deny') {
    const missing = judgement.code === 'scope.exceeded' ? candidate.match.missing : null
    return denied(registry, judgement.code, missing ?? judgement.reason, 'policy', judgement.rules)
  }
  const asked = requirementFor(judgement, candidate, guarded, registry)
  const loose = asked && unpinned(resolved)
  if (loose) return denied(registry, loose.code, loose.reason, 'policy', judgement.rules)
  if (!asked) {
    const reason = judgement.rules[0]?.reason ?? ''
    return allowed(registry, judgement.rules, { by: 'policy', code: 'policy.permitted', reason })
  }
  if (candidate.open_holds >= known.agent.limits.open_holds) return { is: 'refused', code: 'limit.open_holds' }
  const seconds = Math.min(asked.seconds ?? usualSeconds, submission.deadline_seconds ?? Number.POSITIVE_INFINITY)
  const rules = asked.why.map(one => one.id)
  if (!resolved.known && candidate.too_many_tools) {
    const many = 'This agent has brought 20 tools that nobody has classified yet.'
    return denied(registry, 'tool.unclassified', many, 'policy')
  }
  if (!resolved.known) return { is: 'unclassified', seconds, why: asked.why, rules }
  const side = sideOf(registry, known, now, submission.context?.acting_for ?? null)
  if (!isDecidable(asked.requirement, side, registry.people, !registry.organisation.demo)) {
    return denied(registry, 'hold.unapprovable', unapprovable(asked.requirement), 'policy', judgement.rules)
  }
  return { is: 'held', requirement: asked.requirement, seconds, why: asked.why, rules }
}

/** What people cannot agree to: they would approve a name, and something else might run under it (P13). */
export function unpinned({ unpinned: names }: Pick<Resolved, 'unpinned'>): { code: string; reason: string } | null {
  if (names.length === 0) return null
  const reason = `People are asked for this, and ${names.join(', ')} can be changed after they agree. Name it by digest.`
  return { code: 'params.unpinned', reason }
}

/** Narrowed by rule instead of asked or refused, where that is enough and no floor asks people anyhow. */
function narrow(
  candidate: Candidate,
  registry: Registry,
  around: Around,
  given: Facts,
  guarded: boolean,
  now: Date,
): Ruled | null {
  const { submission, resolved } = candidate
  const tool = { operation: resolved.operation, parameters: candidate.parameters }
  const narrowing = narrowingOf(registry.policy, given, submission.params, tool, params =>
    factsOf(candidate.narrowedTo(params), around, now),
  )
  if (!narrowing || requirementFor({ effect: 'allow', rules: narrowing.rules }, candidate, guarded, registry))
    return null
  const reason = narrowing.rules.find(rule => rule.constrain !== null)?.reason ?? ''
  return allowed(registry, narrowing.rules, {
    by: 'policy',
    code: 'policy.constrained',
    reason,
    obligations: narrowing.obligations,
    execute_within: narrowing.execute_within,
    params: narrowing.modified ? narrowing.params : null,
    narrowed: linesOf(narrowing.constraints),
  })
}

/** What is only watched goes on, with what would have happened; null where it is enforced all the same. */
function observe(
  window: EnforcementWindow,
  ruled: Ruled,
  candidate: Candidate,
  registry: Registry,
  { contained }: Around,
): Ruled | null {
  const would = wouldBe(ruled)
  const observed = observedRuling(window, would, {
    guarded: contained?.level === 'guarded',
    in_scope: candidate.match.in_scope,
    tenant_in_scope: candidate.match.tenant_in_scope,
    above_ceiling: candidate.match.above_ceiling,
    outcome_unknown: candidate.outcome_unknown,
  })
  if (!observed || ruled.is === 'refused') return null
  const base = denied(registry, observed.code, observed.reason, 'policy')
  return {
    ...base,
    status: 'allowed',
    why: ruled.why,
    decision: {
      ...base.decision,
      verdict: 'allow',
      rules: observed.would_be.rules,
      enforced: false,
      would_be: observed.would_be,
    },
  }
}

function wouldBe(ruled: Ruled): WouldBe | null {
  if (ruled.is === 'held')
    return { status: 'held', code: 'hold.opened', rules: ruled.rules, requirement: ruled.requirement }
  if (ruled.is !== 'decided' || ruled.status !== 'denied') return null
  return { status: 'denied', code: ruled.decision.code, rules: ruled.decision.rules, requirement: null }
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
