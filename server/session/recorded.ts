import { type Indexed, indexed } from '@/lib/session/indexed'
import { bounded } from '@/lib/session/source'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { type Marks, mostRecorded, type RecordedRow, recordedRows } from './source-store'

/** What others than the agent have recorded of its session, ready to be looked through. */
export interface Recorded {
  /** The oldest first; where it is more than fits, the newest. */
  readonly sources: readonly Indexed[]
  /** By which the database says whether these are still all (`recordedFactsSql`); null: nothing was recorded yet. */
  readonly mark: string | null
}

/** One session as it was seen here last. */
interface Kept extends Recorded {
  /** By id, the newest first. */
  readonly ready: ReadonlyMap<string, Indexed>
  readonly weight: number
  /** When it was last asked for, in milliseconds of this process. */
  at: number
}

/** Sessions that are kept, and the letters of all of them; the one that was longest not asked for goes first, after an hour at last. */
const mostSessions = 1_000
const mostLetters = 16_777_216
const idleMs = 3_600_000
/** What a source weighs beside its text, in letters. */
const besideText = 1_000

const kept = new WeakMap<Instance['db'], { readonly sessions: Map<string, Kept>; weight: number }>()
const keptOf = (db: Instance['db']) => {
  const known = kept.get(db) ?? { sessions: new Map<string, Kept>(), weight: 0 }
  kept.set(db, known)
  return known
}
type AllKept = ReturnType<typeof keptOf>
function forget(all: AllKept, slot: string): void {
  all.weight -= all.sessions.get(slot)?.weight ?? 0
  all.sessions.delete(slot)
}
const slotOf = (agent: string, session: string) => `${agent}/${session}`

/**
 * What is known here of what was recorded of a session, without asking anybody; null where nothing is. Whether it is still so
 * is for the transaction to say that decides by it.
 */
export function lastRecorded({ db }: Pick<Instance, 'db'>, agent: string, session: string): Recorded | null {
  const { sessions } = keptOf(db)
  const found = sessions.get(slotOf(agent, session))
  if (!found) return null
  found.at = performance.now()
  sessions.delete(slotOf(agent, session))
  sessions.set(slotOf(agent, session), found)
  return found
}

/** What others than the agent recorded of its session before now. Each text is opened once. @throws Unavailable */
export async function recordedSources(
  app: Pick<Instance, 'db' | 'vault'>,
  agent: string,
  session: string,
): Promise<Recorded> {
  const db = reader(app.db.pool)
  const before = keptOf(app.db).sessions.get(slotOf(agent, session))?.ready
  const [newest = ''] = before?.keys() ?? []
  let { rows, mark } = await recordedRows(db, app.vault, agent, session, newest)
  let known = stillThere(before, rows)
  // One that was written meanwhile under an older id, or one that is gone: all are opened again.
  if (newest !== '' && rows.some(({ id, source }) => !source && !known.has(id))) {
    ;({ rows, mark } = await recordedRows(db, app.vault, agent, session, ''))
    known = new Map()
  }
  return keep(app.db, slotOf(agent, session), rows, known, mark)
}

/**
 * What this process has recorded itself: whoever asks next need not look for it. Where somebody else has recorded or erased
 * something in between, what is known is forgotten.
 * @param marks as they were in the transaction that recorded it
 */
export function noteRecorded(
  { db }: Pick<Instance, 'db'>,
  agent: string,
  session: string,
  added: readonly RecordedRow[],
  { mark, before }: Marks,
): void {
  const all = keptOf(db)
  const slot = slotOf(agent, session)
  const found = all.sessions.get(slot)
  // A reading may have found them before who wrote them heard that they are written.
  if (!found || added.every(one => found.ready.has(one.id))) return
  if (found.mark !== before) {
    forget(all, slot)
    return
  }
  const rows = [...added, ...[...found.ready].map(([id, { source }]) => ({ id, source }))]
  rows.sort((one, other) => (one.id < other.id ? 1 : -1))
  keep(db, slot, rows.slice(0, mostRecorded), found.ready, mark)
}

function keep(
  db: Instance['db'],
  slot: string,
  rows: readonly { readonly id: string; readonly source: Indexed['source'] | null }[],
  known: Kept['ready'],
  mark: string | null,
): Recorded {
  const there = rows.flatMap(({ id, source }) => {
    const text = known.get(id)?.source ?? source
    return text ? [{ id, text }] : []
  })
  const fits = bounded(there.map(one => one.text))
  const ready = new Map(
    indexed(fits).map((fresh, at) => {
      const id = there[at]?.id ?? ''
      const before = known.get(id)
      return [id, before?.source === fresh.source ? before : fresh] as const
    }),
  )
  const weight = fits.reduce((sum, { text, ref }) => sum + text.length + (ref?.length ?? 0) + besideText, besideText)
  const at = performance.now()
  const made: Kept = { sources: [...ready.values()].toReversed(), mark, ready, weight, at }
  const all = keptOf(db)
  forget(all, slot)
  all.sessions.set(slot, made)
  all.weight += weight
  for (const [one, session] of all.sessions) {
    if (all.sessions.size <= mostSessions && all.weight <= mostLetters && session.at > at - idleMs) break
    forget(all, one)
  }
  return made
}

/**
 * What is known and holds still. Older ones that newer ones push out leave the others as they are; where one is gone from among
 * them it was erased, and what was cut because of it may be longer now: all are opened again.
 */
function stillThere(known: Kept['ready'] | undefined, rows: readonly RecordedRow[]): Kept['ready'] {
  const ids = new Set(rows.map(row => row.id))
  const oldest = rows.at(-1)?.id ?? ''
  if (!known || [...known.keys()].some(id => !ids.has(id) && id >= oldest)) return new Map()
  return known
}
