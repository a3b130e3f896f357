import { type Group, isChoice, isConfirm, type NamedStage, type Need } from '@/lib/hold/need'
import type { Person, Requirement, Who } from '@/lib/hold/requirement'

/** Whom an approval policy asks: what is known of any action by relation, the rest by name. */
export type Asked =
  | { readonly relation: 'agent_team' }
  | { readonly relation: 'resource_team' }
  | { readonly relation: 'resource_owner' }
  | { readonly relation: 'manager_of_acting_for' }
  | Exclude<Who, { relation: 'acted_for' | 'manager' | 'owner' }>

/** How people agree to what rules name it for (`@requirement`): stages in order, and how many rejects end it. */
export interface ApprovalPolicy {
  readonly name: string
  readonly title: string
  /** One more each time that another text of it comes into force. */
  readonly version: number
  readonly stages: readonly NamedStage<Asked>[]
  /** 1: the first reject ends it. */
  readonly rejects: number
}

/** What of an action an approval policy asks by. */
export interface Circumstances {
  readonly team: string
  /** The team that the resource's own system calls its owner, where it is one of ours. */
  readonly resource_team: string | null
  /** Whom it calls the resource's owner, where that is one person here. */
  readonly resource_owner: Person['id'] | null
  /** Whoever the agent says that it acts for, where that is one person here. */
  readonly acted_for: Person['id'] | null
}

/** Reads them off what an action says and what its resource's own system said. */
export function circumstancesOf(
  action: {
    readonly team: string
    readonly owning_team: string | null
    readonly owner?: string | null
    readonly acting_for: string | null | undefined
  },
  { people, teams }: { readonly people: readonly Person[]; readonly teams: ReadonlyMap<string, string> },
): Circumstances {
  const { team, owning_team, owner, acting_for } = action
  return {
    team,
    resource_team: [...teams].find(([id, name]) => id === owning_team || name === owning_team)?.[0] ?? null,
    resource_owner: personNamed(owner, people),
    acted_for: personNamed(acting_for, people),
  }
}

/** A relation of this very action; nobody where the action does not say who that would be. */
function whoFor(asked: Asked, { team, resource_team, resource_owner, acted_for }: Circumstances): Who[] {
  switch (asked.relation) {
    case 'agent_team':
      return [{ relation: 'team_approvers', team_id: team }]
    case 'resource_team':
      return resource_team === null ? [] : [{ relation: 'team_approvers', team_id: resource_team }]
    case 'resource_owner':
      return resource_owner === null ? [] : [{ relation: 'person', person_id: resource_owner }]
    case 'manager_of_acting_for':
      return acted_for === null ? [] : [{ relation: 'manager', of: acted_for }]
    default:
      return [asked]
  }
}

/** The same need with other people in its groups. */
export function withWho<A, B>(need: Need<A>, change: (who: A) => readonly B[]): Need<B> {
  return isChoice(need)
    ? { at_least: need.at_least, of: need.of.map(one => withWho(one, change)) }
    : ({ approvals: need.approvals, who: need.who.flatMap(change) } satisfies Group<B>)
}

/** What this policy asks of one action. */
export function requirementOf(policy: ApprovalPolicy, circumstances: Circumstances): Requirement {
  const { acted_for } = circumstances
  const stages = policy.stages.map(
    (stage): NamedStage<Who> =>
      isConfirm(stage)
        ? {
            label: stage.label,
            confirm: true,
            who: acted_for === null ? [] : [{ relation: 'acted_for', person_id: acted_for }],
          }
        : { label: stage.label, need: withWho(stage.need, who => whoFor(who, circumstances)) },
  )
  return {
    stages: [],
    veto: policy.rejects === 1,
    ...(policy.rejects > 1 ? { denies: policy.rejects } : {}),
    named: [{ name: policy.name, version: policy.version, stages }],
  }
}

/** What a rule asks by a name that nobody has: nobody can give it, so it is denied, and never held by less. */
export function unknownRequirement(name: string): Requirement {
  const stages = [{ label: 'unknown', need: { approvals: 1, who: [] } }]
  return { stages: [], veto: true, named: [{ name, version: 0, stages }] }
}

/** The one active person whom this claim names by id or whole address. Likeness is enough to be kept out, not to be let in. */
function personNamed(claim: string | null | undefined, people: readonly Person[]): Person['id'] | null {
  const said = claim?.trim().toLowerCase()
  if (!said) return null
  const meant = people.filter(
    one => one.status === 'active' && (one.id.toLowerCase() === said || one.email.toLowerCase() === said),
  )
  return meant.length === 1 ? (meant[0]?.id ?? null) : null
}
