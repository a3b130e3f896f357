import type { PersonId, TeamId } from '@/lib/kernel/id'

export const roles = ['administrator', 'governor', 'approver', 'auditor', 'viewer'] as const
export type Role = (typeof roles)[number]

/** A role on the whole organisation (`team_id` null) or on one team. */
export interface RoleAssignment {
  readonly role: Role
  readonly team_id: TeamId | null
}

/** A role with who gave it and when; absent: before anything that is open now. */
export interface GrantedRole extends RoleAssignment {
  readonly granted_by?: string
  readonly granted_at?: Date
}

/** Roles that decide, or that give such roles: a second person agrees before somebody gets one (A27). */
const deciding: readonly Role[] = ['administrator', 'governor', 'approver']

/** Does this role decide, or give roles that do, wherever it is held? */
export const decides = ({ role }: Pick<RoleAssignment, 'role'>): boolean => deciding.includes(role)

/** A person as authentication found them, with their roles read from the database at this request. */
export interface SignedIn {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly sign_in_id: string
  readonly signed_in_at: Date
  /** Set where a personal token speaks for them: never fresh, and let in only where a door says so. Null: their browser. */
  readonly token?: { readonly read_only: boolean } | null
  readonly roles: readonly RoleAssignment[]
}

const everyone: readonly Role[] = roles
const governing: readonly Role[] = ['administrator', 'governor']

/** The one permission table: which roles may do what. Relations (owner, eligible approver) add to it in the verbs. */
export const permissions = {
  'registry.read': everyone,
  'registry.write': governing,
  'tool.classify': governing,
  'hold.read': everyone,
  'hold.review': ['approver', 'governor'],
  'containment.read': everyone,
  'containment.contain': governing,
  'containment.lift': governing,
  'enforcement.observe': governing,
  'on_call.read': everyone,
  'on_call.write': governing,
  'escalation.read': everyone,
  'escalation.write': governing,
  'policy.read': everyone,
  'policy.propose': governing,
  'grant.read': everyone,
  'grant.propose': ['administrator', 'governor', 'approver'],
  'grant.review': ['administrator', 'governor', 'auditor'],
  'report.read': ['administrator', 'governor', 'approver'],
  'report.name': ['administrator'],
  'report.canary': ['administrator'],
  'audit.read': ['administrator', 'governor', 'auditor'],
  'members.read': ['administrator', 'governor', 'auditor'],
  'members.write': ['administrator'],
  'settings.read': everyone,
  'settings.write': ['administrator'],
  'content.erase': ['administrator'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** May this person do this on the whole organisation? */
export function mayEverywhere(person: Pick<SignedIn, 'roles'>, permission: Permission): boolean {
  const allowed: readonly Role[] = permissions[permission]
  return person.roles.some(held => held.team_id === null && allowed.includes(held.role))
}

/** May this person do this to something that belongs to `team`? Organisation roles reach every team. */
export function mayIn(person: Pick<SignedIn, 'roles'>, permission: Permission, team: TeamId | null): boolean {
  const allowed: readonly Role[] = permissions[permission]
  return person.roles.some(held => allowed.includes(held.role) && (held.team_id === null || held.team_id === team))
}

/**
 * May this person do this somewhere at all? The door's first question; the verb asks again for the object. What every role
 * may do passes for people without a role too: an owner sees what is theirs.
 */
export function maySomewhere(person: Pick<SignedIn, 'roles'>, permission: Permission): boolean {
  const allowed: readonly Role[] = permissions[permission]
  if (allowed === everyone) return true
  return person.roles.some(held => allowed.includes(held.role))
}

/** The teams in which this holds: `'all'`, or a list for the `where` of a query. */
export function teamsFor(person: Pick<SignedIn, 'roles'>, permission: Permission): 'all' | TeamId[] {
  const allowed: readonly Role[] = permissions[permission]
  const held = person.roles.filter(assignment => allowed.includes(assignment.role))
  if (held.some(assignment => assignment.team_id === null)) return 'all'
  return held.flatMap(assignment => (assignment.team_id ? [assignment.team_id] : []))
}
