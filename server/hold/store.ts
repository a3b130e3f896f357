import type { Why } from '@/lib/gate/requirement-for'
import type { Requirement } from '@/lib/hold/requirement'
import type { HoldId, TeamId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export type HoldStatus =
  | 'pending'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'withdrawn'
  | 'contained'
  | 'applied'
  | 'failed'

/** A hold as it is stored. `action` members come from the action it parks; they are null for a change. */
export interface HoldRow {
  readonly id: string
  readonly kind: 'action' | 'change'
  readonly action_id: string | null
  readonly agent_id: string | null
  readonly team_id: TeamId | null
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
  /** When it would have ended, had nobody given it more time; null where nobody has. */
  readonly extended_from: Date | null
  /** When the sweep looks again; `expires_at` itself moves only where a person gives it more time. */
  readonly due_at: Date
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

export type RawHold = Omit<HoldRow, 'requirement' | 'why'> & { readonly requirement: string; readonly why: string }

/** The columns of a hold with those of the action it parks, for the queries of this concept. */
export const holdColumns = `h.id, h.kind, h.action_id, h.agent_id, h.team_id, h.tool, h.operation, h.status, h.requirement, h.shown_digest, h.risk, h.why,
  h.epoch, h.opened_at, h.expires_at, h.extended_from, h.due_at, h.decided_at, h.first_seen_at, h.change_kind, h.subject_id, h.based_on, h.proposed_by, h.failure,
  h.version, a.credential_id, a.environment, a.session, a.instance, a.acting_for`
export const holdFrom = 'from hold h left join action a on a.id = h.action_id'

/** A row as the domain has it. */
export const toHold = (raw: RawHold): HoldRow => ({
  ...raw,
  requirement: JSON.parse(raw.requirement) as Requirement,
  why: JSON.parse(raw.why) as Why[],
})

/** Reads holds by id. */
export async function readHolds(db: Reader, ids: readonly string[]): Promise<HoldRow[]> {
  return (await db.query<RawHold>(`select ${holdColumns} ${holdFrom} where h.id = any($1)`, [ids], 'read-holds')).map(
    toHold,
  )
}

/** The holds that these actions wait under, or waited under. */
export async function holdsOfActions(db: Reader, actions: readonly string[]): Promise<HoldRow[]> {
  return (
    await db.query<RawHold>(
      `select ${holdColumns} ${holdFrom} where h.id = any(array(select hold_id from action where id = any($1)))`,
      [actions],
      'holds-of-actions',
    )
  ).map(toHold)
}

/** Reads and locks holds in id order: the first lock of every verb that may end one. */
export async function lockHolds(tx: Tx, ids: readonly string[]): Promise<HoldRow[]> {
  return (
    await tx.query<RawHold>(
      `select ${holdColumns} ${holdFrom} where h.id = any($1) order by h.id for update of h`,
      [ids],
      'lock-holds',
    )
  ).map(toHold)
}

const isDue = `(h.due_at <= (select holdpoint.now()) or (h.kind = 'action' and h.epoch < $1))`

/**
 * Locks what is due and nobody else works on: past its time, or not yet looked at since this epoch of a kill. Each is found
 * by its own index and asked once more under its lock; asked for both at once, the planner walks through all that is open.
 */
export async function lockDue(tx: Tx, ids: readonly string[] | null, epoch: number, limit: number): Promise<HoldRow[]> {
  const which = ids
    ? 'h.id = any($1)'
    : `h.id = any(array(
         (select id from hold where status = 'pending' and due_at <= (select holdpoint.now()) order by due_at limit $2)
         union all
         (select id from hold where status = 'pending' and kind = 'action' and epoch < $1 order by epoch limit $2))) and ${isDue}`
  const rows = await tx.query<RawHold>(
    `select ${holdColumns} ${holdFrom} where h.status = 'pending' and ${which} order by h.id limit $2 for update of h skip locked`,
    [ids ?? epoch, limit],
    ids ? 'lock-due-ids' : 'lock-due',
  )
  return rows.map(toHold)
}

/** Ends holds, guarded: only what is still pending. Returns the ids that ended here. */
export async function endHolds(
  tx: Tx,
  at: Date,
  ends: readonly { id: string; status: HoldStatus }[],
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `update hold h set status = e.status, decided_at = $3, version = h.version + 1
     from unnest($1::text[], $2::text[]) as e(id, status) where h.id = e.id and h.status = 'pending' returning h.id`,
    [ends.map(end => end.id), ends.map(end => end.status), at],
    'end-holds',
  )
  return new Set(rows.map(row => row.id))
}

/** A change's second step: approved → applied or failed, once. */
export async function finishChange(
  tx: Tx,
  id: string,
  status: 'applied' | 'failed',
  failure: string | null,
): Promise<boolean> {
  const rows = await tx.query(
    `update hold set status = $2, failure = $3, version = version + 1 where id = $1 and kind = 'change' and status = 'approved' returning id`,
    [id, status, failure],
  )
  return rows.length === 1
}

/** Holds that were looked at and are not over: when to look again, and up to which kill they are known to be out of reach. */
export async function retimeHolds(tx: Tx, holds: readonly { id: string; due: Date }[], epoch: number): Promise<void> {
  if (holds.length === 0) return
  await tx.query(
    `update hold h set due_at = g.due, epoch = greatest(h.epoch, $3)
     from unnest($1::text[], $2::timestamptz[]) as g(id, due) where h.id = g.id and h.status = 'pending'`,
    [holds.map(hold => hold.id), holds.map(hold => hold.due), epoch],
  )
}

/** Raises what holds need (policy was tightened), or shows other arguments (an approver changed them). */
export async function reviseHolds(
  tx: Tx,
  revisions: readonly { id: string; requirement: Requirement; shown_digest: string }[],
): Promise<void> {
  if (revisions.length === 0) return
  await tx.query(
    `update hold h set requirement = r.requirement, shown_digest = r.digest, version = h.version + 1
     from unnest($1::text[], $2::text[], $3::text[]) as r(id, requirement, digest) where h.id = r.id and h.status = 'pending'`,
    [
      revisions.map(one => one.id),
      revisions.map(one => JSON.stringify(one.requirement)),
      revisions.map(one => one.shown_digest),
    ],
    'revise-holds',
  )
}

/** Gives a hold more time, while it is open; what it had first is kept, and who is told when is looked at anew. */
export async function extendHold(tx: Tx, id: string, until: Date, due: Date): Promise<boolean> {
  const rows = await tx.query(
    `update hold set extended_from = coalesce(extended_from, expires_at), expires_at = $2, due_at = $3, version = version + 1,
       next_level_at = least(next_level_at, holdpoint.now())
     where id = $1 and status = 'pending' and expires_at < $2 returning id`,
    [id, until, due],
  )
  return rows.length === 1
}

/** Changes that people approved and nobody has applied yet. */
export async function changesToApply(db: Reader, limit: number, but: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from hold where kind = 'change' and status = 'approved' and id <> all($2) order by decided_at limit $1`,
    [limit, but],
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
       epoch, opened_at, expires_at, due_at, next_level_at)
     values ('change', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $13)
     on conflict do nothing returning id`,
    [
      change.id,
      change.change_kind,
      change.subject_id,
      change.based_on,
      change.agent_id,
      change.team_id,
      change.proposed_by,
      JSON.stringify(change.requirement),
      change.shown_digest,
      change.risk,
      JSON.stringify(change.why),
      change.epoch,
      change.opened_at,
      change.expires_at,
    ],
  )
  return rows.length === 1
}

