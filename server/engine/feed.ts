import { destinationMessage } from '@/lib/integration/destination'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { eventsFrom, isBehind, lockBehind, tellFrom } from '@/server/integration/feed-store'

const atOnce = 500

/**
 * Writes into the outbox what the organisation's own webhooks are to be told: by the log, whose entries are numbered without gaps.
 * Each webhook has a mark of how far it was told, moved in the transaction that writes its messages: after any crash or downtime it
 * goes on where it was, with nothing left out and nothing twice.
 */
export async function feedDue(app: Served): Promise<number> {
  if (!(await isBehind(reader(app.db.background)))) return 0
  return transact(
    app.db,
    async tx => {
      let more = 0
      for (const hook of await lockBehind(tx)) {
        const messages = (await eventsFrom(tx, hook.told_to, atOnce)).flatMap(event => {
          const message = destinationMessage(event, app.config.url)
          return message && hook.types.includes(message.type)
            ? [{ event: event.id, kind: message.type, body: message.body }]
            : []
        })
        await tellFrom(tx, hook.id, messages, hook.told_to, atOnce)
        more = messages.length > 0 ? 1 : more
      }
      return more
    },
    app.db.background,
  )
}
