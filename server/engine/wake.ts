import { z } from 'zod'
import { decisionMessage } from '@/lib/agent/webhook'
import { readContent } from '@/server/db/content-store'
import { transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { enqueueWakes, takeDecided } from './wake-store'

const atOnce = 50
const asked = z.looseObject({ notify: z.string() })

/**
 * Looks at what was waited for and has been decided, and writes the message that its agent asked for into the outbox: in the
 * transaction that takes it off the list, so that a crash neither loses one nor makes two.
 */
export function wakeDue(app: Served): Promise<number> {
  return transact(
    app.db,
    async tx => {
      const decided = await takeDecided(tx, atOnce)
      if (decided.length === 0) return 0
      const content = await readContent(
        tx,
        app.vault,
        decided.map(one => one.action_id),
      )
      const messages = decided.flatMap(news => {
        const hook = notifyIn(content.get(news.action_id)?.parts.get('body'))
        const body = decisionMessage(news, app.config.url)
        return hook === null ? [] : [{ action: news.action_id, agent: news.agent_id, hook, body }]
      })
      await enqueueWakes(tx, messages)
      return decided.length === atOnce ? 1 : 0
    },
    app.db.background,
  )
}

/** The webhook that a submission names; null where it names none, or was erased. */
function notifyIn(body: string | undefined): string | null {
  if (!body?.includes('"notify"')) return null
  const read = asked.safeParse(JSON.parse(body))
  return read.success ? read.data.notify : null
}