/** The open "new tool" item of a tool. */
export async function pendingItem(db: Reader, tool: string): Promise<HoldId | null> {
  const [row] = await db.query<{ id: HoldId }>(
    `select id from hold where change_kind = 'tool.classify' and subject_id = $1 and status = 'pending' and kind = 'change'`,
    [tool],
  )
  return row?.id ?? null
}

/** Names the item on its tool; null takes it away. */
export async function attachItem(tx: Tx, tool: string, item: string | null): Promise<void> {
  await tx.query('update tool set classify_hold_id = $2 where id = $1', [tool, item])
}

/** Items that have ended while calls still wait under them, and how. `after` is the id after which the page begins. */
export async function endedItems(
  db: Reader,
  limit: number,
  after: string,
): Promise<{ id: string; status: HoldStatus; subject_id: string }[]> {
  return db.query(
    `select h.id, h.status, h.subject_id from (select distinct hold_id from action where status in ('held', 'deferred') and expires_at is not null) a
     join hold h on h.id = a.hold_id where h.status <> 'pending' and h.id > $2 order by h.id limit $1`,
    [limit, after],
  )
}

/** Tools whose item ended without a classification: they need a fresh one at their next call. */
export async function staleItems(db: Reader): Promise<{ tool_id: string; hold_id: string }[]> {
  return db.query(
    `select t.id as tool_id, h.id as hold_id from tool t join hold h on h.id = t.classify_hold_id
     where t.status = 'unclassified' and h.status <> 'pending' limit 100`,
  )
}

/** Of these subjects, those about which a change of this kind is open, and its hold. */
export async function pendingChanges(
  db: Reader,
  kind: string,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  if (subjects.length === 0) return new Map()
  const rows = await db.query<{ id: string; subject_id: string }>(
    `select id, subject_id from hold
     where kind = 'change' and change_kind = $1 and subject_id = any($2) and status = 'pending'`,
    [kind, subjects],
  )
  return new Map(rows.map(row => [row.subject_id, row.id]))
}

/** The open change of this kind about this subject, if there is one. */
export async function pendingChange(db: Reader, kind: string, subject: string): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    `select id from hold where kind = 'change' and change_kind = $1 and subject_id = $2 and status = 'pending'`,
    [kind, subject],
  )
  return row?.id ?? null
}
