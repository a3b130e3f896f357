import type { Reader, Tx } from '@/server/db/tx'

export interface DeliveryRow {
  readonly id: number
  readonly subject_id: string
  readonly kind: string
  readonly destination: string
  readonly payload: string
  readonly attempts: number
}

/** Claims mail that is due: it comes back after a growing pause unless it is marked. */
export async function lockDeliveries(tx: Tx, limit: number): Promise<DeliveryRow[]> {
  return tx.query<DeliveryRow>(
    `update delivery d set attempts = attempts + 1, due_at = holdpoint.now() + least(interval '1 hour', interval '15 seconds' * (2 ^ attempts))
     where id in (select id from delivery where status = 'pending' and due_at <= holdpoint.now() and not destination like 'webhook:%' order by due_at limit $1 for update skip locked)
     returning id, subject_id, kind, destination, payload, attempts`,
    [limit],
  )
}

/** The same for what is due to one webhook; a receiver may be down for hours, so that its pauses grow faster and longer. */
export async function lockWebhookDeliveries(tx: Tx, destination: string, limit: number): Promise<DeliveryRow[]> {
  return tx.query<DeliveryRow>(
    `update delivery d set attempts = attempts + 1, due_at = holdpoint.now() + least(interval '6 hours', interval '15 seconds' * (3 ^ attempts))
     where id in (select id from delivery where status = 'pending' and due_at <= holdpoint.now() and destination = $1
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
