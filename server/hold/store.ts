import type { Requirement } from '@/lib/hold/requirement'
import type { Why } from '@/lib/gate/requirement-for'
import type { Reader, Tx } from '@/server/db/tx'

export type HoldStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'contained' | 'applied' | 'failed'

/** A hold as it is stored. `action` members come from the action it parks; they are null for a change. */
export interface HoldRow {
  readonly id: string
  readonly kind: 'action' | 'change'
  readonly action_id: string | null
  readonly agent_id: string | null
  readonly team_id: string | null
  readonly tool: string | null
  readonly operation: string | null
  readonly status: HoldStatus
  readonly requirement: Requirement
  readonly shown_digest: string
  readonly risk: number
  readonly why: readonly Why[]
  readonly epoch: number
  readonly opened_at: Date
  readonly expires_at: Date
  readonly decided_at: Date | null
  readonly first_seen_at: Date | null
  readonly change_kind: string | null
  readonly subject_id: string | null
  readonly based_on: string | null
  readonly proposed_by: string | null
  readonly failure: string | null
  readonly version: number
  readonly credential_id: string | null
  readonly environment: string | null
  readonly session: string | null
  readonly instance: string | null
  readonly acting_for: string | null
}

type Raw = Omit<HoldRow, 'requirement' | 'why'> & { readonly requirement: string; readonly why: string }

const columns = `h.id, h.kind, h.action_id, h.agent_id, h.team_id, h.tool, h.operation, h.status, h.requirement, h.shown_digest, h.risk, h.why,
  h.epoch, h.opened_at, h.expires_at, h.decided_at, h.first_seen_at, h.change_kind, h.subject_id, h.based_on, h.proposed_by, h.failure,
  h.version, a.credential_id, a.environment, a.session, a.instance, a.acting_for`
const from = 'from hold h left join action a on a.id = h.action_id'

const toHold = (raw: Raw): HoldRow => ({
  ...raw,
  requirement: JSON.parse(raw.requirement) as Requirement,
  why: JSON.parse(raw.why) as Why[],
})

/** Reads holds by id. */
export async function readHolds(db: Reader, ids: readonly string[]): Promise<HoldRow[]> {
  return (await db.query<Raw>(`select ${columns} ${from} where h.id = any($1)`, [ids], 'read-holds')).map(toHold)
}

/** Reads and locks holds in id order: the first lock of every verb that may end one. */
export async function lockHolds(tx: Tx, ids: readonly string[]): Promise<HoldRow[]> {
  return (await tx.query<Raw>(`select ${columns} ${from} where h.id = any($1) order by h.id for update of h`, [ids], 'lock-holds')).map(toHold)
}

/** Locks what is due and nobody else works on: past its stored time, or opened before this epoch of a kill. */
export async function lockDue(tx: Tx, ids: readonly string[] | null, epoch: number, limit: number): Promise<HoldRow[]> {
  const which = ids ? 'h.id = any($1)' : `(h.expires_at <= holdpoint.now() or (h.kind = 'action' and h.epoch < $1))`
  const rows = await tx.query<Raw>(
    `select ${columns} ${from} where h.status = 'pending' and ${which} order by h.id limit $2 for update of h skip locked`,
    [ids ?? epoch, limit],
    ids ? 'lock-due-ids' : 'lock-due',
  )
  return rows.map(toHold)
}

/** Ends holds, guarded: only what is still pending. Returns the ids that ended here. */
export async function endHolds(tx: Tx, at: Date, ends: readonly { id: string; status: HoldStatus }[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `update hold h set status = e.status, decided_at = $3, version = h.version + 1
     from unnest($1::text[], $2::text[]) as e(id, status) where h.id = e.id and h.status = 'pending' returning h.id`,
    [ends.map(end => end.id), ends.map(end => end.status), at],
    'end-holds',
  )
  return new Set(rows.map(row => row.id))
}

/** A change's second step: approved → applied or failed, once. */
export async function finishChange(tx: Tx, id: string, status: 'applied' | 'failed', failure: string | null): Promise<boolean> {
  const rows = await tx.query(
    `update hold set status = $2, failure = $3, version = version + 1 where id = $1 and kind = 'change' and status = 'approved' returning id`,
    [id, status, failure],
  )
  return rows.length === 1
}

/** Moves a hold's stored time; it stays a lower bound. */
export async function retimeHold(tx: Tx, id: string, expires: Date): Promise<void> {
  await tx.query(`update hold set expires_at = $2 where id = $1 and status = 'pending'`, [id, expires])
}

/** Raises what a hold needs (policy was tightened), or shows other arguments (an approver changed them). */
export async function reviseHold(tx: Tx, id: string, requirement: Requirement, shownDigest: string): Promise<void> {
  await tx.query(`update hold set requirement = $2, shown_digest = $3, version = version + 1 where id = $1 and status = 'pending'`, [
    id, JSON.stringify(requirement), shownDigest,
  ])
}

/** Changes that people approved and nobody has applied yet. */
export async function changesToApply(db: Reader, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from hold where kind = 'change' and status = 'approved' order by decided_at limit $1`,
    [limit],
  )
  return rows.map(row => row.id)
}

/** A new hold of kind `change`. */
export interface NewChange {
  readonly id: string
  readonly change_kind: string
  readonly subject_id: string
  readonly based_on: string | null
  readonly agent_id: string | null
  readonly team_id: string | null
  readonly proposed_by: string | null
  readonly requirement: Requirement
  readonly shown_digest: string
  readonly risk: number
  readonly why: readonly Why[]
  readonly epoch: number
  readonly opened_at: Date
  readonly expires_at: Date
}

/** Opens a change. Returns false when such a change is already waiting for this subject. */
export async function insertChange(tx: Tx, change: NewChange): Promise<boolean> {
  const rows = await tx.query(
    `insert into hold (kind, id, change_kind, subject_id, based_on, agent_id, team_id, proposed_by, requirement, shown_digest, risk, why,
       epoch, opened_at, expires_at, half_at)
     values ('change', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13::timestamptz + ($14::timestamptz - $13::timestamptz) / 2)
     on conflict do nothing returning id`,
    [
      change.id, change.change_kind, change.subject_id, change.based_on, change.agent_id, change.team_id, change.proposed_by,
      JSON.stringify(change.requirement), change.shown_digest, change.risk, JSON.stringify(change.why), change.epoch, change.opened_at,
      change.expires_at,
    ],
  )
  return rows.length === 1
}
