import type { RoleAssignment } from '@/lib/access/permission'
import { type RoleChange, roleChange } from '@/lib/access/role-change'
import type { Registry } from '@/lib/gate/registry'
import type { HoldRow } from '@/server/hold/store'

/** What such a change would do; null where it is erased. */
function changeOf(payload: string | undefined): RoleChange | null {
  return roleChange.safeParse(JSON.parse(payload ?? 'null')).data ?? null
}

const named = (registry: Registry, id: string | null) => registry.people.find(one => one.id === id)

const inWords = ({ role, team_id }: RoleAssignment, { teams }: Registry) =>
  team_id === null ? role : `${role} of ${teams.get(team_id) ?? team_id}`

/** Who would be what, in the product's words. */
export function rolesTitle(hold: HoldRow, registry: Registry, payload: string | undefined): string {
  const change = changeOf(payload)
  const name = `“${(named(registry, hold.subject_id)?.name ?? hold.subject_id ?? '').slice(0, 80)}”`
  if (!change) return `Give ${name} roles that decide`
  const roles = change.roles.map(one => inWords(one, registry)).join(', ')
  return change.lets_in ? `Let ${name} in again, as ${roles}` : `Make ${name} ${roles}`
}

/** Who this is, by name and address, and what they are. */
export function rolesBefore(hold: HoldRow, registry: Registry): string {
  const person = named(registry, hold.subject_id)
  if (!person) return hold.subject_id ?? ''
  return linesOf(person, person.status === 'disabled', person.roles, registry)
}

/** The same once it is carried out, and who gives it. */
export function rolesAfter(hold: HoldRow, registry: Registry, payload: string | undefined): string | null {
  const change = changeOf(payload)
  const person = named(registry, hold.subject_id)
  if (!change || !person) return null
  const isGiven = (held: RoleAssignment) =>
    change.roles.some(one => one.role === held.role && one.team_id === held.team_id)
  const roles = [...person.roles.filter(one => !isGiven(one)), ...change.roles]
  const giver = named(registry, change.proposed_by)?.name ?? change.proposed_by
  const how = change.invited ? `${giver}, who invited them` : giver
  const shutOut = person.status === 'disabled' && !change.lets_in
  return `${linesOf(person, shutOut, roles, registry)}\nProposed by ${how}.`
}

function linesOf(
  person: { readonly name: string; readonly email: string },
  isOut: boolean,
  roles: readonly RoleAssignment[],
  registry: Registry,
): string {
  const held = roles.map(one => inWords(one, registry)).sort()
  return [
    `${person.name}, ${person.email}`,
    ...(isOut ? ['shut out'] : []),
    ...(held.length > 0 ? held : ['no role']),
  ].join('\n')
}
