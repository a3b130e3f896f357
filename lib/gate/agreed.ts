import { eligibility } from '@/lib/hold/conflict'
import { quorumMet } from '@/lib/hold/quorum'
import type { Requirement } from '@/lib/hold/requirement'
import type { Candidate } from './candidate'
import type { Registry } from './registry'
import { sideOf } from './side'

/**
 * Would these people, who agreed in advance, be enough for this requirement today? Whoever has left, lost the role or come to
 * stand on the asking side since counts for nobody.
 */
export function isAgreed(
  requirement: Requirement,
  by: readonly string[],
  candidate: Pick<Candidate, 'known' | 'submission'>,
  registry: Registry,
  at: Date,
): boolean {
  const side = sideOf(registry, candidate.known, at, candidate.submission.context?.acting_for ?? null)
  const alone = !registry.organisation.demo
  const said = (one: Registry['people'][number]) => eligibility(requirement, side, one, registry.people, alone)
  const able = registry.people.filter(one => by.includes(one.id) && said(one).may_approve)
  return able.some(one => said(one).self) || quorumMet(requirement, able, registry.people)
}
