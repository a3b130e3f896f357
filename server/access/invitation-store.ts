import { z } from 'zod'
import { type RoleAssignment, roles } from '@/lib/access/permission'
import type { PersonId, TeamId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import type { Reader, Tx } from '@/server/db/tx'

export type InvitationId = `inv_${string}`

/** Somebody who has been asked to join and has not answered. */
export interface Invitation {
  readonly id: InvitationId
  readonly email: string
  readonly name: string | null
  readonly roles: readonly RoleAssignment[]
  readonly invited_by: PersonId
  readonly created_at: Date
  readonly expires_at: Date
}

const StoredRoles = z.array(z.object({ role: z.enum(roles), team_id: idSchema('tea').nullable() }))
type Stored = Omit<Invitation, 'roles'> & { roles: string }

const columns = 'id, email, name, roles, invited_by, created_at, expires_at'
const read = (row: Stored): Invitation => ({ ...row, roles: StoredRoles.parse(JSON.parse(row.roles)) })

/** The newest open invitation by the hash of its token, or to an address; locked, because it can be used once. */
export async function findOpenInvitation(
  tx: Tx,
  by: { token_hash: Buffer } | { email: string },
  at: Date,
): Promise<Invitation | null> {
  const [row] = await tx.query<Stored>(
    `select ${columns} from invitation
     where ${'email' in by ? 'email = $1' : 'token_hash = $1'} and used_at is null and revoked_at is null and expires_at > $2
     order by created_at desc limit 1 for update`,
    ['email' in by ? by.email : by.token_hash, at],
  )
  return row ? read(row) : null
}

/** Looks at an invitation without using it. */
export async function peekInvitation(
  db: Reader,
  tokenHash: Buffer,
): Promise<(Invitation & { inviter: string | null }) | null> {
  const [row] = await db.query<Stored & { inviter: string | null }>(
    `select ${columns}, (select p.name from person p where p.id = invited_by) as inviter from invitation
     where token_hash = $1 and used_at is null and revoked_at is null and expires_at > holdpoint.now()`,
    [tokenHash],
  )
  return row ? { ...read(row), inviter: row.inviter } : null
}

/** A new invitation replaces those that are still open for its address: only the newest link works. */
export async function insertInvitation(
  tx: Tx,
  invitation: Invitation & { token_hash: Buffer },
  at: Date,
): Promise<void> {
  await tx.query('update invitation set revoked_at = $2 where email = $1 and used_at is null and revoked_at is null', [
    invitation.email,
    at,
  ])
  await tx.query(
    `insert into invitation (id, email, name, roles, token_hash, invited_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      invitation.id,
      invitation.email,
      invitation.name,
      JSON.stringify(invitation.roles),
      invitation.token_hash,
      invitation.invited_by,
      at,
      invitation.expires_at,
    ],
  )
}

export async function spendInvitation(tx: Tx, id: string, at: Date): Promise<boolean> {
  return (
    (
      await tx.query(
        'update invitation set used_at = $2 where id = $1 and used_at is null and revoked_at is null returning 1',
        [id, at],
      )
    ).length === 1
  )
}

export async function revokeInvitation(tx: Tx, id: string, at: Date): Promise<boolean> {
  return (
    (
      await tx.query(
        'update invitation set revoked_at = $2 where id = $1 and used_at is null and revoked_at is null returning 1',
        [id, at],
      )
    ).length === 1
  )
}

/** Teams that exist, of those named. */
export async function existingTeams(db: Reader, ids: readonly TeamId[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>('select id from team where id = any($1)', [ids])
  return new Set(rows.map(row => row.id))
}

/** Mail waits in the outbox, written in the transaction that it tells of. */
export async function queueMail(
  tx: Tx,
  mail: { subject_id: string; to: string; payload: unknown },
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into delivery (subject_id, kind, destination, payload, due_at, created_at) values ($1, 'mail', $2, $3, $4, $4) on conflict do nothing`,
    [mail.subject_id, `address:${mail.to}`, JSON.stringify(mail.payload), at],
  )
}
