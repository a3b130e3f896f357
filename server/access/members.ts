import type { MemberPatch } from '@/lib/access/contract'
import { accessEvent } from '@/lib/access/events'
import { decides, mayEverywhere, type RoleAssignment, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import type { HoldId, PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandTeams } from './demand-teams'
import { findPerson, grantRole, lockAdministrators, type PersonRow, revokeRole, savePerson } from './person-store'
import { isFounded, proposeRoles } from './role-changes'
import { revokeSignIns } from './sign-in-store'

const same = (one: RoleAssignment, other: RoleAssignment) => one.role === other.role && one.team_id === other.team_id
const without = (list: readonly RoleAssignment[], others: readonly RoleAssignment[]) =>
  list.filter(one => !others.some(other => same(one, other)))
const isSame = (list: readonly RoleAssignment[], other: readonly RoleAssignment[]) =>
  without(list, other).length === 0 && without(other, list).length === 0
const administers = (roles: readonly RoleAssignment[]) =>
  roles.some(one => one.role === 'administrator' && one.team_id === null)

/** What a patch asks for, and what of it a second person has to agree to first. */
interface Wanted {
  readonly next: Pick<PersonRow, 'name' | 'status' | 'roles'>
  /** Roles that they get only once somebody else agrees; where they are let in again, all that decide. */
  readonly asked: readonly RoleAssignment[]
  readonly letsIn: boolean
}

/** Splits a patch into what is done at once and what waits. Whoever is let in again decides again: that is giving, too. */
function split(was: PersonRow, patch: MemberPatch, founded: boolean): Wanted {
  const wanted = { name: patch.name ?? was.name, status: patch.status ?? was.status, roles: patch.roles ?? was.roles }
  const letsIn = was.status === 'disabled' && wanted.status === 'active'
  const asked = founded ? (letsIn ? wanted.roles : without(wanted.roles, was.roles)).filter(decides) : []
  if (asked.length === 0) return { next: wanted, asked, letsIn: false }
  const roles = without(wanted.roles, without(asked, was.roles))
  return { next: { name: wanted.name, status: letsIn ? was.status : wanted.status, roles }, asked, letsIn }
}

/** The open change by which somebody gets what they were not given at once. */
export interface RolesAsked {
  readonly hold_id: HoldId
  /** There is nobody else who could agree: it is decided, and carried out in a moment. */
  readonly self: boolean
}

/**
 * Edits a person: name, roles (the whole list), active or disabled. Disabling ends every sign-in of theirs in the same
 * commit; a role counts, or counts no more, from the next request on. Nobody gives themselves a role or disables themselves.
 * After the organisation's first day a role that decides is not given by one person (A27): the rest of the patch is done at
 * once, and the change that a second person has to agree to is returned; null: nothing waits.
 * @throws Refused 403, 404, 412, `person.last_administrator`, `change.open`
 */
export async function updateMember(
  app: Pick<Instance, 'db' | 'vault'>,
  by: SignedIn,
  id: PersonId,
  patch: MemberPatch,
  ifMatch: string | null,
): Promise<RolesAsked | null> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const administrators = await lockAdministrators(tx)
    // Whoever was an administrator when the request came may have been removed since.
    if (!administrators.includes(by.id)) throw new Refused('request.forbidden')
    const was = await findPerson(tx, id, true)
    if (!was) throw new Refused('request.not_found')
    if (!matchesEtag(ifMatch, was.version))
      throw new Refused('request.precondition_failed', undefined, { carries: { etag: etagOf(was.version) } })
    const wanted = split(was, patch, await isFounded(tx))
    const { next, asked } = wanted
    const isLess = was.status === 'active' && next.status === 'disabled'
    if (id === by.id && (isLess || asked.length > 0 || without(next.roles, was.roles).length > 0))
      throw new Refused('request.forbidden', 'Somebody else has to change that for you.')
    if (
      administers(was.roles) &&
      was.status === 'active' &&
      !(administers(next.roles) && next.status === 'active') &&
      administrators.every(one => one === id)
    ) {
      throw new Refused('person.last_administrator')
    }
    await demandTeams(tx, patch.roles ?? [])
    const reason = patch.reason ?? null
    const same = next.name === was.name && next.status === was.status && isSame(next.roles, was.roles)
    const done = asked.length > 0 && same ? null : await writeMember(tx, was, next, by.id, reason)
    const change = { roles: [...asked], lets_in: wanted.letsIn, invited: false, reason, proposed_by: by.id }
    const person = { id, version: was.version + (done ? 1 : 0) }
    const opened = asked.length > 0 ? await proposeRoles(tx, app, person, change) : null
    tx.hint('member', [id])
    await record(tx, opened?.at ?? done?.at ?? (await clock(tx)), [...(done?.events ?? []), ...(opened?.events ?? [])])
    return opened && { hold_id: opened.hold_id, self: opened.self }
  })
}

/** Writes what is done at once; the caller records the events. @throws Refused 412 */
async function writeMember(tx: Tx, was: PersonRow, next: Wanted['next'], by: PersonId, reason: string | null) {
  const { id } = was
  const [granted, revoked] = [without(next.roles, was.roles), without(was.roles, next.roles)]
  const disabled = was.status === 'active' && next.status === 'disabled'
  if (disabled || revoked.length > 0) await guardExclusive(tx)
  const at = await clock(tx)
  const principal = { kind: 'person', id: by } as const
  const { status, roles } = next
  const events = [accessEvent('person.updated', principal, [id], { person_id: id, status, roles: [...roles], reason })]
  for (const one of granted) {
    await grantRole(tx, id, one.role, one.team_id, by, at)
    events.push(accessEvent('role.granted', principal, [id], { person_id: id, role: one.role, team_id: one.team_id }))
  }
  for (const one of revoked) {
    await revokeRole(tx, id, one.role, one.team_id)
    events.push(accessEvent('role.revoked', principal, [id], { person_id: id, role: one.role, team_id: one.team_id }))
  }
  if (!(await savePerson(tx, was, next, disabled))) throw new Refused('request.precondition_failed')
  if (disabled) events.push(...(await endSignIns(tx, was, by, at)))
  return { at, events }
}

async function endSignIns(tx: Tx, person: Pick<PersonRow, 'id'>, by: PersonId, at: Date): Promise<EventDraft[]> {
  const ended = await revokeSignIns(tx, person.id, {}, at)
  if (ended.length === 0) return []
  tx.hint('sign_in', ended)
  return [
    accessEvent('sign_in.revoked', { kind: 'person', id: by }, [person.id], {
      person_id: person.id,
      sign_in_ids: ended,
    }),
  ]
}

/** Ends sign-ins of a person: theirs by themselves (one, or all others), anybody's by an administrator. @throws Refused 403, 404 */
export async function endSessions(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  person: PersonId,
  which: { only?: string; except?: string },
): Promise<void> {
  if (person !== by.id && !mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    if (!(await findPerson(tx, person, true))) throw new Refused('request.not_found')
    const at = await clock(tx)
    const ended = await revokeSignIns(tx, person, which, at)
    if (which.only !== undefined && ended.length === 0) throw new Refused('request.not_found')
    if (ended.length === 0) return
    tx.hint('sign_in', ended)
    await record(tx, at, [
      accessEvent('sign_in.revoked', { kind: 'person', id: by.id }, [person], {
        person_id: person,
        sign_in_ids: ended,
      }),
    ])
  })
}
