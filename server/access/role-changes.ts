import { accessEvent } from '@/lib/access/events'
import type { RoleAssignment } from '@/lib/access/permission'
import { type RoleChange, roleChange, roleChangeKind } from '@/lib/access/role-change'
import { settledBy } from '@/lib/hold/cooling'
import { etagOf } from '@/lib/kernel/etag'
import { isId, type PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import { type ApprovedChange, proposeIn } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { demandTeams } from './demand-teams'
import { readOrganisation } from './organisation-store'
import { findPerson, grantRole, revokeRole, savePerson } from './person-store'

/** Is the organisation past its first day? From then on a second person agrees before a role that decides is given. */
export async function isFounded(tx: Tx): Promise<boolean> {
  return settledBy(await clock(tx), (await readOrganisation(tx)).founding_until) !== null
}

/**
 * Asks a second administrator or governor for roles that decide. It is based on the person as they are now: whatever changes
 * them meanwhile makes it fail. Where there is no such second person, whoever proposes it decides alone, marked self.
 * @throws Refused change.open
 */
export function proposeRoles(
  tx: Tx,
  app: Pick<Instance, 'vault'>,
  person: { readonly id: PersonId; readonly version: number },
  change: RoleChange,
) {
  return proposeIn(
    tx,
    app,
    { id: change.proposed_by },
    {
      kind: roleChangeKind,
      subject_id: person.id,
      based_on: etagOf(person.version),
      payload: change,
      agent_id: null,
      team_id: null,
      alone: true,
    },
  )
}

/** Roles that people have agreed to. Each is given now, also where it was held before: it counts as new from now on (A27). */
async function giveRoles(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
  const { roles, lets_in, reason, proposed_by } = roleChange.parse(change.payload)
  await touchRegistry(tx)
  const was = isId('usr', change.subject_id) ? await findPerson(tx, change.subject_id, true) : null
  if (!was || etagOf(was.version) !== change.based_on) throw new Refused('change.stale')
  await demandTeams(tx, roles)
  const at = await clock(tx)
  const by = { kind: 'person', id: proposed_by } as const
  const subjects = [was.id, change.hold_id]
  for (const one of roles) {
    await revokeRole(tx, was.id, one.role, one.team_id)
    await grantRole(tx, was.id, one.role, one.team_id, proposed_by, at)
  }
  const status = lets_in ? 'active' : was.status
  if (!(await savePerson(tx, was, { name: was.name, status }, false))) throw new Refused('change.stale')
  tx.hint('member', [was.id])
  const isGiven = (held: RoleAssignment) => roles.some(one => one.role === held.role && one.team_id === held.team_id)
  const held = [...was.roles.filter(one => !isGiven(one)), ...roles]
  await record(tx, at, [
    accessEvent('person.updated', by, subjects, { person_id: was.id, status, roles: held, reason }),
    ...roles.map(one => accessEvent('role.granted', by, subjects, { person_id: was.id, ...one })),
  ])
}

/** The changes of people that others have agreed to, by kind: the engine applies each exactly once. */
export const roleChanges = [{ kind: roleChangeKind, apply: giveRoles }] as const
