import { randomBytes } from 'node:crypto'
import type { InviteBody } from '@/lib/access/contract'
import { emailSkeleton } from '@/lib/access/email'
import { accessEvent } from '@/lib/access/events'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { saveContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { tokenHash } from './accept'
import { demandTeams } from './demand-teams'
import { insertInvitation, queueMail, revokeInvitation } from './invitation-store'
import { findTwin } from './person-store'
import { readSettings } from './settings-store'

const days = 7

/** An invitation as its inviter sees it. The link is in here once, and only where no mail is sent. */
export interface Invited {
  readonly id: string
  readonly email: string
  readonly expires_at: Date
  readonly link: string | null
  readonly mailed: boolean
}

/**
 * Invites somebody to join within seven days, with these roles. A new invitation to an address replaces the earlier one.
 * @throws Refused `person.exists` when the address, or another of the same mailbox, is somebody's (A03); `request.invalid`
 */
export async function invite(
  app: Pick<Instance, 'db' | 'config' | 'vault'>,
  by: SignedIn,
  body: InviteBody,
): Promise<Invited> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  const token = randomBytes(24).toString('base64url')
  const mailed = app.config.smtp !== null
  return transact(app.db, async tx => {
    const organisation = await readSettings(tx, true)
    if (await findTwin(tx, body.email, emailSkeleton(body.email))) {
      throw new Refused('person.exists', undefined, {
        errors: [{ pointer: '/email', message: 'Somebody has this address, or another of the same mailbox' }],
      })
    }
    await demandTeams(tx, body.roles)
    const at = await clock(tx)
    const id = newId('inv')
    const expires_at = new Date(at.getTime() + days * 86_400_000)
    const { email, name = null, roles } = body
    await insertInvitation(
      tx,
      { id, email, name, roles, invited_by: by.id, created_at: at, expires_at, token_hash: tokenHash(token) },
      at,
    )
    if (mailed) {
      // Until it is sent the link is sealed: who reads the outbox, or a backup of it, cannot join (INV-47).
      await saveContent(tx, app.vault, id, { token })
      await queueMail(tx, { subject_id: id, to: email, payload: { organisation: organisation.name } }, at)
    }
    tx.hint('member', [id])
    if (mailed) tx.hint('delivery', '*')
    await record(tx, at, [
      accessEvent('person.invited', { kind: 'person', id: by.id }, [id], {
        invitation_id: id,
        roles,
        expires_at: expires_at.toISOString(),
      }),
    ])
    return { id, email, expires_at, link: mailed ? null : `${app.config.url}/invite/${token}`, mailed }
  })
}

/** Takes an open invitation back. @throws Refused `request.not_found` when it is used, over or not there */
export async function withdrawInvitation(app: Pick<Instance, 'db'>, by: SignedIn, id: string): Promise<void> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    if (!(await revokeInvitation(tx, id, at))) throw new Refused('request.not_found')
    tx.hint('member', [id])
    await record(tx, at, [
      accessEvent('person.invitation_revoked', { kind: 'person', id: by.id }, [id], { invitation_id: id }),
    ])
  })
}
