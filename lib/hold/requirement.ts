import type { GrantedRole, Role } from '@/lib/access/permission'
import type { PersonId } from '@/lib/kernel/id'
import { alternatives, groupsOf, isConfirm, type NamedStage, together } from './need'

/** Who may fill a stage: a relation before a name. */
export type Who =
  | { readonly relation: 'team_approvers'; readonly team_id: string }
  | { readonly relation: 'any_approver' }
  | { readonly relation: 'governing' }
  | { readonly relation: 'owner' }
  | { readonly relation: 'role'; readonly role: Role; readonly team_id: string | null }
  | { readonly relation: 'person'; readonly person_id: PersonId }
  /** Whoever the agent says that it acts for: they confirm, and never approve. */
  | { readonly relation: 'acted_for'; readonly person_id: PersonId }
  /** The manager of this person, whoever that is when it is asked. */
  | { readonly relation: 'manager'; readonly of: PersonId }

/** So many distinct people, each from one of these. Stages are met in any order; nobody fills two. */
export interface Stage {
  readonly approvals: number
  readonly who: readonly Who[]
}

/**
 * What an approval policy asks, as it was at some version: stages in order. Of two with the same name each must be met by
 * itself, so the stricter wins.
 */
export interface NamedPart {
  readonly name: string
  readonly version: number
  readonly stages: readonly NamedStage<Who>[]
}

/** What a hold needs, written down when it opens. Later changes may raise it, never lower it. */
export interface Requirement {
  readonly stages: readonly Stage[]
  /** The first eligible reject ends it. */
  readonly veto: boolean
  /** How many rejects end it, where one is not enough; absent: 1. */
  readonly denies?: number
  /** Approval policies that must be met besides. */
  readonly named?: readonly NamedPart[]
  /** How long whoever approves must have had it before them, at least. */
  readonly read_seconds?: number
  /** Who may fill any place besides those whom it asks, because it has waited too long. They confirm nothing. */
  readonly added?: readonly PersonId[]
}

/** A person as eligibility sees them. */
export interface Person {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'disabled'
  readonly roles: readonly GrantedRole[]
  /** Whom they report to, and who said so when; absent: nobody. */
  readonly manager?: { readonly id: string; readonly set_by: string; readonly set_at: Date } | null
}

const holds = (person: Person, role: Role, team: string | null | undefined) =>
  person.roles.some(held => held.role === role && (team === undefined || held.team_id === team))

/** Holds a role, anywhere, that may decide holds. */
export const mayReview = (person: Person): boolean =>
  holds(person, 'approver', undefined) || holds(person, 'governor', undefined)

/** Is this person among those whom the relation names (conflicts are asked elsewhere)? */
export function isAmong(who: Who, person: Person, people: readonly Person[]): boolean {
  if (person.status !== 'active') return false
  switch (who.relation) {
    case 'team_approvers': {
      const inTeam = (one: Person) => holds(one, 'approver', who.team_id) || holds(one, 'governor', who.team_id)
      const organisation = (one: Person) => holds(one, 'approver', null) || holds(one, 'governor', null)
      return people.some(one => one.status === 'active' && inTeam(one)) ? inTeam(person) : organisation(person)
    }
    case 'any_approver':
      return mayReview(person)
    case 'governing':
      return holds(person, 'administrator', null) || holds(person, 'governor', null)
    case 'owner':
      return false
    case 'role':
      return holds(person, who.role, who.team_id) || (who.team_id !== null && holds(person, who.role, null))
    case 'person':
    case 'acted_for':
      return person.id === who.person_id
    case 'manager':
      return people.some(one => one.id === who.of && one.manager?.id === person.id)
  }
}

/**
 * Both requirements at once: stages that ask the same people take the higher number, all others stand side by side, and so do
 * versions of one approval policy, each to be met by itself.
 */
