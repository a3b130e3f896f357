import type { Logger } from 'pino'
import { metaKey } from '@/lib/gateway/result'
import type { Gated } from './asked'
import type { Asker } from './talks'

/** Answers that nobody has heard, since their clients had gone: they are kept for who asks the same again in the same session. */
export interface Unheard<R, More> {
  /**
   * What is asked for, as `work` does it, or what came of it where that has been sent before and nobody heard of it: so that a
   * client that lost its connection, or its patience, has nothing run twice by asking again.
   */
  heard(asker: Asker, work: () => Promise<Gated<R> | More>): Promise<Gated<R> | More>
}

const keptMs = 600_000
const most = 500

/** @param may whether an agent may still be told what it began; throws when it may not */
export function openUnheard<R, More extends object>(
  may: (asker: Asker) => Promise<void>,
  log: Logger,
): Unheard<R, More> {
  type Ending = Promise<Gated<R> | More>
  const kept = new Map<string, Ending[]>()

  function drop(at: string, ending: Ending): void {
    const left = kept.get(at)?.filter(one => one !== ending) ?? []
    if (left.length > 0) kept.set(at, left)
    else kept.delete(at)
  }

  function keep(at: string, ending: Ending): void {
    kept.set(at, [...(kept.get(at) ?? []), ending])
    const oldest = kept.keys().next()
    if (kept.size > most && !oldest.done) kept.delete(oldest.value)
    // What was not sent is not kept: it can be asked for again as it is.
    ending.then(
      ended => (wasSent(ended) ? setTimeout(() => drop(at, ending), keptMs).unref() : drop(at, ending)),
      () => drop(at, ending),
    )
  }

  /** Keeps it if the client goes before it has ended. */
  async function listened(at: string, { caller, ctx }: Asker, ending: Ending): Ending {
    const { signal } = ctx.mcpReq
    const gone = () => {
      keep(at, ending)
      log.debug({ agent: caller.id }, 'a client has gone before its answer')
    }
    if (signal.aborted) gone()
    else signal.addEventListener('abort', gone, { once: true })
    try {
      return await ending
    } finally {
      signal.removeEventListener('abort', gone)
    }
  }

  return {
    async heard(asker, work) {
      const at = `${asker.caller.id}\n${asker.run}\n${asker.what}`
      // Who answers a question goes on with what asked it.
      if (asker.ctx.mcpReq.requestState() === undefined) {
        for (let [first] = kept.get(at) ?? []; first; [first] = kept.get(at) ?? []) {
          await may(asker)
          drop(at, first)
          const ended = await listened(at, asker, first).catch(() => null)
          if (ended && wasSent(ended)) return ended
        }
      }
      return listened(at, asker, work())
    },
  }
}

/** Whether it may have been done: then doing it once more is doing it twice. */
function wasSent<R>(ended: Gated<R> | object): boolean {
  if (!('is' in ended)) return false
  return ended.is === 'answered' || ended.said._meta[metaKey].status === 'unknown'
}
