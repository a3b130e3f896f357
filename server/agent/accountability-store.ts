import type { Accountability, Relation } from '@/lib/agent/accountability'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

/**
 * Who answers for anything, or did within the last 70 days: four eyes looks back 30 from when a hold opened, and one is
 * open for 30 at most, longer by what a pause gave back (INV-18).
 */
export function loadAccountabilities(db: Reader): Promise<Accountability[]> {
  return db.query<Accountability>(
    `select subject_id, person_id, relation, since, until from accountability
     where until is null or until > holdpoint.now() - interval '70 days'`,
    [],
    'load-accountabilities',
  )
}

/** Opens a relation. `until` is null while it lasts; an instant (an edit) begins and ends at once. */
export async function openAccountability(
  tx: Tx,
  subject: string,
  person: PersonId,
  relation: Relation,
  since: Date,
  until: Date | null = null,
): Promise<void> {
  await tx.query(
    'insert into accountability (subject_id, person_id, relation, since, until) values ($1, $2, $3, $4, $5)',
    [subject, person, relation, since, until],
  )
}

/** Closes what is open of one relation of a subject, of one person or of everybody. */
export async function closeAccountability(
  tx: Tx,
  subject: string,
  relation: Relation,
  at: Date,
  person: PersonId | null = null,
): Promise<void> {
  await tx.query(
    `update accountability set until = $3
     where subject_id = $1 and relation = $2 and (until is null or until > $3) and ($4::text is null or person_id = $4)`,
    [subject, relation, at, person],
  )
}
