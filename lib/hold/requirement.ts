import type { GrantedRole, Role } from '@/lib/access/permission'
import type { PersonId } from '@/lib/kernel/id'

/** Who may fill a stage: a relation before a name. */
export type Who =
  | { readonly relation: 'team_approvers'; readonly team_id: string }
  | { readonly relation: 'any_approver' }
  | { readonly relation: 'governing' }
  | { readonly relation: 'owner' }
  | { readonly relation: 'role'; readonly role: Role; readonly team_id: string | null }
  | { readonly relation: 'person'; readonly person_id: PersonId }

/** So many distinct people, each from one of these. Stages are met in any order; nobody fills two. */
export interface Stage {
  readonly approvals: number
  readonly who: readonly Who[]
}

/** What a hold needs, written down when it opens. Later changes may raise it, never lower it. */
export interface Requirement {
  readonly stages: readonly Stage[]
  /** The first eligible reject ends it. */
  readonly veto: boolean
}

/** A person as eligibility sees them. */
export interface Person {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'disabled'
  readonly roles: readonly GrantedRole[]
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
      return person.id === who.person_id
  }
}

/** Both requirements at once: stages that ask the same people take the higher number, all others stand side by side. */
export function union(a: Requirement, b: Requirement): Requirement {
  const stages = new Map(a.stages.map(stage => [JSON.stringify(stage.who), stage]))
  for (const stage of b.stages) {
    const key = JSON.stringify(stage.who)
    const known = stages.get(key)
    stages.set(key, known ? { ...known, approvals: Math.max(known.approvals, stage.approvals) } : stage)
  }
  return { stages: [...stages.values()], veto: a.veto || b.veto }
}

/** How many approvals are needed in all. */
export function required(requirement: Requirement): number {
  return requirement.stages.reduce((sum, stage) => sum + stage.approvals, 0)
}
