import type { Grant, GrantBasis, GrantKind, GrantLine } from '@/lib/grant/grant'
import type { AgentId, GrantId, PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

/** A grant as it is stored, with how the change that asked for it stands. */
export interface GrantRow {
  readonly id: GrantId
  readonly kind: GrantKind
  readonly agent_id: AgentId
  readonly session: string | null
  readonly task: string | null
  readonly reason: string
  readonly lines: readonly GrantLine[]
  readonly basis: GrantBasis
  readonly approvals: number
  readonly seconds: number
  readonly status: 'proposed' | 'active' | 'revoked'
  readonly hold_id: string
  readonly requested_by: string | null
  readonly body_digest: Buffer | null
  readonly approved_by: readonly PersonId[]
  readonly created_at: Date
  readonly active_from: Date | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly revoked_by: string | null
  readonly revoke_reason: string | null
  readonly closed_at: Date | null
  readonly closed_why: string | null
  readonly told_at: Date | null
  readonly reviewed_at: Date | null
  readonly reviewed_by: string | null
  readonly review_verdict: 'justified' | 'not_justified' | null
  readonly review_note: string | null
  readonly hold_status: string
  readonly hold_expires_at: Date
}

const columns = `g.id, g.kind, g.agent_id, g.session, g.task, g.reason, g.lines, g.basis, g.approvals, g.seconds, g.status, g.hold_id,
  g.requested_by, g.body_digest, g.approved_by, g.created_at, g.active_from, g.expires_at, g.revoked_at, g.revoked_by, g.revoke_reason,
  g.closed_at, g.closed_why, g.told_at, g.reviewed_at, g.reviewed_by, g.review_verdict, g.review_note,
  h.status as hold_status, h.expires_at as hold_expires_at`
const from = 'from standing_grant g join hold h on h.id = g.hold_id'

type Raw = Omit<GrantRow, 'lines' | 'basis'> & { readonly lines: string; readonly basis: string }
const toGrant = (raw: Raw): GrantRow => ({
  ...raw,
  lines: JSON.parse(raw.lines) as GrantLine[],
  basis: JSON.parse(raw.basis) as GrantBasis,
})

export interface NewGrant extends Pick<Grant, 'id' | 'kind' | 'agent_id' | 'session' | 'task' | 'lines' | 'approvals'> {
  readonly reason: string
  readonly basis: GrantBasis
  readonly seconds: number
  readonly hold_id: string
  readonly requested_by: string | null
  readonly key: string | null
  readonly body_digest: Buffer | null
  readonly created_at: Date
}

/** Writes what is proposed. False when this agent has used the key already. */
export async function insertGrant(tx: Tx, grant: NewGrant): Promise<boolean> {
  const rows = await tx.query(
    `insert into standing_grant (id, kind, agent_id, session, task, reason, lines, basis, approvals, seconds, hold_id, requested_by, key,
       body_digest, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (agent_id, key) do nothing returning id`,
    [
      grant.id,
      grant.kind,
      grant.agent_id,
      grant.session,
      grant.task,
      grant.reason,
      JSON.stringify(grant.lines),
      JSON.stringify(grant.basis),
      grant.approvals,
      grant.seconds,
      grant.hold_id,
      grant.requested_by,
      grant.key,
      grant.body_digest,
      grant.created_at,
    ],
  )
  return rows.length === 1
}

export async function findGrant(db: Reader, id: string, lock = false): Promise<GrantRow | null> {
  const [row] = await db.query<Raw>(`select ${columns} ${from} where g.id = $1 ${lock ? 'for update of g' : ''}`, [id])
  return row ? toGrant(row) : null
}

export async function findGrants(db: Reader, ids: readonly string[]): Promise<GrantRow[]> {
  return (await db.query<Raw>(`select ${columns} ${from} where g.id = any($1)`, [ids])).map(toGrant)
}

/** The grant that an agent asked for with this Idempotency-Key. */
export async function findByKey(db: Reader, agent: AgentId, key: string): Promise<GrantRow | null> {
  const [row] = await db.query<Raw>(`select ${columns} ${from} where g.agent_id = $1 and g.key = $2`, [agent, key])
  return row ? toGrant(row) : null
}

/** Lets this agent's asks, for grants and plans, go one after another until the transaction ends. Before the guard. */
export async function lockAsks(tx: Tx, agent: AgentId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('asks/' || $1, 0))`, [agent])
}

/** How many asks of this agent's wait for people. */
export async function openAsks(db: Reader, agent: AgentId): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::integer as n from (select 1 ${from} where g.agent_id = $1 and g.status = 'proposed' and h.status = 'pending' limit 100) x`,
    [agent],
  )
  return row?.n ?? 0
}

