import type { ActionRecord } from '@/lib/action/answer'
import type { ActionStatus } from '@/lib/action/contract'
import type { Decision } from '@/lib/action/decision'
import type { Reader, Tx } from '@/server/db/tx'

/** An action with all its columns: what judging again and screens need. */
export interface ActionRow extends ActionRecord {
  readonly key: string
  readonly resource_type: string | null
  readonly tenant: string | null
  readonly reversible: boolean
  readonly amount: string | null
  readonly currency: string | null
  readonly instance: string | null
  readonly acting_for: string | null
  readonly revises: string | null
  readonly facts: string
  readonly outcome_digest: Buffer | null
  readonly outcome_at: Date | null
  readonly reconciled_at: Date | null
}

/** A row as the driver gives it. */
export type Raw = Omit<ActionRow, 'decision'> & { readonly decision: string | null }

/** The columns of `Raw`. */
export const columns = `id, agent_id, credential_id, key, digest, tool, operation, resource_type, environment, tenant, classification, reversible,
  amount, currency, session, instance, acting_for, revises, facts, status, decision, decided_at, execute_by, hold_id, expires_at,
  created_at, outcome, outcome_digest, outcome_at, reconciled_at`

export const toAction = (raw: Raw): ActionRow => ({
  ...raw,
  decision: raw.decision === null ? null : (JSON.parse(raw.decision) as Decision),
})

/** Reads actions by id; missing ones are left out. */
export async function readActions(db: Reader, ids: readonly string[]): Promise<ActionRow[]> {
  const rows = await db.query<Raw>(`select ${columns} from action where id = any($1)`, [ids], 'read-actions')
  return rows.map(toAction)
}

/** Reads and locks actions, in id order. */
export async function lockActions(tx: Tx, ids: readonly string[]): Promise<ActionRow[]> {
  const rows = await tx.query<Raw>(
    `select ${columns} from action where id = any($1) order by id for update`,
    [ids],
    'lock-actions',
  )
  return rows.map(toAction)
}

const ofHolds = `select ${columns} from action where id = any(array(select action_id from hold where id = any($1))) order by id`

/** The actions that these holds park (a change parks none). */
export async function actionsOfHolds(db: Reader, holds: readonly string[]): Promise<ActionRow[]> {
  return (await db.query<Raw>(ofHolds, [holds], 'actions-of-holds')).map(toAction)
}

/** The same, locked in id order. The holds are locked before. */
export async function lockActionsOfHolds(tx: Tx, holds: readonly string[]): Promise<ActionRow[]> {
  return (await tx.query<Raw>(`${ofHolds} for update`, [holds], 'lock-actions-of-holds')).map(toAction)
}

