import { type Requirement, type Stage, union, type Who } from '@/lib/hold/requirement'
import type { Judgement, Rule } from '@/lib/policy/judge'
import type { Candidate } from './candidate'

/** One reason why an action stopped: a rule of policy, or a floor of the gate itself. */
export interface Why {
  readonly kind: 'rule' | 'floor'
  readonly id: string
  readonly sentence: string
}

/** Whom a rule asks, for an agent of this team. */
export function whoIsAsked(rule: Pick<Rule, 'who'>, team: string): Who {
  switch (rule.who) {
    case 'any_approver':
      return { relation: 'any_approver' }
    case 'classifiers':
    case 'governing':
      return { relation: 'governing' }
    case 'team_approvers':
      return { relation: 'team_approvers', team_id: team }
  }
}

const stage = (approvals: number, who: Who): Requirement => ({
  stages: [{ approvals, who: [who] } satisfies Stage],
  veto: true,
})

/**
 * What people must do before this may go on, or null when nothing asks them. Floors stand under policy: whatever it says,
 * a claim that differs from the catalogue, an earlier run with unknown outcome and a guarded write are asked of people.
 */
export function requirementFor(
  judgement: Extract<Judgement, { effect: 'allow' | 'hold' }>,
  { resolved, known, outcome_unknown }: Pick<Candidate, 'resolved' | 'known' | 'outcome_unknown'>,
  guarded: boolean,
): { requirement: Requirement; seconds: number | null; why: readonly Why[] } | null {
  const why: Why[] = []
  let requirement: Requirement | null = null
  let seconds: number | null = null
  const add = (more: Requirement) => {
    requirement = requirement ? union(requirement, more) : more
  }
  if (judgement.effect === 'hold') {
    for (const rule of judgement.rules) {
      add(stage(rule.approvals ?? 1, whoIsAsked(rule, known.team)))
      if (rule.timeout_seconds !== null) seconds = Math.min(seconds ?? rule.timeout_seconds, rule.timeout_seconds)
      why.push({ kind: 'rule', id: rule.id, sentence: rule.reason })
    }
    if (judgement.rules.length === 0) add(stage(1, { relation: 'team_approvers', team_id: known.team }))
  }
  const floors: Why[] = []
  if (resolved.claim_differs) {
    floors.push({
      kind: 'floor',
      id: 'claim-differs',
      sentence: 'The agent calls this another operation than the catalogue does.',
    })
  }
  if (outcome_unknown) {
    floors.push({
      kind: 'floor',
      id: 'outcome-unknown',
      sentence: 'Exactly this was run before, and nobody knows how it ended.',
    })
  }
  if (guarded && resolved.operation !== 'read') {
    floors.push({ kind: 'floor', id: 'guarded', sentence: 'This agent is guarded: every write is asked of a person.' })
  }
  if (floors.length > 0) add(stage(1, { relation: 'team_approvers', team_id: known.team }))
  return requirement ? { requirement, seconds, why: [...why, ...floors] } : null
}
