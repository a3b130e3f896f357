import type { Channel } from '@/lib/access/notice'
import type { Reader, Tx } from '@/server/db/tx'

export interface DeliveryRow {
  readonly id: number
  readonly subject_id: string
  readonly kind: string
  readonly destination: string
  readonly payload: string
  readonly attempts: number
}

/** Claims what is due by a channel, which is what destinations begin with: it comes back after a growing pause unless it is marked. */
export async function lockDeliveries(tx: Tx, channels: readonly string[], limit: number): Promise<DeliveryRow[]> {
  return tx.query<DeliveryRow>(
    `update delivery d set attempts = attempts + 1, due_at = holdpoint.now() + least(interval '1 hour', interval '15 seconds' * (2 ^ attempts))
     where id in (select id from delivery where status = 'pending' and due_at <= (select holdpoint.now())
       and split_part(destination, ':', 1) = any($1) order by due_at limit $2 for update skip locked)
     returning id, subject_id, kind, destination, payload, attempts`,
    [channels, limit],
  )
}

/** The same for what is due to one webhook; a receiver may be down for hours, so that its pauses grow faster and longer. */
export async function lockWebhookDeliveries(tx: Tx, destination: string, limit: number): Promise<DeliveryRow[]> {
  return tx.query<DeliveryRow>(
    `update delivery d set attempts = attempts + 1, due_at = holdpoint.now() + least(interval '6 hours', interval '15 seconds' * (3 ^ attempts))
     where id in (select id from delivery where status = 'pending' and due_at <= (select holdpoint.now()) and destination = $1
       and destination like 'webhook:%' order by due_at limit $2 for update skip locked)
     returning id, subject_id, kind, destination, payload, attempts`,
    [destination, limit],
    'lock-webhook-deliveries',
  )
}

/** What was given up meanwhile (its webhook was revoked while it was sent) stays given up. */
export async function markDelivered(tx: Tx, id: number, at: Date): Promise<void> {
  await tx.query(
    `update delivery set status = 'delivered', done_at = $2, error = null where id = $1 and status = 'pending'`,
    [id, at],
  )
}

export async function markFailed(tx: Reader, id: number, error: string, dead: boolean): Promise<void> {
  await tx.query(
    `update delivery set error = $2, status = case when $3 then 'dead' else status end where id = $1 and status = 'pending'`,
    [id, error, dead],
  )
}

/** What came of a message by this channel: null is success. Two instances that write it one after the other both say what is true. */
export async function noteChannel(tx: Tx, channel: Channel, error: string | null, at: Date): Promise<void> {
  await tx.query(
    `update channel_health set failures = case when $2::text is null then 0 else failures + 1 end,
       last_error = coalesce($2, last_error), last_success_at = case when $2::text is null then $3 else last_success_at end,
       last_failure_at = case when $2::text is null then last_failure_at else $3 end where channel = $1`,
    [channel, error, at],
  )
}
