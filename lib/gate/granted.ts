import type { Tally } from '@/lib/grant/tally'
import { required } from '@/lib/hold/requirement'
import { isAgreed } from './agreed'
import type { Candidate } from './candidate'
import type { Registry } from './registry'
import { denied, type Ruling } from './ruling'

/**
 * Where only rules ask people, and people have agreed in advance to exactly this, it goes on. Floors, denials and switches
 * are never lifted so. The use is counted at once: ask only for what will be written.
 */
export function granted(ruling: Ruling, candidate: Candidate, registry: Registry, tally: Tally, at: Date): Ruling {
  const { submission, resolved, known } = candidate
  const grants = registry.grants.get(known.agent.id)
  if (!grants || ruling.is !== 'held' || ruling.why.some(one => one.kind !== 'rule')) return ruling
  // It lifts no hold that asks others than those who agreed to it. Whoever governs may agree to one for any of them.
  const stages = ruling.requirement.stages.map(stage => ({
    ...stage,
    who: [...stage.who, { relation: 'governing' } as const],
  }))
  const needed = { ...ruling.requirement, stages }
  const enough = grants.filter(one => isAgreed(needed, one.approved_by, candidate, registry, at))
  const covered = tally.use(enough, {
    agent_id: known.agent.id,
    tool: submission.tool,
    operation: resolved.operation,
    environment: resolved.environment,
    resource_type: resolved.resource_type,
    resource_id: resolved.resource_id,
    attributes: submission.resource?.attributes !== undefined,
    params: submission.params,
    amount: resolved.amount,
    currency: resolved.currency,
    session: candidate.session,
    task: submission.context?.task ?? null,
    approvals: required(ruling.requirement),
    at,
  })
  if (!covered) return ruling
  const base = denied(registry, 'grant.covered', 'People approved this in advance.', 'grant')
  return {
    ...base,
    status: 'allowed',
    why: ruling.why,
    ...(ruling.given ? { given: ruling.given } : {}),
    decision: { ...base.decision, verdict: 'allow', rules: [covered.grant.id, covered.line.id] },
  }
}
