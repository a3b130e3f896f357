import type { ActionStatus } from '@/lib/action/contract'
import type { Reader, Tx } from '@/server/db/tx'
import { type ActionRow, columns, type Raw, toAction } from './store'

/** Hangs waiting actions under holds of their own, or lets them wait for other actions until `expires_at`; with what they are, now that it is known. */
export async function moveActions(
  tx: Tx,
  moves: readonly {
    id: string
    status: ActionStatus
    hold_id: string | null
    expires_at: Date | null
    facts: string
    operation: string
    classification: string
    reversible: boolean
    amount: string | null
    currency: string | null
  }[],
): Promise<void> {
  await tx.query(
    `update action a set status = m.status, hold_id = m.hold_id, expires_at = m.expires_at, due_at = m.expires_at, facts = m.facts, operation = m.operation,
       classification = m.classification, reversible = m.reversible, amount = m.amount, currency = m.currency
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::numeric[],
       $8::text[], $9::timestamptz[], $10::text[])
       as m(id, hold_id, facts, operation, classification, reversible, amount, status, expires_at, currency)
     where a.id = m.id and a.status in ('held', 'deferred')`,
    [
      moves.map(m => m.id),
      moves.map(m => m.hold_id),
      moves.map(m => m.facts),
      moves.map(m => m.operation),
      moves.map(m => m.classification),
      moves.map(m => m.reversible),
      moves.map(m => m.amount),
      moves.map(m => m.status),
      moves.map(m => m.expires_at),
      moves.map(m => m.currency),
    ],
  )
}

/** Actions that wait under one item, oldest first. `after` is the id after which the page begins. */
export async function waitingUnder(db: Reader, holdId: string, limit: number, after = ''): Promise<ActionRow[]> {
  const rows = await db.query<Raw>(
    `select ${columns} from action where hold_id = $1 and status in ('held', 'deferred') and id > $3 order by id limit $2`,
    [holdId, limit, after],
    'waiting-under',
  )
  return rows.map(toAction)
}

/** So many agents' calls are looked at for a page of items. */
const mostSoonest = 5_000

/** Of each of these items and each agent, the call waiting under it whose own deadline comes first: a pause may reach some agents alone. */
export async function soonestUnder(db: Reader, holdIds: readonly string[]): Promise<ActionRow[]> {
  const rows = await db.query<Raw>(
    `with parked as materialized (select ${columns} from action
       where hold_id = any($1) and status in ('held', 'deferred') and expires_at is not null)
     select distinct on (hold_id, agent_id) * from parked order by hold_id, agent_id, expires_at, id limit $2`,
    [holdIds, mostSoonest],
    'soonest-under',
  )
  return rows.map(toAction)
}

/** Actions that wait for others, oldest first. `after` is the id after which the page begins. */
export function deferredActions(
  db: Reader,
  after: string,
  limit: number,
): Promise<{ id: string; agent_id: string; facts: string }[]> {
  return db.query(
    `select id, agent_id, facts from action where status = 'deferred' and id > $1 order by id limit $2`,
    [after, limit],
    'deferred-actions',
  )
}

/** Ids of parked actions that are due: past their own deadline, or not yet looked at since this epoch of a kill. */
export async function overdueActions(db: Reader, epoch: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from action where status in ('held', 'deferred') and expires_at is not null
       and (coalesce(due_at, expires_at) <= (select holdpoint.now()) or coalesce(epoch, 0) < $1) order by expires_at limit $2`,
    [epoch, limit],
  )
  return rows.map(row => row.id)
}

/** Parked actions that were looked at and are not over: when to look again, and up to which kill they are out of reach. */
export async function retimeParked(
  tx: Tx,
  actions: readonly { id: string; due: Date }[],
  epoch: number,
): Promise<void> {
  if (actions.length === 0) return
  await tx.query(
    `update action a set due_at = g.due, epoch = greatest(a.epoch, $3)
     from unnest($1::text[], $2::timestamptz[]) as g(id, due) where a.id = g.id and a.status in ('held', 'deferred')`,
    [actions.map(one => one.id), actions.map(one => one.due), epoch],
  )
}