/** Grants, newest first; of these agents where they are given, open (`live`) or break-glass to be reviewed (`review`). */
export async function listGrants(
  db: Reader,
  query: {
    readonly agents: readonly string[] | null
    readonly which: 'all' | 'live' | 'waiting' | 'review'
    readonly kind?: GrantKind | undefined
    readonly before: string | null
    readonly limit: number
  },
): Promise<GrantRow[]> {
  const which = {
    all: 'true',
    live: `g.status = 'active' and g.closed_at is null and g.expires_at > holdpoint.now()`,
    waiting: `g.status = 'proposed' and h.status = 'pending'`,
    review: `g.kind = 'break_glass' and g.status <> 'proposed' and g.reviewed_at is null
      and (g.status = 'revoked' or g.closed_at is not null or g.expires_at <= holdpoint.now())`,
  }[query.which]
  const rows = await db.query<Raw>(
    `select ${columns} ${from} where ${which} and ($1::text[] is null or g.agent_id = any($1)) and ($2::text is null or g.kind = $2)
       and ($3::text is null or g.id < $3) order by g.id desc limit $4`,
    [query.agents, query.kind ?? null, query.before, query.limit],
  )
  return rows.map(toGrant)
}

/** People have agreed: from now on it counts. False when it was not waiting. */
export async function activate(
  tx: Tx,
  id: string,
  at: Date,
  expires: Date,
  approvedBy: readonly string[],
): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `update standing_grant set status = 'active', active_from = $2, expires_at = $3, approved_by = $4
     where id = $1 and status = 'proposed' returning id`,
    [id, at, expires, approvedBy],
  )
  return rows.length === 1
}

/** Opens the count of each line. */
export async function insertUses(tx: Tx, grant: Pick<GrantRow, 'id' | 'lines'>): Promise<void> {
  await tx.query(
    `insert into grant_use (line_id, grant_id, most, amount_most)
     select l, $1, m, a from unnest($2::text[], $3::integer[], $4::numeric[]) as u(l, m, a)`,
    [
      grant.id,
      grant.lines.map(line => line.id),
      grant.lines.map(line => line.count),
      grant.lines.map(line => line.amount?.value ?? null),
    ],
  )
}

export async function revokeGrant(tx: Tx, id: string, by: string, reason: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update standing_grant set status = 'revoked', revoked_at = $2, revoked_by = $3, revoke_reason = $4
     where id = $1 and status = 'active' and closed_at is null returning id`,
    [id, at, by, reason],
  )
  return rows.length === 1
}

/** Grants that are over by their time or their uses, and are not closed yet. */
export async function dueGrants(db: Reader, limit: number): Promise<{ id: string; why: 'expired' | 'exhausted' }[]> {
  return db.query(
    `select id, case when exists (select from grant_use u where u.grant_id = g.id and u.count < u.most) then 'expired' else 'exhausted' end as why from standing_grant g
     where status = 'active' and closed_at is null and (expires_at <= holdpoint.now()
       or not exists (select from grant_use u where u.grant_id = g.id and u.count < u.most)) order by id limit $1`,
    [limit],
    'grants-due',
  )
}

/** Writes that a grant is over, once. */
export async function closeGrant(tx: Tx, id: string, why: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update standing_grant set closed_at = $2, closed_why = $3 where id = $1 and status = 'active' and closed_at is null returning id`,
    [id, at, why],
  )
  return rows.length === 1
}

export async function writeReview(
  tx: Tx,
  id: string,
  by: string,
  verdict: 'justified' | 'not_justified',
  note: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update standing_grant set reviewed_at = $2, reviewed_by = $3, review_verdict = $4, review_note = $5
     where id = $1 and reviewed_at is null returning id`,
    [id, at, by, verdict, note],
  )
  return rows.length === 1
}
