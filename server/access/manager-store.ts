import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export interface ManagerRow {
  readonly version: number
  readonly manager: { readonly id: PersonId; readonly name: string } | null
}

/** Whom this person reports to; null where there is no such person. */
export async function findManager(db: Reader, id: PersonId): Promise<ManagerRow | null> {
  const [row] = await db.query<{ version: number; id: PersonId | null; name: string }>(
    'select p.version, m.id, m.name from person p left join person m on m.id = p.manager_id where p.id = $1',
    [id],
  )
  return row ? { version: row.version, manager: row.id === null ? null : { id: row.id, name: row.name } } : null
}

/** Names whom they report to, who said so and when. False: they have changed since. */
export async function saveManager(
  tx: Tx,
  id: PersonId,
  version: number,
  manager: PersonId | null,
  by: PersonId,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update person set manager_id = $3, manager_set_by = $4, manager_set_at = $5, version = version + 1
     where id = $1 and version = $2 returning 1`,
    [id, version, manager, by, at],
  )
  return rows.length === 1
}