/** Which of these are decided, for waiters: one query for all of an instance's. */
export async function decidedAmong(db: Reader, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from action where id = any($1) and status not in ('held', 'deferred')`,
    [ids],
    'decided-among',
  )
  return rows.map(row => row.id)
}

/** What a page of actions is filtered by. `before` is the id after which the page begins. */
export interface ActionFilter {
  readonly agents?: readonly string[] | null
  readonly session?: string | undefined
  readonly status?: ActionStatus | undefined
  readonly tool?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** One page, newest first. Filters that are absent are left out of the SQL, never passed as nothing. */
export async function listActions(db: Reader, filter: ActionFilter): Promise<ActionRow[]> {
  const where: string[] = []
  const params: unknown[] = []
  const add = (sql: string, value: unknown) => where.push(sql.replace('?', `$${params.push(value)}`))
  if (filter.agents)
    add(
      filter.agents.length === 1 ? 'agent_id = ?' : 'agent_id = any(?)',
      filter.agents.length === 1 ? filter.agents[0] : filter.agents,
    )
  if (filter.session !== undefined) add('session = ?', filter.session)
  if (filter.status !== undefined) add('status = ?', filter.status)
  if (filter.tool !== undefined) add('tool = ?', filter.tool)
  if (filter.before !== undefined) add('id < ?', filter.before)
  const rows = await db.query<Raw>(
    `select ${columns} from action ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by id desc limit $${params.push(filter.limit)}`,
    params,
  )
  return rows.map(toAction)
}

/** A decision to be written. */
export interface Verdict {
  readonly id: string
  readonly status: ActionStatus
  readonly decision: Decision
  readonly execute_by: Date | null
}

/**
 * Writes decisions, guarded: only what is still held. Returns the ids that were written; what is missing was decided by
 * someone else a moment before.
 */
export async function decideActions(tx: Tx, at: Date, verdicts: readonly Verdict[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `update action a set status = v.status, decision = v.decision, decided_at = $5, execute_by = v.execute_by
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as v(id, status, decision, execute_by)
     where a.id = v.id and a.status in ('held', 'deferred') returning a.id`,
    [
      verdicts.map(v => v.id),
      verdicts.map(v => v.status),
      verdicts.map(v => JSON.stringify(v.decision)),
      verdicts.map(v => v.execute_by),
      at,
    ],
    'decide-actions',
  )
  return new Set(rows.map(row => row.id))
}

/** Writes an outcome; the verb has locked the row and asked the rules. */
export async function saveOutcome(tx: Tx, id: string, outcome: string, digest: Buffer, at: Date): Promise<void> {
  await tx.query(
    'update action set outcome = $2, outcome_digest = $3, outcome_at = $4 where id = $1',
    [id, outcome, digest, at],
    'save-outcome',
  )
}

/** What the same session did before, newest first. */
export async function actionsBefore(
  db: Reader,
  agent: string,
  session: string,
  id: string,
  limit: number,
): Promise<ActionRow[]> {
  const rows = await db.query<Raw>(
    `select ${columns} from action where agent_id = $1 and session = $2 and id < $3 order by id desc limit $4`,
    [agent, session, id, limit],
    'actions-before',
  )
  return rows.map(toAction)
}

/**
 * Attempts before this one: what it says that it revises, and what people rejected of the same tool and kind of resource
 * in the session that the agent named. A day's unnamed session holds unrelated things and is left out.
 */
export async function attemptsOf(
  db: Reader,
  action: Pick<ActionRow, 'id' | 'agent_id' | 'session' | 'tool' | 'resource_type' | 'revises'>,
): Promise<ActionRow[]> {
  const rows = await db.query<Raw>(
    `select ${columns} from action
     where agent_id = $1 and session = $2 and id < $3 and tool = $4 and status = 'rejected' and resource_type is not distinct from $5
       and session not like 'ses_%'
     union select ${columns} from action where id = $6 and agent_id = $1
     order by id desc limit 10`,
    [action.agent_id, action.session, action.id, action.tool, action.resource_type, action.revises ?? ''],
    'attempts-of',
  )
  return rows.map(toAction)
}

/** What people last approved of the same agent, tool and kind of resource before this one; none or one. */
export async function approvedBefore(
  db: Reader,
  action: Pick<ActionRow, 'id' | 'agent_id' | 'tool' | 'resource_type'>,
): Promise<ActionRow[]> {
  const rows = await db.query<Raw>(
    `select ${columns} from action where status = 'approved' and agent_id = $1 and tool = $2 and id < $3
       and resource_type is not distinct from $4 order by id desc limit 1`,
    [action.agent_id, action.tool, action.id, action.resource_type],
    'approved-before',
  )
  return rows.map(toAction)
}

/** A person has said how it ended: the same digest is not held for it any more. */
export async function markReconciled(tx: Tx, id: string, as: 'succeeded' | 'failed', at: Date): Promise<void> {
  await tx.query('update action set reconciled_at = $3, reconciled_as = $2 where id = $1', [id, as, at])
}

export interface SessionRow {
  readonly agent_id: string
  readonly session: string
  readonly first_at: Date
  readonly last_at: Date
}

/** Runs of agents, latest first. `agents` null is everybody's; `after` is [last_at, agent, session]. */
export async function listSessions(
  db: Reader,
  agents: readonly string[] | null,
  after: readonly string[] | null,
  limit: number,
): Promise<SessionRow[]> {
  const params: unknown[] = []
  const where = ['true']
  if (agents) where.push(`agent_id = any($${params.push(agents)})`)
  if (after)
    where.push(
      `(last_at, agent_id, session) < ($${params.push(after[0])}::timestamptz, $${params.push(after[1])}, $${params.push(after[2])})`,
    )
  return db.query<SessionRow>(
    `select agent_id, session, first_at, last_at from session where ${where.join(' and ')}
     order by last_at desc, agent_id desc, session desc limit $${params.push(limit)}`,
    params,
  )
}

/** The unsalted digest goes with the content: a guess could be checked against it. */
export async function clearDigest(tx: Tx, id: string): Promise<void> {
  await tx.query('update action set digest = null, body_digest = null where id = $1', [id])
}
