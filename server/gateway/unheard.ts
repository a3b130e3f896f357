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
/** Of one agent, whatever the others leave behind them; the oldest goes first. */
const mostOfOne = 100
const mostBytesOfOne = 8 * 1_048_576
/** Of all of them together. */
const mostBytes = 128 * 1_048_576

interface Kept<E> {
  readonly at: string
  readonly agent: string
  readonly ending: Promise<E>
  /** Of its answer, as it would be sent; 0 until there is one. */
  bytes: number
}

/** @param may whether an agent may still be told what it began; throws when it may not */
export function openUnheard<R, More extends object>(
  may: (asker: Asker) => Promise<void>,
  log: Logger,
): Unheard<R, More> {
  type Ended = Gated<R> | More
  type Ending = Promise<Ended>
  /** The oldest first. */
  const kept = new Set<Kept<Ended>>()
  const of = (agent: string) => [...kept].filter(one => one.agent === agent)
  const bytesIn = (all: Iterable<Kept<Ended>>) => [...all].reduce((sum, one) => sum + one.bytes, 0)
  const firstAt = (at: string) => [...kept].find(one => one.at === at)

  function makeRoom(agent: string): void {
    const own = of(agent)
    for (let bytes = bytesIn(own), count = own.length; count > mostOfOne || bytes > mostBytesOfOne; count--) {
      const oldest = own.shift()
      if (!oldest) break
      bytes -= oldest.bytes
      kept.delete(oldest)
    }
    let all = bytesIn(kept)
    for (const one of kept) {
      if (all <= mostBytes) break
      all -= one.bytes
      if (one.bytes > 0) kept.delete(one)
    }
  }

  function keep(at: string, agent: string, ending: Ending): void {
    const one: Kept<Ended> = { at, agent, ending, bytes: 0 }
    kept.add(one)
    makeRoom(agent)
    // What was not sent is not kept: it can be asked for again as it is.
    ending.then(
      ended => {
        if (!wasSent(ended)) return void kept.delete(one)
        one.bytes = Buffer.byteLength(JSON.stringify(ended))
        makeRoom(agent)
        setTimeout(() => kept.delete(one), keptMs).unref()
      },
      () => kept.delete(one),
    )
  }

  /** Keeps it if the client goes before it has ended. */
  async function listened(at: string, { caller, ctx }: Asker, ending: Ending): Ending {
    const { signal } = ctx.mcpReq
    const gone = () => {
      keep(at, caller.id, ending)
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
        for (let first = firstAt(at); first; first = firstAt(at)) {
          await may(asker)
          kept.delete(first)
          const ended = await listened(at, asker, first.ending).catch(() => null)
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
