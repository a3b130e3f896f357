import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export interface DraftRow {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly based_on: number
  readonly hold_id: string | null
  readonly proposed_version: number | null
  readonly created_by: PersonId
  readonly created_at: Date
  readonly updated_by: PersonId
  readonly updated_at: Date
  readonly version: number
  /** How the change that was last proposed of it stands; null where none was. */
  readonly hold_status: string | null
}

const read = 'select d.*, h.status as hold_status from policy_draft d left join hold h on h.id = d.hold_id'

/** Drafts, the one that was last worked on first. */
export function listDrafts(db: Reader, limit: number): Promise<DraftRow[]> {
  return db.query<DraftRow>(`${read} order by d.updated_at desc, d.id desc limit $1`, [limit])
}

export async function findDraft(db: Reader, id: string): Promise<DraftRow | null> {
  const [row] = await db.query<DraftRow>(`${read} where d.id = $1`, [id])
  return row ?? null
}

/** Locks a draft until the transaction ends. Null where there is none. */
export async function lockDraft(tx: Tx, id: string): Promise<DraftRow | null> {
  const rows = await tx.query('select id from policy_draft where id = $1 for update', [id])
  return rows.length === 0 ? null : findDraft(tx, id)
}

export async function insertDraft(
  tx: Tx,
  draft: Pick<DraftRow, 'id' | 'title' | 'source' | 'based_on' | 'created_by'>,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into policy_draft (id, title, source, based_on, created_by, created_at, updated_by, updated_at)
     values ($1, $2, $3, $4, $5, $6, $5, $6)`,
    [draft.id, draft.title, draft.source, draft.based_on, draft.created_by, at],
  )
}

export async function updateDraft(
  tx: Tx,
  id: string,
  draft: Pick<DraftRow, 'title' | 'source' | 'based_on'>,
  by: PersonId,
  at: Date,
): Promise<void> {
  await tx.query(
    `update policy_draft set title = $2, source = $3, based_on = $4, updated_by = $5, updated_at = $6, version = version + 1
     where id = $1`,
    [id, draft.title, draft.source, draft.based_on, by, at],
  )
}

/** Names the change that was proposed of this version of the draft. */
export async function markProposed(tx: Tx, id: string, hold: string, version: number): Promise<void> {
  await tx.query('update policy_draft set hold_id = $2, proposed_version = $3 where id = $1', [id, hold, version])
}

export async function deleteDraft(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from policy_draft where id = $1', [id])
}

/** Remembers that a person wrote in a draft: one row a person, moved on with each edit. */
export async function noteEditor(tx: Tx, draft: string, person: PersonId, at: Date): Promise<void> {
  const moved = await tx.query(
    `update accountability set until = $3 where subject_id = $1 and person_id = $2 and relation = 'policy_editor' returning id`,
    [draft, person, at],
  )
  if (moved.length > 0) return
  await tx.query(
    `insert into accountability (subject_id, person_id, relation, since, until) values ($1, $2, 'policy_editor', $3, $3)`,
    [draft, person, at],
  )
}

/** Who wrote in a draft within the 30 days before `at`. */
export async function editorsOf(db: Reader, draft: string, at: Date): Promise<PersonId[]> {
  const rows = await db.query<{ person_id: PersonId }>(
    `select person_id from accountability where subject_id = $1 and relation = 'policy_editor'
       and until > $2::timestamptz - interval '30 days'`,
    [draft, at],
  )
  return rows.map(row => row.person_id)
}
