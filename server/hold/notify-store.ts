import { type Channel, routesOf } from '@/lib/access/notice'
import { readWays } from '@/server/access/notice-store'
import type { Reader, Tx } from '@/server/db/tx'

/** The last three holds that ended, when all of them expired and nobody had seen one; newest first. */
export async function unseenRun(db: Reader): Promise<string[]> {
  const rows = await db.query<{ id: string; unseen: boolean }>(
    `select id, status = 'expired' and first_seen_at is null as unseen from hold
     where status <> 'pending' order by decided_at desc, id desc limit 3`,
  )
  return rows.length === 3 && rows.every(row => row.unseen) ? rows.map(row => row.id) : []
}

/** Was this run reported before? A run is known by its newest hold; a longer one is reported every third time. */
export async function alarmed(db: Reader, holds: readonly string[]): Promise<boolean> {
  const rows = await db.query(
    `select 1 from event where type = 'hold.unseen_alarmed' and subjects && $1::text[] limit 1`,
    [holds],
  )
  return rows.length > 0
}

/** One message for one person. `payload` is JSON `{ kind, hold, why? }`: ids, and the sentence that says why they are told. */
export interface Message {
  readonly subject_id: string
  readonly kind: string
  readonly person_id: string
  readonly payload: string
  /** Absent: by what the person prefers. */
  readonly channels?: readonly Channel[]
  /** Goes out in quiet hours too. */
  readonly urgent?: boolean
}

/**
 * Puts messages into the outbox, by the channels that each person chose and that reach them; the same message to the same
 * person by the same channel once. Answers whom it reaches.
 * @param mail does this instance send mail? Where it does not, nothing waits for it
 */
export async function enqueue(
  tx: Tx,
  at: Date,
  messages: readonly Message[],
  mail = true,
): Promise<ReadonlySet<string>> {
  if (messages.length === 0) return new Set()
  const ways = await readWays(
    tx,
    messages.map(one => one.person_id),
    mail,
  )
  const rows = messages.flatMap(message => {
    const way = ways.get(message.person_id)
    const routes = way ? routesOf(message, way.preference, way.reachable, at) : []
    return routes.map(route => ({ ...message, ...route }))
  })
  await tx.query(
    `insert into delivery (subject_id, kind, destination, payload, due_at, created_at)
     select m.s, m.k, m.d, m.c, m.due, $6 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as m(s, k, d, c, due)
     on conflict do nothing`,
    [
      rows.map(m => m.subject_id),
      rows.map(m => m.kind),
      rows.map(m => `${m.channel}:${m.person_id}`),
      rows.map(m => m.payload),
      rows.map(m => m.due_at),
      at,
    ],
  )
  tx.hint('delivery', '*')
  return new Set(rows.map(m => m.person_id))
}

/** One at a time, over all instances: raising alarms about unseen holds. */
export async function lockAlarms(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('holdpoint unseen alarm'))`)
}
