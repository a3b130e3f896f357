import { type Channel, routesOf } from '@/lib/access/notice'
import type { Tx } from '@/server/db/tx'
import { readWays } from './notice-store'

/** One message for one person. `payload` is JSON; about a hold `{ kind, hold, why? }`: ids, and the sentence that says why they are told. */
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
