import type { Logger } from 'pino'
import { recordable } from '@/lib/gateway/result'
import type { Classification } from '@/lib/kernel/scale'
import type { Caller } from './holdpoint'
import type { Own, Recorded } from './own'

/** What a tool returned, as the model now has it before it. */
export interface Seen {
  readonly tool: string
  readonly action: string
  readonly text: string
  readonly classification: Classification | undefined
}

/** Tells Holdpoint what an agent has before it, so that where the next call's arguments come from can be trusted. */
export interface Recorder {
  /** Begins to record it; nobody waits for that but the next call of the same session. */
  record(caller: Caller, session: string, seen: Seen): void
  /** Everything of the session so far is recorded. False: it is not, and a call would be judged without it. */
  settled(caller: Caller, session: string): Promise<boolean>
  /** All that has begun has ended. */
  flush(): Promise<void>
}

const none: Recorder = { record: () => undefined, settled: async () => true, flush: async () => undefined }

/** @param by the gateway's own way in; null: nothing is recorded */
export function openRecorder(by: Own | null, log: Logger): Recorder {
  if (!by) return none
  const queues = new Map<string, { readonly session: string; readonly recorded: Recorded }[]>()
  const working = new Map<string, Promise<void>>()
  let warned = false

  async function work(run: string): Promise<void> {
    const queue = queues.get(run) ?? []
    for (let first = queue[0]; first; first = queue[0]) {
      const sent = await (by ?? never()).record(first.session, first.recorded)
      if (sent === 'again') return
      if (sent === 'refused' && !warned) {
        warned = true
        log.error('Holdpoint does not take what this gateway records: see docs/mcp.md, “The gateway’s own key”')
      }
      queue.shift()
    }
    queues.delete(run)
  }

  function begin(run: string): Promise<void> {
    const before = working.get(run)
    if (before) return before
    const now = work(run).finally(() => working.delete(run))
    working.set(run, now)
    return now
  }

  return {
    record(caller, session, { tool, action, text, classification }) {
      const run = `${caller.id}\n${session}`
      const source = {
        kind: 'tool_result',
        ref: `${tool}#${action}`.slice(-200),
        text: recordable(text),
        ...(classification ? { classification } : {}),
      }
      const entry = { session, recorded: { agent: caller.id, sources: [source] } }
      const queue = queues.get(run)
      if (queue) queue.push(entry)
      else queues.set(run, [entry])
      // Whoever called is answered first.
      setImmediate(() => void begin(run))
    },
    async settled(caller, session) {
      const run = `${caller.id}\n${session}`
      for (let tries = 0; tries < 2 && queues.has(run); tries++) await begin(run)
      return !queues.has(run)
    },
    flush: async () => void (await Promise.all([...queues.keys()].map(begin))),
  }
}

function never(): never {
  throw new Error('nothing records')
}