export function union(a: Requirement, b: Requirement): Requirement {
  const stages = new Map(a.stages.map(stage => [JSON.stringify(stage.who), stage]))
  for (const stage of b.stages) {
    const key = JSON.stringify(stage.who)
    const known = stages.get(key)
    stages.set(key, known ? { ...known, approvals: Math.max(known.approvals, stage.approvals) } : stage)
  }
  const named = new Map<string, NamedPart>()
  for (const part of [...(a.named ?? []), ...(b.named ?? [])]) {
    const key = JSON.stringify([part.name, part.stages])
    if (!named.has(key)) named.set(key, part)
  }
  const added = [...new Set([...(a.added ?? []), ...(b.added ?? [])])]
  const read_seconds = Math.max(a.read_seconds ?? 0, b.read_seconds ?? 0)
  const denies = Math.min(rejectsNeeded(a), rejectsNeeded(b))
  return {
    stages: [...stages.values()],
    veto: denies === 1,
    ...(denies > 1 ? { denies } : {}),
    ...(named.size > 0 ? { named: [...named.values()] } : {}),
    ...(read_seconds > 0 ? { read_seconds } : {}),
    ...(added.length > 0 ? { added } : {}),
  }
}

/** The same, and these people may fill any place of it too: nothing that it asks is lowered. */
export function withAdded(requirement: Requirement, people: readonly PersonId[]): Requirement {
  const added = [...new Set([...(requirement.added ?? []), ...people])]
  return added.length > 0 ? { ...requirement, added } : requirement
}

/** How many distinct people must reject before it ends. */
export const rejectsNeeded = ({ veto, denies }: Pick<Requirement, 'veto' | 'denies'>): number =>
  veto ? 1 : Math.max(1, denies ?? 1)

/**
 * All that is needed at once: a list of ways, each with every group that it needs. One for each choice of versions. As in a
 * union, what a rule and a policy ask of the same people is the higher number, and all else stands side by side.
 */
export function waysOf({ stages, named = [] }: Requirement): Stage[][][] {
  const versions = [...Map.groupBy(named, part => part.name).values()]
  const picks = together(versions.map(parts => parts.map(part => [part])))
  return picks.map(parts => {
    const each = parts.map(part =>
      together<Stage>(part.stages.flatMap(one => (isConfirm(one) ? [] : [alternatives(one.need)]))).map(way => [way]),
    )
    return together<readonly Stage[]>([[[stages]], ...each]).map(atOnce)
  })
}

/** Groups of several parts at once: by whom they ask, the most that one part asks. */
function atOnce(parts: readonly (readonly Stage[])[]): Stage[] {
  const most = new Map<string, Stage>()
  for (const part of parts) {
    for (const [key, same] of Map.groupBy(part, stage => JSON.stringify(stage.who))) {
      const asked = same.reduce((sum, stage) => sum + stage.approvals, 0)
      const [{ who } = { who: [] }] = same
      most.set(key, { approvals: Math.max(asked, most.get(key)?.approvals ?? 0), who })
    }
  }
  return [...most.values()]
}

/** How many approvals are needed in all, at least. */
export function required(requirement: Requirement): number {
  const total = (way: readonly Stage[]) => way.reduce((sum, stage) => sum + stage.approvals, 0)
  return Math.max(...waysOf(requirement).map(ways => Math.min(...ways.map(total))))
}

/** Is this person asked to confirm, because it is for them? Then they never count as an approver. */
export function isConfirmer({ named = [] }: Requirement, person: Person, people: readonly Person[]): boolean {
  return named.some(part =>
    part.stages.some(stage => isConfirm(stage) && stage.who.some(who => isAmong(who, person, people))),
  )
}

/** Is this person asked to approve, at any stage? */
export function isAsked(
  { stages, named = [], added = [] }: Requirement,
  person: Person,
  people: readonly Person[],
): boolean {
  const among = ({ who }: Pick<Stage, 'who'>) => who.some(one => isAmong(one, person, people))
  return (
    (person.status === 'active' && added.includes(person.id)) ||
    stages.some(among) ||
    named.some(part => part.stages.some(stage => !isConfirm(stage) && groupsOf(stage.need).some(among)))
  )
}
