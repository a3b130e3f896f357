import type { Reader, Tx } from '@/server/db/tx'

export interface UnmeasuredRow {
  readonly id: string
  readonly hold_id: string
  /** Whose content was shown: the action's, or the change's own. */
  readonly subject: string
  readonly person_id: string
  readonly verdict: string
  readonly created_at: Date
  readonly self: boolean
  /** When all arguments had been shown to this person; null: never. */
  readonly first_at: Date | null
}

/** Verdicts that nobody has measured, oldest first, locked for this transaction. */
export function lockUnmeasured(tx: Tx, limit: number): Promise<UnmeasuredRow[]> {
  return tx.query<UnmeasuredRow>(
    `select r.id, r.hold_id, coalesce(h.action_id, h.id) as subject, r.person_id, r.verdict, r.created_at, r.self, v.first_at
     from review r join hold h on h.id = r.hold_id
     left join hold_view v on v.hold_id = r.hold_id and v.person_id = r.person_id
     where r.measured_at is null order by r.created_at limit $1 for update of r skip locked`,
    [limit],
    'lock-unmeasured',
  )
}

export interface Measured {
  readonly id: string
  readonly dwell_ms: number | null
  readonly shown_chars: number | null
}

export async function saveMeasured(tx: Tx, rows: readonly Measured[], at: Date): Promise<void> {
  await tx.query(
    `update review r set dwell_ms = m.dwell, shown_chars = m.chars, measured_at = $4
     from unnest($1::text[], $2::integer[], $3::integer[]) as m(id, dwell, chars) where r.id = m.id`,
    [rows.map(row => row.id), rows.map(row => row.dwell_ms), rows.map(row => row.shown_chars), at],
    'save-measured',
  )
}

/** When this person approved something, from the one moment to the other. */
export async function approvalsOf(db: Reader, person: string, from: Date, to: Date): Promise<Date[]> {
  const rows = await db.query<{ created_at: Date }>(
    `select created_at from review where person_id = $1 and created_at > $2 and created_at <= $3 and verdict = 'approve'
     order by created_at desc limit 2000`,
    [person, from, to],
    'approvals-of',
  )
  return rows.map(row => row.created_at)
}

/** Notes that somebody hurried; false where that minute was noted before. People's flags are written one at a time. */
export async function noteHurry(tx: Tx, person: string, at: Date, approvals: number): Promise<boolean> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('holdpoint hurry ' || $1))`, [person])
  const rows = await tx.query(
    `insert into hurry (person_id, at, approvals) select $1, $2, $3
     where not exists (select 1 from hurry where person_id = $1 and at > $2::timestamptz - interval '60 seconds' and at < $2::timestamptz + interval '60 seconds')
     on conflict do nothing returning 1`,
    [person, at, approvals],
  )
  return rows.length === 1
}
