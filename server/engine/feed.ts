import { destinationMessage } from '@/lib/integration/destination'
import { reader, type Tx, transact } from '@/server/db/tx'
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
  return transact(app.db, tx => tellBehind(tx, app.config.url), app.db.background)
}

/** Tells every webhook that is behind what was numbered when it was locked; entries that come while it reads are told next time. */
export async function tellBehind(tx: Tx, url: string): Promise<number> {
  let more = 0
  for (const hook of await lockBehind(tx)) {
    const until = Math.min(hook.told_to + atOnce, hook.size)
    const messages = (await eventsFrom(tx, hook.told_to, until)).flatMap(event => {
      const message = destinationMessage(event, url)
      return message && hook.types.includes(message.type)
        ? [{ event: event.id, kind: message.type, body: message.body }]
        : []
    })
    await tellFrom(tx, hook.id, messages, until)
    more = messages.length > 0 || until < hook.size ? 1 : more
  }
  return more
}
