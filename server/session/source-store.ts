import type { Classification } from '@/lib/kernel/scale'
import type { Source } from '@/lib/session/source'
import { eraseContent, readContent, saveContent } from '@/server/db/content-store'
import { newId } from '@/server/db/id'
import type { Reader, Tx } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'

/** A source that gateway or harness recorded: what an agent reports of an action stands in that action's body. */
export interface RecordedSource extends Source {
  readonly reported_by: 'gateway' | 'harness'
}

/**
 * Records what an agent has before it, sealed under ids of their own. Answers the ids, in order. What an agent's own program
 * says that its person has typed (`reported_by: agent`) is shown, and no argument is traced to it.
 */
export async function recordSources(
  tx: Tx,
  vault: Vault,
  agent: string,
  session: string,
  sources: readonly Source[],
): Promise<string[]> {
  const ids: string[] = []
  for (const { kind, reported_by, ref, text, classification } of sources) {
    const id = newId('src')
    await tx.query(
      `insert into session_source (id, agent_id, session, kind, reported_by, classification, length, recorded_at)
       values ($1, $2, $3, $4, $5, $6, $7, holdpoint.now())`,
      [id, agent, session, kind, reported_by, classification ?? null, text.length],
      'record-source',
    )
    await saveContent(tx, vault, id, { source: JSON.stringify({ ref, text }) })
    ids.push(id)
  }
  return ids
}

/** One recorded source, without its text. */
export interface RecordedRow {
  readonly id: string
  readonly kind: Source['kind']
  readonly reported_by: RecordedSource['reported_by']
  readonly classification: Classification | null
}

/** The newest sources of a session that others than its agent recorded, newest first, without what was erased. At most 200. */
export function recordedRows(db: Reader, agent: string, session: string): Promise<RecordedRow[]> {
  return db.query<RecordedRow>(
    `select s.id, s.kind, s.reported_by, s.classification from session_source s join content_key k on k.subject_id = s.id
     where s.agent_id = $1 and s.session = $2 and s.reported_by <> 'agent' and k.erased_at is null order by s.id desc limit 200`,
    [agent, session],
    'recorded-rows',
  )
}

/** Opens these sources, in their order, by id; what was erased meanwhile is left out. */
export async function openRecorded(
  db: Reader,
  vault: Vault,
  rows: readonly RecordedRow[],
): Promise<ReadonlyMap<string, RecordedSource>> {
  if (rows.length === 0) return new Map()
  const contents = await readContent(
    db,
    vault,
    rows.map(row => row.id),
  )
  return new Map(
    rows.flatMap(({ id, kind, reported_by, classification }): [string, RecordedSource][] => {
      const part = contents.get(id)?.parts.get('source')
      if (part === undefined) return []
      const { ref, text } = JSON.parse(part) as { ref: string | null; text: string }
      return [[id, { kind, reported_by, ref, text, classification: classification ?? undefined }]]
    }),
  )
}

/** What the person of a session said last, and whether somebody else than its agent recorded it; null: nobody told. */
export async function lastSaid(
  db: Reader,
  vault: Vault,
  agent: string,
  session: string,
): Promise<{ readonly text: string; readonly recorded: boolean } | null> {
  const [row] = await db.query<{ id: string; reported_by: Source['reported_by'] }>(
    `select s.id, s.reported_by from session_source s join content_key k on k.subject_id = s.id
     where s.agent_id = $1 and s.session = $2 and s.kind = 'user' and k.erased_at is null order by s.id desc limit 1`,
    [agent, session],
    'last-said',
  )
  const part = row && (await readContent(db, vault, [row.id])).get(row.id)?.parts.get('source')
  if (part === undefined) return null
  const { text } = JSON.parse(part) as { text: string }
  return { text, recorded: row?.reported_by !== 'agent' }
}

/** Erases what was recorded of a session: the keys are destroyed, that something was recorded stays. */
export async function eraseSources(tx: Tx, agent: string, session: string, by: string): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    'select id from session_source where agent_id = $1 and session = $2 order by id',
    [agent, session],
  )
  let erased = 0
  for (const { id } of rows) if (await eraseContent(tx, id, by)) erased++
  return erased
}
