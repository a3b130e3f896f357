import { decidedAmong } from '@/server/action/store'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'

/** Who waits in this instance, for which action. Waiting is never state: it holds no connection and dies with the process. */
export interface Waiters {
  /**
   * Resolves true once the action is decided (read it then), false when the time is up, the client is gone or we drain.
   * Subscribe before reading the row: what is decided in between is not missed.
   */
  wait(action: string, milliseconds: number, signal: AbortSignal): Waiter
  /** How many wait for actions of this agent. */
  count(agent: string): number
  /** Runs for each action that has waiters: the engine's way to know what is looked at here. */
  actions(): IterableIterator<string>
  /** Answers everyone "still waiting": the server stops. */
  drain(): void
  close(): void
}

export interface Waiter {
  readonly decided: Promise<boolean>
  stop(): void
}

const rereadEvery = 2_000

export function openWaiters(app: Instance): Waiters {
  const waiting = new Map<string, Set<(decided: boolean) => void>>()
  let draining = false

  const wake = (action: string, decided: boolean): void => {
    for (const answer of [...(waiting.get(action) ?? [])]) answer(decided)
  }
  const reread = async (ids: string[]): Promise<void> => {
    if (ids.length === 0) return
    for (const id of await decidedAmong(reader(app.db.pool), ids).catch(() => [])) wake(id, true)
  }
  const stop = app.db.hints.subscribe(hint => {
    if (hint === 'resync') void reread([...waiting.keys()])
    else if (hint.type === 'action') {
      if (hint.subjects === '*') void reread([...waiting.keys()])
      else for (const id of hint.subjects) wake(id, true)
    }
  })
  // Hints may be lost: one query for everyone who waits here is the last resort.
  const timer = setInterval(() => void reread([...waiting.keys()]), rereadEvery)
  timer.unref()

  return {
    wait(action, milliseconds, signal) {
      let finish: (decided: boolean) => void = () => undefined
      const decided = new Promise<boolean>(resolve => {
        const set = waiting.get(action) ?? new Set()
        waiting.set(action, set)
        const clock = setTimeout(() => finish(false), milliseconds)
        const gone = () => finish(false)
        finish = value => {
          clearTimeout(clock)
          signal.removeEventListener('abort', gone)
          set.delete(finish)
          if (set.size === 0 && waiting.get(action) === set) waiting.delete(action)
          resolve(value)
        }
        set.add(finish)
        signal.addEventListener('abort', gone)
        if (signal.aborted || draining || milliseconds <= 0) finish(false)
      })
      return { decided, stop: () => finish(false) }
    },
    count: () => waiting.size,
    actions: () => waiting.keys(),
    drain() {
      draining = true
      for (const id of [...waiting.keys()]) wake(id, false)
    },
    close() {
      stop()
      clearInterval(timer)
    },
  }
}
