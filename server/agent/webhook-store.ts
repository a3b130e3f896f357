import type { DestinationType } from '@/lib/agent/webhook-contract'
import type { AgentId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export interface WebhookRow {
  readonly id: string
  /** Null: it is the organisation's own. */
  readonly agent_id: AgentId | null
  readonly name: string
  readonly url: string
  readonly created_at: Date
  readonly created_by: string
  readonly version: number
  readonly revoked_at: Date | null
  readonly old_until: Date | null
  readonly last_success_at: Date | null
  readonly last_failure_at: Date | null
  readonly last_error: string | null
  readonly failures: number
  /** What the organisation's own is told of; an agent's names itself in each action. */
  readonly types: readonly DestinationType[]
}

/** With what its messages are signed with; null where it was revoked. */
export interface WebhookKeys {
  readonly wrapped: Buffer | null
  readonly sealed: Buffer | null
  /** Null when its overlap is over. */
  readonly old_sealed: Buffer | null
}

/** Says that whoever looks at it should look again. */
export function hintWebhook(tx: Pick<Tx, 'hint'>, agent: AgentId | null): void {
  if (agent) tx.hint('agent', [agent])
  else tx.hint('channel', '*')
}

const columns = `id, agent_id, name, url, created_at, created_by, version, revoked_at,
  case when old_until > holdpoint.now() then old_until end as old_until,
  last_success_at, last_failure_at, last_error, failures, types`

const itsOwn = '(agent_id = $1 or ($1::text is null and agent_id is null))'

/** How many of these are live. */
export async function liveWebhooks(db: Reader, agent: AgentId | null): Promise<number> {
  const [row] = await db.query<{ live: number }>(
    `select count(*)::int as live from webhook where ${itsOwn} and revoked_at is null`,
    [agent],
  )
  return row?.live ?? 0
}

/**
 * Of an agent, or of the organisation itself, all that are live and the newest hundred, newest first, with what waits to be sent
 * and what was given up.
 */
export function listWebhooks(
  db: Reader,
  agent: AgentId | null,
): Promise<(WebhookRow & { readonly waiting: number; readonly given_up: number })[]> {
  return db.query(
    `select ${columns}, (select count(*)::int from delivery d where d.destination = 'webhook:' || w.id and d.status = 'pending') as waiting,
       (select count(*)::int from delivery d where d.destination = 'webhook:' || w.id and d.status = 'dead') as given_up
     from webhook w where id in (select id from webhook where ${itsOwn} and revoked_at is null
       union all (select id from webhook where ${itsOwn} order by id desc limit 100)) order by id desc`,
    [agent],
  )
}

/** One of this agent's, with its keys. */
export async function findWebhook(
  db: Reader,
  agent: string | null,
  id: string,
  lock = false,
): Promise<(WebhookRow & WebhookKeys) | null> {
  const [row] = await db.query<WebhookRow & WebhookKeys>(
    `select ${columns}, wrapped, sealed, case when old_until > holdpoint.now() then old_sealed end as old_sealed
     from webhook where ${itsOwn} and id = $2 ${lock ? 'for update' : ''}`,
    [agent, id],
  )
  return row ?? null
}

/** One by its id alone, for whoever sends to it. */
export async function webhookToSend(db: Reader, id: string): Promise<(WebhookRow & WebhookKeys) | null> {
  const [row] = await db.query<WebhookRow & WebhookKeys>(
    `select ${columns}, wrapped, sealed, case when old_until > holdpoint.now() then old_sealed end as old_sealed
     from webhook where id = $1 and revoked_at is null`,
    [id],
    'webhook-to-send',
  )
  return row ?? null
}

export async function insertWebhook(
  tx: Tx,
  row: Pick<WebhookRow, 'id' | 'agent_id' | 'name' | 'url' | 'created_at' | 'created_by' | 'types'> & {
    readonly wrapped: Buffer
    readonly sealed: Buffer
  },
): Promise<void> {
  await tx.query(
    `insert into webhook (id, agent_id, name, url, created_at, created_by, wrapped, sealed, types, told_to)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, (select size from log_head where id = 1))`,
    [row.id, row.agent_id, row.name, row.url, row.created_at, row.created_by, row.wrapped, row.sealed, row.types],
  )
}

export async function changeWebhook(tx: Tx, id: string, name: string, url: string): Promise<void> {
  await tx.query('update webhook set name = $2, url = $3, version = version + 1 where id = $1', [id, name, url])
}

export async function rotateWebhook(tx: Tx, id: string, sealed: Buffer, until: Date): Promise<void> {
  await tx.query(
    'update webhook set old_sealed = sealed, old_until = $3, sealed = $2, version = version + 1 where id = $1',
    [id, sealed, until],
  )
}

/** Ends one, and forgets its secrets. What still waits for it is given up. */
export async function endWebhook(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query(
    `update webhook set revoked_at = $2, wrapped = null, sealed = null, old_sealed = null, old_until = null, version = version + 1
     where id = $1`,
    [id, at],
  )
  await tx.query(
    `update delivery set status = 'dead', error = 'The webhook was revoked.' where destination = 'webhook:' || $1 and status = 'pending'`,
    [id],
  )
}

/** Begins anew with what was given up, the oldest first, at most so many. Answers how many these are, and how many are left. */
export async function reviveDead(tx: Tx, id: string, limit: number): Promise<{ sent_again: number; given_up: number }> {
  const revived = await tx.query(
    `update delivery set status = 'pending', attempts = 0, due_at = holdpoint.now() where id in
       (select id from delivery where destination = 'webhook:' || $1 and status = 'dead' order by id limit $2 for update)
     returning 1`,
    [id, limit],
  )
  const [left] = await tx.query<{ given_up: number }>(
    `select count(*)::int as given_up from delivery where destination = 'webhook:' || $1 and status = 'dead'`,
    [id],
  )
  tx.hint('delivery', '*')
  return { sent_again: revived.length, given_up: left?.given_up ?? 0 }
}

/** What came of a message: null is success. */
export async function noteResult(db: Reader, id: string, error: string | null, at: Date): Promise<void> {
  await db.query(
    `update webhook set failures = case when $2::text is null then 0 else failures + 1 end, last_error = $2,
       last_success_at = case when $2::text is null then $3 else last_success_at end,
       last_failure_at = case when $2::text is null then last_failure_at else $3 end where id = $1`,
    [id, error, at],
  )
}

/**
 * May this agent's new action name this webhook? Not one that it never had, or has no more; what was asked
 * before under the same key may name what was revoked since.
 */
export async function mayNotify(db: Reader, agent: string, id: string, key: string | null): Promise<boolean> {
  const [row] = await db.query<{ may: boolean }>(
    `select exists (select from webhook where agent_id = $1 and id = $2 and revoked_at is null)
         or exists (select from action where agent_id = $1 and key = $3) as may`,
    [agent, id, key ?? ''],
    'may-notify',
  )
  return row?.may ?? false
}
