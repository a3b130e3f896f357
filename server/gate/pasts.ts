import { type Asks, type KeptPast, openKeptPast } from '@/lib/gate/kept-past'
import { noPast, type Past } from '@/lib/gate/past'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { Database } from '@/server/db/pool'
import { type Reader, reader, type Tx } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { lookedAt, type PastRow, readOlder, readPasts } from './past-store'

/** What is known of one agent and tool, up to the ask with the number `asked`. */
interface Known {
  asked: number
  /** Nothing that was asked before this one has been looked at; null when there is nothing, or somebody is looking. */
  least: number | null
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
  /**
   * Reads what is new of these, after their locks and the guard.
   * @param epoch of this instance: in another one the database may have been put back, and its numbers begin anew
   */
  read(tx: Tx, pairs: readonly Pair[], epoch: number): Promise<Read>
}

/** So many agents with a tool are kept; the one that has been quiet for longest goes, and is looked through again. */
const most = 10_000
const largest = 9_223_372_036_854_775_807n
const slotOf = ({ agent_id, tool }: Pair) => `${agent_id}/${tool}`

const kept = new WeakMap<Database, Pasts>()

/** What this instance knows of the past. */
export function pastsOf({ db }: Pick<Instance, 'db'>): Pasts {
  const known = kept.get(db) ?? openPasts(reader(db.background))
  kept.set(db, known)
  return known
}

function openPasts(background: Reader): Pasts {
  const known = new Map<string, Known>()
  let knownIn = 0
  const keep = (slot: string, one: Known) => {
    // Those asked for last stand last.
    known.delete(slot)
    known.set(slot, one)
    const [quiet] = known.keys()
    if (known.size > most && quiet !== undefined) known.delete(quiet)
  }
  return {
    async read(tx, pairs, epoch) {
      if (epoch !== knownIn) known.clear()
      knownIn = epoch
      const slots = new Map(pairs.map(pair => [slotOf(pair), { pair, one: known.get(slotOf(pair)) }]))
      const all = [...slots.values()]
      const wanted = all.map(({ pair: { agent_id, tool }, one }) => ({ agent_id, tool, since: one?.asked ?? null }))
      const open = all.flatMap(({ one }) => (one ? [...one.open.keys()] : []))
      const rows = Map.groupBy(await readPasts(tx, wanted, open), slotOf)
      return (now, but = new Set()) =>
        new Map(
          [...slots].map(([slot, { pair, one: before }]) => {
            const found = rows.get(slot) ?? []
            if (!before && found.length === 0) return [slot, noPast]
            const one = before ?? fresh(found)
            learn(one, found)
            keep(slot, one)
            void deepen(background, pair, one)
            const waiting = [...one.open].flatMap(([id, asks]) => (but.has(id) ? [] : asks))
            return [slot, one.over.at(now.getTime(), waiting)]
          }),
        )
    },
  }
}

/** Nothing learned yet. */
function fresh(rows: readonly PastRow[]): Known {
  const one: Known = { asked: 0, least: null, over: openKeptPast(), open: new Map() }
  reached(one, rows)
  return one
}

/** How far back these go: where there may be more, what was before is not known. */
function reached(one: Known, rows: readonly PastRow[]): void {
  const more = rows.reduce((sum, row) => sum + row.rows, 0) >= lookedAt
  one.least = more ? Math.min(...rows.map(row => row.least)) : null
  one.over.reach(more ? Math.min(...rows.map(row => row.oldest.getTime())) : null)
}

/** Looks at what is older, slice by slice, beside the gate. Where that fails, the next ask begins it again. */
async function deepen(db: Reader, pair: Pair, one: Known): Promise<void> {
  while (one.least !== null) {
    const { least } = one
    one.least = null
    try {
      const rows = await readOlder(db, pair, least)
      for (const row of rows) take(one, row)
      reached(one, rows)
    } catch {
      one.least = least
      return
    }
  }
}

/** Takes in what was read. Another batch may have taken in some of it meanwhile; what it found open may be over by now. */
function learn(one: Known, rows: readonly PastRow[]): void {
  const { asked } = one
  for (const row of rows) {
    const wasOpen = row.id !== null && one.open.delete(row.id)
    if (row.asked > asked || wasOpen) take(one, row)
    one.asked = Math.max(one.asked, row.asked)
  }
}

function take(one: Known, row: PastRow): void {
  if (row.id !== null && row.status === 'open') one.open.set(row.id, asksOf(row))
  else one.over.add(asksOf(row))
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
