import { type Indexed, indexed } from '@/lib/session/indexed'
import { bounded } from '@/lib/session/source'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { openRecorded, recordedRows } from './source-store'

/** Sessions whose sources are kept ready; the one that was longest not asked for goes first. */
const mostSessions = 64

/** The sources of one session that have been opened and made ready, by id, the newest first. */
type Ready = ReadonlyMap<string, Indexed>
const ready = new WeakMap<Instance['db'], Map<string, Ready>>()

/**
 * What others than the agent recorded of its session before now, ready to be looked through; where it is more than fits, the
 * newest. Which there are is asked of the database each time, each text is opened once. @throws Unavailable
 */
export async function recordedSources(
  app: Pick<Instance, 'db' | 'vault'>,
  agent: string,
  session: string,
): Promise<readonly Indexed[]> {
  const db = reader(app.db.pool)
  const rows = await recordedRows(db, agent, session)
  const oldest = rows.at(-1)?.id
  if (oldest === undefined) return []
  const sessions = ready.get(app.db) ?? new Map<string, Ready>()
  ready.set(app.db, sessions)
  const slot = `${agent}/${session}`
  const known = stillThere(sessions.get(slot), new Set(rows.map(row => row.id)), oldest)
  const opened = await openRecorded(
    db,
    app.vault,
    rows.filter(row => !known.has(row.id)),
  )
  const ids = rows.map(row => row.id).filter(id => known.has(id) || opened.has(id))
  const texts = bounded(ids.flatMap(id => known.get(id)?.source ?? opened.get(id) ?? []))
  const found = new Map(
    indexed(texts).map((fresh, at) => {
      const before = known.get(ids[at] ?? '')
      return [ids[at] ?? '', before?.source === fresh.source ? before : fresh] as const
    }),
  )
  sessions.delete(slot)
  sessions.set(slot, found)
  const [longest] = sessions.keys()
  if (sessions.size > mostSessions && longest !== undefined) sessions.delete(longest)
  return [...found.values()].toReversed()
}

/**
 * What is known and holds still. Older ones that newer ones push out leave the others as they are; where one is gone from among
 * them it was erased, and what was cut because of it may be longer now: all are opened again.
 */
function stillThere(known: Ready | undefined, ids: ReadonlySet<string>, oldest: string): Ready {
  if (!known || [...known.keys()].some(id => !ids.has(id) && id >= oldest)) return new Map()
  return known
}
