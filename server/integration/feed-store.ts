import type { DestinationType } from '@/lib/agent/webhook-contract'
import { type LoggedEvent, toldOf } from '@/lib/integration/destination'
import type { Reader, Tx } from '@/server/db/tx'

export interface FeedRow {
  readonly id: string
  readonly types: readonly DestinationType[]
  /** The number of the next entry of the log that it has not been told of. */
  readonly told_to: number
  /** How far the log had been numbered when it was locked: no further may its mark move, as nothing after it has been read. */
  readonly size: number
}

/** How far the log has been numbered, and whether any of the organisation's webhooks is behind it. */
export async function isBehind(db: Reader): Promise<boolean> {
  const [row] = await db.query<{ behind: boolean }>(
    `select exists (select from webhook w where w.agent_id is null and w.revoked_at is null
       and w.told_to < (select size from log_head where id = 1)) as behind`,
    [],
    'feed-behind',
  )
  return row?.behind ?? false
}

/** The organisation's webhooks that are behind, locked for this transaction. */
export async function lockBehind(tx: Tx): Promise<FeedRow[]> {
  const rows = await tx.query<{ id: string; types: DestinationType[]; told_to: string; size: string }>(
    `select w.id, w.types, w.told_to::text as told_to, (select size from log_head where id = 1)::text as size from webhook w where w.agent_id is null and w.revoked_at is null
       and w.told_to < (select size from log_head where id = 1) order by w.id for update skip locked`,
    [],
  )
  return rows.map(row => ({ ...row, told_to: Number(row.told_to), size: Number(row.size) }))
}

/** Events numbered from `from` to before `until` that an organisation may be told of, in their order. */
export async function eventsFrom(db: Reader, from: number, until: number): Promise<LoggedEvent[]> {
  const rows = await db.query<{ body: string }>(
    `select e.body from log_entry l join event e on e.id = l.event_id
     where l.seq >= $1 and l.seq < $2 and e.type = any($3) order by l.seq`,
    [from, until, Object.keys(toldOf)],
    'feed-events',
  )
  return rows.map(row => JSON.parse(row.body) as LoggedEvent)
}

/** Writes messages into the outbox and moves the mark to `until`, in one transaction: none is lost, none is written twice. */
export async function tellFrom(
  tx: Tx,
  webhook: string,
  messages: readonly { readonly event: string; readonly kind: string; readonly body: string }[],
  until: number,
): Promise<void> {
  await tx.query(
    `insert into delivery (subject_id, kind, destination, payload, due_at, created_at)
     select m.s, m.k, 'webhook:' || $4, m.c, holdpoint.now(), holdpoint.now() from unnest($1::text[], $2::text[], $3::text[]) as m(s, k, c)
     on conflict do nothing`,
    [messages.map(one => one.event), messages.map(one => one.kind), messages.map(one => one.body), webhook],
  )
  await tx.query('update webhook set told_to = $2 where id = $1', [webhook, until])
  if (messages.length > 0) tx.hint('delivery', '*')
}
