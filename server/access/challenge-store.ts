import type { Tx } from '@/server/db/tx'

/** What one person was asked to sign, for one hold or for a registration. */
export interface ChallengeRow {
  readonly person_id: string
  readonly subject: string
  readonly challenge: Buffer
  readonly statement: string | null
  readonly expires_at: Date
  readonly used_at: Date | null
}

/** Asks anew: what was asked before for the same thing is void. Clears away what ended a day ago. */
export async function saveChallenge(
  tx: Tx,
  row: Omit<ChallengeRow, 'used_at'> & { readonly created_at: Date },
): Promise<void> {
  await tx.query(`delete from passkey_challenge where expires_at < $1::timestamptz - interval '1 day'`, [
    row.created_at,
  ])
  await tx.query(
    `insert into passkey_challenge (person_id, subject, challenge, statement, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (person_id, subject) do update set challenge = excluded.challenge, statement = excluded.statement,
       created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = null`,
    [row.person_id, row.subject, row.challenge, row.statement, row.created_at, row.expires_at],
  )
}

/** What these people were asked about these subjects, pair by pair, locked in one order. */
export async function lockChallenges(
  tx: Tx,
  asked: readonly Pick<ChallengeRow, 'person_id' | 'subject'>[],
): Promise<ChallengeRow[]> {
  return tx.query<ChallengeRow>(
    `select person_id, subject, challenge, statement, expires_at, used_at from passkey_challenge
     where (person_id, subject) in (select * from unnest($1::text[], $2::text[]))
     order by person_id, subject for update`,
    [asked.map(one => one.person_id), asked.map(one => one.subject)],
    'lock-challenges',
  )
}

/** Uses challenges up. Returns how many were still unused and in time: each can be used once (A11). */
export async function spendChallenges(
  tx: Tx,
  asked: readonly Pick<ChallengeRow, 'person_id' | 'subject' | 'challenge'>[],
  at: Date,
): Promise<number> {
  const rows = await tx.query(
    `update passkey_challenge c set used_at = $4 from unnest($1::text[], $2::text[], $3::bytea[]) as u(person_id, subject, challenge)
     where c.person_id = u.person_id and c.subject = u.subject and c.challenge = u.challenge
       and c.used_at is null and c.expires_at > $4 returning 1`,
    [asked.map(one => one.person_id), asked.map(one => one.subject), asked.map(one => one.challenge), at],
    'use-challenges',
  )
  return rows.length
}
