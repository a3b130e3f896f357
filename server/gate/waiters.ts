import type { Registry } from '@/lib/gate/registry'
import { decidedAmong } from '@/server/action/store'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import type { ReadAction } from './read'
import type { Registries } from './registry'

/** Who waits in this instance, for which action. Waiting is never state: it holds no connection and dies with the process. */
export interface Waiters {
  /**
   * Subscribe before reading the row: what is decided in between is not missed. Ends as `decided` (read it then), `recheck`
   * (something about its agent has changed: is its key still good?) or `over` (time, client or server is gone). What was
   * decided in this instance comes with what was read of it in the same commit.
   */
  wait(action: string, who: Waiting, milliseconds: number, signal: AbortSignal): Waiter
  /** Does anybody wait here for this action? */
  isAwaited(action: string): boolean
  /** Hands what this instance has decided, read in the transaction that decided it and told after its commit, to who waits for it. */
  tell(read: ReadAction): void
  /** How many waits of this agent there are here. */
  count(agent: string): number
  /** This agent has as many waits here as it may: a further one is answered as things stand. */
  isFull(agent: string): boolean
  draining(): boolean
  /** Answers everyone "still waiting": the server stops. */
  drain(): void
  close(): void
}

export type Woken = ReadAction | 'decided' | 'recheck' | 'over'

export interface Waiter {
  readonly woken: Promise<Woken>
  stop(): void
}

/** Who waits: an agent, by one of its keys. */
export interface Waiting {
  readonly agent: string
  readonly credential: string
}

interface Entry extends Waiting {
  readonly finish: (how: Woken) => void
}

const rereadEvery = 2_000

/** May this agent still be answered by this key? */
export function isLive({ agents, credentials }: Registry, { agent, credential }: Waiting, at: Date): boolean {
  const key = credentials.get(credential)
  const known = agents.get(agent)
  return (
    key !== undefined && !(key.expires_at && key.expires_at <= at) && known !== undefined && known.status !== 'retired'
  )
}

/** Opens the waiting room of one instance. */
export function openWaiters(app: Pick<Instance, 'db'>, registries: Pick<Registries, 'now' | 'latest'>): Waiters {
  const waiting = new Map<string, Set<Entry>>()
  const perAgent = new Map<string, number>()
  let draining = false

  const wake = (action: string, how: Woken): void => {
    for (const entry of [...(waiting.get(action) ?? [])]) entry.finish(how)
  }
  const reread = async (): Promise<void> => {
    if (waiting.size === 0) return
    for (const id of await decidedAmong(reader(app.db.pool), [...waiting.keys()]).catch(() => [])) wake(id, 'decided')
  }
  /** Asks once for all whose keys may have been revoked; whose key is still good sleeps on and costs nothing. */
  const recheck = async (agents: ReadonlySet<string> | null): Promise<void> => {
    const asked = [...waiting.values()]
      .flatMap(entries => [...entries])
      .filter(entry => !agents || agents.has(entry.agent))
    if (asked.length === 0) return
    const now = await registries.now().catch(() => null)
    for (const entry of asked) if (!now || !isLive(now.registry, entry, now.at)) entry.finish('recheck')
  }
  const stop = app.db.hints.subscribe(hint => {
    if (hint === 'resync') {
      // What was told meanwhile is not known: also that a key was revoked (K12).
      void reread()
      void recheck(null)
    } else if (hint.type === 'action') {
      if (hint.subjects === '*') void reread()
      else for (const id of hint.subjects) wake(id, 'decided')
    } else if (hint.type === 'agent') void recheck(hint.subjects === '*' ? null : new Set(hint.subjects))
    else if (hint.type === 'containment') void recheck(null)
  })
  // Hints may be lost: one query for everyone who waits here is the last resort.
  const timer = setInterval(() => void reread(), rereadEvery)
  timer.unref()

  return {
    wait(action, { agent, credential }, milliseconds, signal) {
      let finish: (how: Woken) => void = () => undefined
      const woken = new Promise<Woken>(resolve => {
        const set = waiting.get(action) ?? new Set()
        waiting.set(action, set)
        perAgent.set(agent, (perAgent.get(agent) ?? 0) + 1)
        const clock = setTimeout(() => finish('over'), milliseconds)
        const gone = () => finish('over')
        const entry: Entry = {
          agent,
          credential,
          finish(how) {
            if (!set.delete(entry)) return
            clearTimeout(clock)
            signal.removeEventListener('abort', gone)
            if (set.size === 0 && waiting.get(action) === set) waiting.delete(action)
            const rest = (perAgent.get(agent) ?? 1) - 1
            if (rest > 0) perAgent.set(agent, rest)
            else perAgent.delete(agent)
            resolve(how)
          },
        }
        finish = entry.finish
        set.add(entry)
        signal.addEventListener('abort', gone)
        if (signal.aborted || draining || milliseconds <= 0) finish('over')
      })
      return { woken, stop: () => finish('over') }
    },
    isAwaited: action => waiting.has(action),
    tell: read => wake(read.row.id, read),
    count: agent => perAgent.get(agent) ?? 0,
    isFull(agent) {
      const limits = registries.latest()?.agents.get(agent)?.limits
      return limits !== undefined && (perAgent.get(agent) ?? 0) >= limits.waits
    },
    draining: () => draining,
    drain() {
      draining = true
      for (const id of [...waiting.keys()]) wake(id, 'over')
    },
    close() {
      stop()
      clearInterval(timer)
    },
  }
}
