import type { MemberPatch } from '@/lib/access/contract'
import { accessEvent } from '@/lib/access/events'
import { mayEverywhere, type RoleAssignment, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandTeams } from './invite'
import { findPerson, grantRole, lockAdministrators, type PersonRow, revokeRole, savePerson } from './person-store'
import { revokeSignIns } from './sign-in-store'

const same = (one: RoleAssignment, other: RoleAssignment) => one.role === other.role && one.team_id === other.team_id
const without = (list: readonly RoleAssignment[], others: readonly RoleAssignment[]) =>
  list.filter(one => !others.some(other => same(one, other)))
const administers = (roles: readonly RoleAssignment[]) =>
  roles.some(one => one.role === 'administrator' && one.team_id === null)

/**
 * Edits a person: name, roles (the whole list), active or disabled. Disabling ends every sign-in of theirs in the same
 * commit; a role counts, or counts no more, from the next request on. Nobody gives themselves a role or disables themselves.
 * @throws Refused 403, 404, 412, `person.last_administrator`
 */
export async function updateMember(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  id: PersonId,
  patch: MemberPatch,
  ifMatch: string | null,
): Promise<void> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const administrators = await lockAdministrators(tx)
    // Whoever was an administrator when the request came may have been removed since.
    if (!administrators.includes(by.id)) throw new Refused('request.forbidden')
    const was = await findPerson(tx, id, true)
    if (!was) throw new Refused('request.not_found')
    if (!matchesEtag(ifMatch, was.version))
      throw new Refused('request.precondition_failed', undefined, { carries: { etag: etagOf(was.version) } })
    const next = { name: patch.name ?? was.name, status: patch.status ?? was.status, roles: patch.roles ?? was.roles }
    const [granted, revoked] = [without(next.roles, was.roles), without(was.roles, next.roles)]
    const disabled = was.status === 'active' && next.status === 'disabled'
    if (id === by.id && (granted.length > 0 || disabled))
      throw new Refused('request.forbidden', 'Somebody else has to change that for you.')
    if (
      administers(was.roles) &&
      was.status === 'active' &&
      !(administers(next.roles) && next.status === 'active') &&
      administrators.every(one => one === id)
    ) {
      throw new Refused('person.last_administrator')
    }
    await demandTeams(tx, [...granted])
    if (disabled || revoked.length > 0) await guardExclusive(tx)
    const at = await clock(tx)
    const principal = { kind: 'person', id: by.id } as const
    const events: EventDraft[] = []
    for (const one of granted) {
      await grantRole(tx, id, one.role, one.team_id, by.id, at)
      events.push(accessEvent('role.granted', principal, [id], { person_id: id, role: one.role, team_id: one.team_id }))
    }
    for (const one of revoked) {
      await revokeRole(tx, id, one.role, one.team_id)
      events.push(accessEvent('role.revoked', principal, [id], { person_id: id, role: one.role, team_id: one.team_id }))
    }
    if (!(await savePerson(tx, was, next, disabled))) throw new Refused('request.precondition_failed')
    if (disabled) events.push(...(await endSignIns(tx, was, by.id, at)))
    tx.hint('member', [id])
    events.unshift(
      accessEvent('person.updated', principal, [id], {
        person_id: id,
        status: next.status,
        roles: [...next.roles],
        reason: patch.reason ?? null,
      }),
    )
    await record(tx, at, events)
  })
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
