import { type Asks, type KeptPast, openKeptPast } from '@/lib/gate/kept-past'
import { noPast, type Past } from '@/lib/gate/past'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { Database } from '@/server/db/pool'
import type { Tx } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { lookedAt, type PastRow, readPasts } from './past-store'

/** What is known of one agent and tool, up to the ask with the number `asked`. */
interface Known {
  asked: number
  readonly over: KeptPast
  /** What may still end otherwise, by action. */
  readonly open: Map<string, Asks>
}

interface Pair {
  readonly agent_id: string
  readonly tool: string
}

/**
 * The past as it stands at `now`, by `agent_id/tool`, without the asks of `but`. Call it only where the registry of the
 * transaction says that policy reads pasts: what is asked while nobody locks agents is numbered in any order.
 */
export type Read = (now: Date, but?: ReadonlySet<string>) => Map<string, Past>

/** What an instance knows of the past. Only what was read under its agent's lock enters it, so that nothing is missing. */
export interface Pasts {
  /** Reads what is new of these, after their locks and the guard. */
  read(tx: Tx, pairs: readonly Pair[]): Promise<Read>
}

/** So many agents with a tool are kept; the one that has been quiet for longest goes, and is looked through again. */
const most = 10_000
const largest = 9_223_372_036_854_775_807n
const slotOf = ({ agent_id, tool }: Pair) => `${agent_id}/${tool}`

const kept = new WeakMap<Database, Pasts>()

/** What this instance knows of the past. */
export function pastsOf({ db }: Pick<Instance, 'db'>): Pasts {
  const known = kept.get(db) ?? openPasts()
  kept.set(db, known)
  return known
}

function openPasts(): Pasts {
  const known = new Map<string, Known>()
  const keep = (slot: string, one: Known) => {
    // Those asked for last stand last.
    known.delete(slot)
    known.set(slot, one)
    const [quiet] = known.keys()
    if (known.size > most && quiet !== undefined) known.delete(quiet)
  }
  return {
    async read(tx, pairs) {
      const slots = new Map(pairs.map(pair => [slotOf(pair), { pair, one: known.get(slotOf(pair)) }]))
      const all = [...slots.values()]
      const wanted = all.map(({ pair: { agent_id, tool }, one }) => ({ agent_id, tool, since: one?.asked ?? null }))
      const open = all.flatMap(({ one }) => (one ? [...one.open.keys()] : []))
      const rows = Map.groupBy(await readPasts(tx, wanted, open), slotOf)
      return (now, but = new Set()) =>
        new Map(
          [...slots].map(([slot, { one: before }]) => {
            const found = rows.get(slot) ?? []
            if (!before && found.length === 0) return [slot, noPast]
            const one = before ?? fresh(found)
            learn(one, found)
            keep(slot, one)
            const waiting = [...one.open].flatMap(([id, asks]) => (but.has(id) ? [] : asks))
            return [slot, one.over.at(now.getTime(), waiting)]
          }),
        )
    },
  }
}

/** Nothing learned yet. Where there is more than was looked at, what was before is not known. */
function fresh(rows: readonly PastRow[]): Known {
  const seen = rows.reduce((sum, row) => sum + row.count, 0)
  const oldest = rows.reduce((least, row) => Math.min(least, row.oldest.getTime()), Number.POSITIVE_INFINITY)
  return { asked: 0, over: openKeptPast(seen >= lookedAt ? oldest : null), open: new Map() }
}

/** Takes in what was read. Another batch may have taken in some of it meanwhile; what it found open may be over by now. */
function learn(one: Known, rows: readonly PastRow[]): void {
  const { asked } = one
  for (const row of rows) {
    const wasOpen = row.id !== null && one.open.delete(row.id)
    if (row.asked > asked || wasOpen) {
      if (row.id !== null && row.status === 'open') one.open.set(row.id, asksOf(row))
      else one.over.add(asksOf(row))
    }
    one.asked = Math.max(one.asked, row.asked)
  }
}

/** How it counts: what is refused as that, what goes on or waits with its amount. */
function asksOf({ at, currency, status, count, sum }: PastRow): Asks {
  const counts = status === 'open' || status === 'counts'
  return {
    at: at.getTime(),
    currency,
    count,
    denied: status === 'refused' ? count : 0,
    sum: counts ? (parseDecimal(sum) ?? largest) : 0n,
  }
}
