import type { Known } from '@/lib/on-call/match'
import type { Reader } from '@/server/db/tx'

/** Somebody whom a schedule names. */
export interface Named {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

export function findPeople(db: Reader, ids: readonly string[]): Promise<Named[]> {
  return db.query<Named>(`select id, name, status = 'active' as active from person where id = any($1) order by name`, [
    ids,
  ])
}

/** Everybody whom a calendar may mean: active people. */
export function knownPeople(db: Reader): Promise<Known[]> {
  return db.query<Known>(`select id, name, email from person where status = 'active' order by id limit 50000`, [])
}

/** Is this person here, and of those who may decide somewhere? */
export async function isApprover(db: Reader, id: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 from person p where p.id = $1 and p.status = 'active'
       and exists (select from role_assignment r where r.person_id = p.id and r.role in ('approver', 'governor'))`,
    [id],
  )
  return rows.length > 0
}
