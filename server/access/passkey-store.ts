import type { Algorithm } from '@/lib/access/passkey'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export type PasskeyId = `psk_${string}`

/** One key of one person. `credential` is its authenticator's name for it, base64url; `public_key` is COSE. */
export interface PasskeyRow {
  readonly id: PasskeyId
  readonly person_id: PersonId
  readonly name: string
  readonly credential: string
  readonly public_key: Buffer
  readonly algorithm: Algorithm
  readonly rp_id: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly backed_up: boolean
  readonly created_at: Date
  readonly signs_from: Date
  readonly last_used_at: Date | null
  readonly removed_at: Date | null
  readonly version: number
}

const columns = `id, person_id, name, credential, public_key, algorithm, rp_id, counter, transports,
  backed_up, created_at, signs_from, last_used_at, removed_at, version`

/** The keys that somebody has now, oldest first. */
export async function livePasskeys(db: Reader, person: PersonId): Promise<PasskeyRow[]> {
  return db.query<PasskeyRow>(
    `select ${columns} from passkey where person_id = $1 and removed_at is null order by created_at, id limit 100`,
    [person],
    'live-passkeys',
  )
}

/** How many active people have a role that approves, and how many of them have a key that may countersign now. */
export async function countSigners(db: Reader, at: Date): Promise<{ all: number; ready: number }> {
  const [row] = await db.query<{ all: number; ready: number }>(
    `select count(*)::integer as all, count(*) filter (where exists (
       select from passkey k where k.person_id = p.id and k.removed_at is null and k.signs_from <= $1))::integer as ready
     from person p where p.status = 'active'
       and exists (select from role_assignment r where r.person_id = p.id and r.role in ('approver', 'governor'))`,
    [at],
    'count-signers',
  )
  return row ?? { all: 0, ready: 0 }
}

/** Has this person ever had a key? */
export async function hadPasskey(db: Reader, person: PersonId): Promise<boolean> {
  const rows = await db.query('select 1 from passkey where person_id = $1 limit 1', [person], 'had-passkey')
  return rows.length > 0
}

/** Keys by what their authenticators call them, locked in one order, so that none is removed or used meanwhile. */
export async function lockByCredential(tx: Tx, credentials: readonly string[]): Promise<PasskeyRow[]> {
  return tx.query<PasskeyRow>(
    `select ${columns} from passkey where credential = any($1) order by id for update`,
    [credentials],
    'lock-passkeys',
  )
}

/** A key of this person, locked. */
export async function lockPasskey(tx: Tx, person: PersonId, id: string): Promise<PasskeyRow | null> {
  const [row] = await tx.query<PasskeyRow>(
    `select ${columns} from passkey where id = $1 and person_id = $2 and removed_at is null for update`,
    [id, person],
  )
  return row ?? null
}

/** Writes a new key. False: this key is registered already. */
export async function insertPasskey(
  tx: Tx,
  row: Omit<PasskeyRow, 'last_used_at' | 'removed_at' | 'version'>,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into passkey (id, person_id, name, credential, public_key, algorithm, rp_id, counter, transports, backed_up, created_at, signs_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning id`,
    [
      row.id,
      row.person_id,
      row.name,
      row.credential,
      row.public_key,
      row.algorithm,
      row.rp_id,
      row.counter,
      row.transports,
      row.backed_up,
      row.created_at,
      row.signs_from,
    ],
  )
  return rows.length === 1
}

export async function renamePasskey(tx: Tx, id: PasskeyId, name: string): Promise<void> {
  await tx.query('update passkey set name = $2, version = version + 1 where id = $1', [id, name])
}

/** Removes keys of one person, all of them where `id` is null. Returns their ids. */
export async function removePasskeys(
  tx: Tx,
  person: PersonId,
  id: PasskeyId | null,
  by: PersonId,
  at: Date,
): Promise<PasskeyId[]> {
  const rows = await tx.query<{ id: PasskeyId }>(
    `update passkey set removed_at = $3, removed_by = $4, version = version + 1
     where person_id = $1 and removed_at is null and ($2::text is null or id = $2) returning id`,
    [person, id, at, by],
  )
  return rows.map(row => row.id).sort()
}

/** Notes that keys have signed, and what they have counted. */
export async function savePasskeyUse(
  tx: Tx,
  uses: readonly { readonly id: string; readonly counter: number }[],
  at: Date,
): Promise<void> {
  await tx.query(
    `update passkey set counter = greatest(passkey.counter, u.counter), last_used_at = $3
     from unnest($1::text[], $2::bigint[]) as u(id, counter) where passkey.id = u.id`,
    [uses.map(one => one.id), uses.map(one => one.counter), at],
    'use-passkeys',
  )
}
