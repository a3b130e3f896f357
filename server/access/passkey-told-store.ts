import { type PasskeyChange, passkeyChangeIn } from '@/lib/access/passkey-notice'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

/** Keeps in the app what the owner of the keys is told: it has arrived by being written, whatever else reaches them. */
export async function keepTold(tx: Tx, person: PersonId, kind: string, payload: string, at: Date): Promise<void> {
  await tx.query(
    `insert into delivery (subject_id, kind, destination, payload, status, due_at, created_at, done_at)
     values ($1, $2, 'app:' || $1, $3, 'delivered', $4, $4, $4) on conflict do nothing`,
    [person, kind, payload, at],
  )
}

/** What became of this person's keys since then, newest first, at most twenty; with the name of whoever did it. */
export async function readTold(
  db: Reader,
  person: PersonId,
  since: Date,
): Promise<readonly { readonly change: PasskeyChange; readonly name: string | null }[]> {
  const rows = await db.query<{ kind: string; payload: string; name: string | null }>(
    `select d.kind, d.payload, p.name from delivery d left join person p on p.id = d.payload::json->>'by'
     where d.subject_id = $1 and d.kind like 'passkey.%' and d.destination = 'app:' || $1 and d.created_at >= $2
     order by d.id desc limit 20`,
    [person, since],
    'passkeys-told',
  )
  return rows.flatMap(row => {
    const change = passkeyChangeIn(row)
    return change ? [{ change, name: row.name }] : []
  })
}
