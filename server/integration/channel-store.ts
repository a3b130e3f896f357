import type { Channel } from '@/lib/access/notice'
import type { Reader, Tx } from '@/server/db/tx'

export interface HealthRow {
  readonly channel: Channel
  readonly last_success_at: Date | null
  readonly last_failure_at: Date | null
  readonly last_error: string | null
  readonly failures: number
  readonly waiting: number
  readonly oldest_due_at: Date | null
  readonly given_up: number
  readonly reaches: number
}

/** Every channel: how it went last, what waits and what was given up, and how many people it reaches. */
export function readHealth(db: Reader): Promise<HealthRow[]> {
  return db.query<HealthRow>(
    `select h.channel, h.last_success_at, h.last_failure_at, h.last_error, h.failures, coalesce(w.waiting, 0)::int as waiting, w.oldest_due_at,
       (select count(*)::int from delivery d where split_part(d.destination, ':', 1) = h.channel and d.status = 'dead') as given_up,
       case h.channel when 'mail' then (select count(*)::int from person where status = 'active')
         when 'slack' then (select count(*)::int from slack_link where linked_at is not null and removed_at is null)
         else (select count(distinct person_id)::int from push_device where removed_at is null) end as reaches
     from channel_health h left join (
       select split_part(destination, ':', 1) as channel, count(*) as waiting, min(due_at) as oldest_due_at
       from delivery where status = 'pending' group by 1) w on w.channel = h.channel
     order by array_position(array['mail', 'slack', 'push'], h.channel)`,
    [],
  )
}

export interface DeadRow {
  readonly id: string
  readonly kind: string
  readonly destination: string
  readonly subject_id: string
  readonly error: string | null
  readonly attempts: number
  readonly created_at: Date
}

/** What was given up on this channel, newest first. */
export function listDead(db: Reader, channel: Channel, limit: number): Promise<DeadRow[]> {
  return db.query<DeadRow>(
    `select id::text as id, kind, destination, subject_id, error, attempts, created_at from delivery
     where split_part(destination, ':', 1) = $1 and status = 'dead' order by id desc limit $2`,
    [channel, limit],
  )
}

/** Begins anew with what was given up on this channel. Answers how many these are, and how many are left. */
export async function reviveChannel(tx: Tx, channel: Channel, limit: number) {
  const revived = await tx.query(
    `update delivery set status = 'pending', attempts = 0, due_at = holdpoint.now() where id in
       (select id from delivery where split_part(destination, ':', 1) = $1 and status = 'dead' order by id desc limit $2 for update)
     returning 1`,
    [channel, limit],
  )
  const [left] = await tx.query<{ given_up: number }>(
    `select count(*)::int as given_up from delivery where split_part(destination, ':', 1) = $1 and status = 'dead'`,
    [channel],
  )
  tx.hint('delivery', '*')
  return { sent_again: revived.length, given_up: left?.given_up ?? 0 }
}
