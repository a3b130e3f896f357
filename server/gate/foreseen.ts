import type { Registry } from '@/lib/gate/registry'
import { isRecorded } from '@/lib/session/recorder'
import type { SessionState } from '@/lib/session/session'
import type { Database } from '@/server/db/pool'
import type { Instance } from '@/server/instance'
import type { BatchFacts } from './batch-store'
import { sessionOf } from './candidates'
import type { DecidedBatch, Given } from './decide-batch'

/** What the next submission of one session will find, if nobody else does anything in between. */
interface Kept {
  /** The version of the registry by which it was decided. What people have changed since has its time, and none decided by it may have an earlier one. */
  readonly registry: number
  /** Of its agent. */
  readonly open: number
  /** Null: nothing is known of it. */
  readonly session: SessionState | null
  readonly recorded: string | null
}

/** What this process expects the database to say. Whether it does is for the transaction to see that writes by it. */
export interface Foreseen {
  /** What one who asks alone will find; null where nothing can be said. */
  facts(given: Given, registry: Registry): BatchFacts | null
  /** Takes in what was read of a batch, where that leaves it as it is. */
  note(given: Given, facts: BatchFacts, decided: DecidedBatch): void
  /** It was otherwise with these agents, or the clock. */
  forget(agents: readonly string[]): void
}

/** So many sessions are kept; the one that has been quiet for longest goes. */
const most = 5_000
const nothing: ReadonlySet<string> = new Set()

const opened = new WeakMap<Database, Foreseen>()

/** What this instance foresees. */
export function foreseenBy({ db }: Pick<Instance, 'db'>): Foreseen {
  const known = opened.get(db) ?? openForeseen()
  opened.set(db, known)
  return known
}

function openForeseen(): Foreseen {
  const kept = new Map<string, Kept>()
  /** How far the clock of the database is ahead of this process's, at least; null: not known. */
  let ahead: number | null = null
  const slotOf = ({ batch, agents }: Given, n: number, at: Date) => {
    const [one, agent] = [batch[n], agents[n]]
    return one && agent ? `${agent}/${sessionOf(one, at)}` : null
  }
  return {
    facts(given, registry) {
      const [one, another] = given.batch
      const [agent = ''] = given.agents
      if (!one || another || ahead === null || one.traced_by === 'now') return null
      const at = new Date(Math.floor(performance.now() + ahead))
      const slot = slotOf(given, 0, at)
      const found = slot === null ? undefined : kept.get(slot)
      if (slot === null || found?.registry !== registry.version) return null
      const mark = isRecorded(registry.scopes, agent) ? one.traced_by : found.recorded
      const named = one.submission.context?.session !== undefined
      return {
        at,
        registry: registry.version,
        existing: new Map(),
        rejected: nothing,
        unknown: nothing,
        open: new Map([[agent, found.open]]),
        sessions: new Map(found.session ? [[slot, found.session]] : []),
        recorded: new Map(named && mark !== null ? [[slot, mark]] : []),
      }
    },
    note(given, facts, { rows, sessions }) {
      ahead = Math.max(ahead ?? Number.NEGATIVE_INFINITY, facts.at.getTime() - performance.now())
      const isMoved = sessions.length > 0 || rows.some(row => !row.record.decision)
      for (const [n, agent] of given.agents.entries()) {
        const slot = slotOf(given, n, facts.at)
        if (slot === null) continue
        kept.delete(slot)
        if (isMoved) continue
        kept.set(slot, {
          registry: facts.registry,
          open: facts.open.get(agent) ?? 0,
          session: facts.sessions.get(slot) ?? null,
          recorded: facts.recorded.get(slot) ?? null,
        })
      }
      for (const [quiet] of kept) {
        if (kept.size <= most) break
        kept.delete(quiet)
      }
    },
    forget(agents) {
      ahead = null
      for (const slot of kept.keys()) if (agents.some(agent => slot.startsWith(`${agent}/`))) kept.delete(slot)
    },
  }
}
