import { isChoice, isConfirm, type NamedStage, type Need } from '@/lib/hold/need'
import type { ApprovalPolicy, Asked } from './approval-policy'

/** Names for ids; what is gone keeps its id. */
export interface Names {
  readonly team: (id: string) => string
  readonly person: (id: string) => string
}

/** Whom a policy asks, in words. */
export function askedWords(asked: Asked, names: Names): string {
  switch (asked.relation) {
    case 'agent_team':
      return 'approvers of the agent’s team'
    case 'resource_team':
      return 'approvers of the team that owns the resource'
    case 'resource_owner':
      return 'the owner of the resource'
    case 'manager_of_acting_for':
      return 'the manager of whoever it is for'
    case 'any_approver':
      return 'any approver'
    case 'governing':
      return 'administrators and governors'
    case 'team_approvers':
      return `approvers of ${names.team(asked.team_id)}`
    case 'role':
      return `people with the role ${asked.role}${asked.team_id === null ? '' : ` in ${names.team(asked.team_id)}`}`
    case 'person':
      return names.person(asked.person_id)
  }
}

/** What a need asks, as one sentence part: “2 of approvers of Payments” or “any of (…), (…)”. */
export function needWords<W>(need: Need<W>, label: (who: W) => string): string {
  if (!isChoice(need)) return `${need.approvals} of ${need.who.map(label).join(' or ') || 'nobody'}`
  const inner = need.of.map(one => `(${needWords(one, label)})`).join(', ')
  if (need.at_least === need.of.length) return need.of.length === 1 ? inner.slice(1, -1) : `all of ${inner}`
  return need.at_least === 1 ? `any of ${inner}` : `${need.at_least} of the groups ${inner}`
}

/** One stage, in words. */
export function stageWords(stage: NamedStage<Asked>, names: Names): string {
  return isConfirm(stage)
    ? 'whoever the agent acts for says that it is for them; that is no approval'
    : needWords(stage.need, who => askedWords(who, names))
}

/** A whole policy, a line each: its title, its stages in order, and what ends it. */
export function policyLines(
  { title, stages, rejects }: Pick<ApprovalPolicy, 'title' | 'stages' | 'rejects'>,
  names: Names,
): string {
  return [
    title,
    ...stages.map((stage, at) => `${at + 1}. ${stage.label}: ${stageWords(stage, names)}`),
    rejects === 1 ? 'The first reject ends it.' : `${rejects} rejects end it.`,
  ].join('\n')
}
