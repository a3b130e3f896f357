import { createHash } from 'node:crypto'
import { emailSkeleton } from '@/lib/access/email'
import { accessEvent } from '@/lib/access/events'
import { decides } from '@/lib/access/permission'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { findOpenInvitation, type Invitation, spendInvitation } from './invitation-store'
import { hashPassword } from './password'
import { findPerson, findTwin, grantRole, insertPerson } from './person-store'
import { isFounded, proposeRoles } from './role-changes'

/** Tokens of links are stored hashed: who reads the database cannot join. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/**
 * Makes a person out of an invitation, in an open transaction that holds it; their events are returned. After the
 * organisation's first day, roles that decide wait for a second person who did not invite them (A27): asked now that there is
 * somebody to be seen, and not when the letter went out, so that who was invited in vain bothers nobody.
 * @throws Refused person.exists
 */
export async function acceptInto(
  tx: Tx,
  app: Pick<Instance, 'vault'>,
  invitation: Invitation,
  as: { name: string; password_hash: string | null; skeleton: string },
  at: Date,
): Promise<{ id: PersonId; events: EventDraft[] }> {
  if (await findTwin(tx, invitation.email, as.skeleton)) throw new Refused('person.exists')
  const id = newId('usr')
  const made = await insertPerson(
    tx,
    { id, email: invitation.email, email_skeleton: as.skeleton, name: as.name, password_hash: as.password_hash },
    at,
  )
  if (!made || !(await spendInvitation(tx, invitation.id, at))) throw new Refused('invitation.invalid')
  const asked = (await isFounded(tx)) ? invitation.roles.filter(decides) : []
  const roles = invitation.roles.filter(one => !asked.includes(one))
  for (const one of roles) await grantRole(tx, id, one.role, one.team_id, invitation.invited_by, at)
  const by = { kind: 'person', id } as const
  const joined = accessEvent('person.joined', by, [id, invitation.id], { person_id: id, status: 'active', roles })
  const person = asked.length > 0 ? await findPerson(tx, id) : null
  if (!person) return { id, events: [joined] }
  const proposed_by = invitation.invited_by
  const change = { roles: asked, lets_in: false, invited: true, reason: null, proposed_by }
  return { id, events: [joined, ...(await proposeRoles(tx, app, person, change)).events] }
}

/** Joins with a password, once, with the token of the link. @throws Refused `invitation.invalid` (410), `person.exists` */
export async function acceptInvitation(
  app: Pick<Instance, 'db' | 'vault'>,
  token: string,
  name: string,
  password: string,
): Promise<PersonId> {
  const password_hash = await hashPassword(password)
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const at = await clock(tx)
    const invitation = await findOpenInvitation(tx, { token_hash: tokenHash(token) }, at)
    if (!invitation) throw new Refused('invitation.invalid')
    const { id, events } = await acceptInto(
      tx,
      app,
      invitation,
      { name, password_hash, skeleton: emailSkeleton(invitation.email) },
      at,
    )
    tx.hint('member', [id])
    await record(tx, at, events)
    return id
  })
}
