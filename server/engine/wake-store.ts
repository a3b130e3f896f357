import type { DecisionNews } from '@/lib/agent/webhook'
import type { Tx } from '@/server/db/tx'

/** Decisions that were waited for and have not been looked at, taken off the list in this transaction. */
export async function takeDecided(tx: Tx, limit: number): Promise<DecisionNews[]> {
  return tx.query<DecisionNews>(
    `with taken as (delete from webhook_due where action_id in
       (select action_id from webhook_due order by noted_at limit $1 for update skip locked) returning action_id)
     select a.id as action_id, a.agent_id, a.hold_id, a.status, a.decision::json ->> 'verdict' as verdict,
       a.decision::json ->> 'code' as code, a.decided_at
     from taken join action a on a.id = taken.action_id where a.decided_at is not null`,
    [limit],
    'take-decided',
  )
}

/** Puts messages into the outbox: one a decision and webhook, for webhooks that this agent still has. */
export async function enqueueWakes(
  tx: Tx,
  messages: readonly {
    readonly action: string
    readonly agent: string
    readonly hook: string
    readonly body: string
  }[],
): Promise<void> {
  if (messages.length === 0) return
  await tx.query(
    `insert into delivery (subject_id, kind, destination, payload, due_at, created_at)
     select m.action, 'action.decided', 'webhook:' || w.id, m.body, holdpoint.now(), holdpoint.now()
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as m(action, agent, hook, body)
       join webhook w on w.id = m.hook and w.agent_id = m.agent and w.revoked_at is null
     on conflict do nothing`,
    [messages.map(m => m.action), messages.map(m => m.agent), messages.map(m => m.hook), messages.map(m => m.body)],
  )
  tx.hint('delivery', '*')
}

/** Webhooks with messages that are due, whoever waits longest first; not those that are busy here. */
export async function dueWebhooks(tx: Pick<Tx, 'query'>, busy: readonly string[], limit: number): Promise<string[]> {
  const rows = await tx.query<{ destination: string }>(
    `select destination from delivery where status = 'pending' and destination like 'webhook:%' and due_at <= (select holdpoint.now())
       and not destination = any($1) group by destination order by min(due_at) limit $2`,
    [busy, limit],
    'due-webhooks',
  )
  return rows.map(row => row.destination)
}
