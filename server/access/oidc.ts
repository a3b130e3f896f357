import { z } from 'zod'
import { emailSkeleton, readEmail } from '@/lib/access/email'
import { accessEvent } from '@/lib/access/events'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { acceptInto } from './accept'
import { findOpenInvitation } from './invitation-store'
import { findIdentity, findLogin, hasIdentity, insertIdentity } from './person-store'

/** What we read of a verified ID token (OpenID Connect Core 1.0 §2, §5.1). */
export const Claims = z.object({
  iss: z.url(),
  sub: z.string().min(1).max(255),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
})
export type Claims = z.output<typeof Claims>

/**
 * Who an identity provider says this is. Known identities are found by (issuer, subject) and by nothing else. An unknown
 * one is tied to a person only where an administrator has asked for it: an open invitation to its verified address, or a
 * person who has no other way to sign in. Somebody with a password is never linked by e-mail (I17).
 */
export async function personOfIdentity(app: Pick<Instance, 'db' | 'vault'>, claims: Claims): Promise<PersonId | null> {
  const known = await findIdentity(reader(app.db.pool), claims.iss, claims.sub)
  if (known) return known
  const email = claims.email_verified === true && claims.email !== undefined ? readEmail(claims.email) : null
  if (email === null) return null
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const at = await clock(tx)
    const events: EventDraft[] = []
    let person: PersonId | null = null
    const invitation = await findOpenInvitation(tx, { email }, at)
    const existing = await findLogin(tx, email)
    if (existing) {
      const other = existing.password_hash !== null || (await hasIdentity(tx, existing.id, claims.iss))
      if (other) return null
      person = existing.id
    } else if (invitation) {
      const joined = await acceptInto(
        tx,
        app,
        invitation,
        { name: invitation.name ?? claims.name ?? email, password_hash: null, skeleton: emailSkeleton(email) },
        at,
      )
      person = joined.id
      events.push(...joined.events)
    }
    if (!person || !(await insertIdentity(tx, claims.iss, claims.sub, person, at))) return null
    events.push(
      accessEvent('person.linked', { kind: 'person', id: person }, [person], { person_id: person, method: 'oidc' }),
    )
    tx.hint('member', [person])
    await record(tx, at, events)
    return person
  })
}
