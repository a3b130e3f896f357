import { circumstancesOf, requirementOf, unknownRequirement } from '@/lib/approval-policy/approval-policy'
import { type Requirement, type Stage, union, type Who } from '@/lib/hold/requirement'
import type { Judgement, Rule } from '@/lib/policy/judge'
import type { Candidate } from './candidate'
import type { Registry } from './registry'

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

/** What the approval policy of this name asks of this action, today. */
function namedFor(
  name: string,
  { known, resolved, submission }: Pick<Candidate, 'resolved' | 'known' | 'submission'>,
  { approvalPolicies, people, teams }: Pick<Registry, 'approvalPolicies' | 'people' | 'teams'>,
): Requirement {
  const policy = approvalPolicies.get(name)
  if (!policy) return unknownRequirement(name)
  const { owning_team, owner } = resolved
  const said = { team: known.team, owning_team, owner, acting_for: submission.context?.acting_for }
  return requirementOf(policy, circumstancesOf(said, { people, teams }))
}

/** Why nobody can give what is asked, as the agent is told. */
export function unapprovable({ named = [] }: Requirement): string {
  const unknown = named.find(part => part.version === 0)
  if (unknown) return `This needs approval by “${unknown.name}”, and there is no approval policy of that name.`
  const empty = named.flatMap(part => part.stages).find(stage => 'confirm' in stage && stage.who.length === 0)
  return empty
    ? 'This needs the yes of whoever it is for, and context.acting_for names nobody here by address or id.'
    : 'This needs approval, and nobody who is asked may give it: everyone is on the asking side, disabled or missing.'
}

/**
 * What people must do before this may go on, or null when nothing asks them. Floors stand under policy: whatever it says,
 * a claim that differs from the catalogue, an earlier run with unknown outcome and a guarded write are asked of people.
 */
export function requirementFor(
  judgement: Extract<Judgement, { effect: 'allow' | 'hold' }>,
  candidate: Pick<Candidate, 'resolved' | 'known' | 'outcome_unknown' | 'submission'>,
  guarded: boolean,
  registry: Pick<Registry, 'approvalPolicies' | 'people' | 'teams'>,
): { requirement: Requirement; seconds: number | null; why: readonly Why[] } | null {
  const { resolved, known, outcome_unknown } = candidate
  const why: Why[] = []
  let requirement: Requirement | null = null
  let seconds: number | null = null
  const add = (more: Requirement) => {
    requirement = requirement ? union(requirement, more) : more
  }
  if (judgement.effect === 'hold') {
    for (const rule of judgement.rules) {
      const needs =
        rule.requirement === undefined
          ? stage(rule.approvals ?? 1, whoIsAsked(rule, known.team))
          : namedFor(rule.requirement, candidate, registry)
      add(rule.read_seconds ? { ...needs, read_seconds: rule.read_seconds } : needs)
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
