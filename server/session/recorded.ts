import { type Indexed, indexed } from '@/lib/session/indexed'
import { bounded } from '@/lib/session/source'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { openRecorded, recordedRows } from './source-store'

/** Sessions whose sources are kept ready; the one that was longest not asked for goes first. */
const mostSessions = 64

interface Ready {
  /** Which sources these are: what has been added or erased since makes others of them. */
  readonly of: string
  readonly sources: readonly Indexed[]
}
const ready = new WeakMap<Instance['db'], Map<string, Ready>>()

/**
 * What others than the agent recorded of its session before now, ready to be looked through; where it is more than fits, the
 * newest. Which there are is asked of the database each time, their texts are opened once. @throws Unavailable
 */
export async function recordedSources(
  app: Pick<Instance, 'db' | 'vault'>,
  agent: string,
  session: string,
): Promise<readonly Indexed[]> {
  const db = reader(app.db.pool)
  const rows = await recordedRows(db, agent, session)
  if (rows.length === 0) return []
  const sessions = ready.get(app.db) ?? new Map<string, Ready>()
  ready.set(app.db, sessions)
  const slot = `${agent}/${session}`
  const of = rows.map(row => row.id).join()
  const known = sessions.get(slot)
  sessions.delete(slot)
  const sources =
    known?.of === of ? known.sources : indexed(bounded(await openRecorded(db, app.vault, rows)).toReversed())
  sessions.set(slot, { of, sources })
  const [oldest] = sessions.keys()
  if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest)
  return sources
}
