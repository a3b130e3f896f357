import { messageIdOf, mostWebhookAttempts } from '@/lib/agent/webhook'
import { sendWebhook } from '@/server/agent/webhook-send'
import { hintWebhook, noteResult, webhookToSend } from '@/server/agent/webhook-store'
import { clock } from '@/server/db/guard'
import { isOutage, reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { type DeliveryRow, lockWebhookDeliveries, markDelivered, markFailed } from './delivery-store'
import { dueWebhooks } from './wake-store'

const mostAtOnce = 32
const perWebhook = 4

/** Sends what is due to webhooks, each on a line of its own: one that hangs holds up nobody else (X05). */
export function openWebhookDelivery() {
  const busy = new Map<string, Promise<void>>()
  let stopped = false

  async function drain(app: Served, destination: string): Promise<void> {
    for (let going = true; going && !stopped; ) {
      const rows = await transact(app.db, tx => lockWebhookDeliveries(tx, destination, perWebhook), app.db.background)
      const sent = await Promise.all(rows.map(row => sendOne(app, row)))
      // After a failure others go first; the engine comes back to it.
      going = rows.length === perWebhook && sent.every(Boolean)
    }
  }

  return {
    async run(app: Served): Promise<number> {
      const due = await dueWebhooks(reader(app.db.background), [...busy.keys()], mostAtOnce - busy.size)
      for (const destination of due) {
        const work = drain(app, destination)
          .catch(error => {
            if (!stopped && !isOutage(error))
              app.log.error({ err: error, destination }, 'a webhook could not be served')
          })
          .finally(() => busy.delete(destination))
        busy.set(destination, work)
      }
      return 0
    },
    /** Waits two seconds at most for what is being sent now; what is not marked by then is sent again, under the same id. */
    async stop(): Promise<void> {
      stopped = true
      const late = new Promise<void>(resolve => setTimeout(resolve, 2_000).unref())
      await Promise.race([Promise.all(busy.values()), late])
    },
  }
}

/**
 * Its row has been claimed by moving its due time ahead, outside any transaction: a crash sends it again later, with the same
 * `webhook-id`. Answers whether it arrived.
 */
async function sendOne(app: Served, row: DeliveryRow): Promise<boolean> {
  const db = reader(app.db.background)
  const id = row.destination.slice('webhook:'.length)
  const hook = await webhookToSend(db, id)
  if (!hook) {
    await markFailed(db, row.id, 'The webhook was revoked.', true)
    return true
  }
  const message = { id: messageIdOf(row.subject_id), body: row.payload }
  const sent = await sendWebhook(app, hook, message, await clock(db))
  await transact(
    app.db,
    async tx => {
      const at = await clock(tx)
      await noteResult(tx, id, sent.delivered ? null : sent.detail, at)
      if (sent.delivered) await markDelivered(tx, row.id, at)
      else await markFailed(tx, row.id, sent.detail, sent.gone || row.attempts >= mostWebhookAttempts)
      hintWebhook(tx, hook.agent_id)
    },
    app.db.background,
  )
  if (!sent.delivered)
    app.log.warn({ delivery: row.id, attempts: row.attempts, reason: sent.detail }, 'a webhook was not reached')
  return sent.delivered
}
