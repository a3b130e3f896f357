import type { Classification } from '@/lib/kernel/scale'
import type { Source } from '@/lib/session/source'
import { eraseContent, readContent, saveContent } from '@/server/db/content-store'
import { newId } from '@/server/db/id'
import type { Reader, Tx } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'

/** A source that gateway or harness recorded: what an agent reports stands in its own action's body. */
export interface RecordedSource extends Source {
  readonly reported_by: 'gateway' | 'harness'
}

/** Records what an agent has before it, sealed under ids of their own. Answers the ids, in order. */
export async function recordSources(
  tx: Tx,
  vault: Vault,
  agent: string,
  session: string,
  sources: readonly RecordedSource[],
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

/** The newest recorded sources of a session, newest first; those that were erased are left out. At most 200. */
export function recordedRows(db: Reader, agent: string, session: string): Promise<RecordedRow[]> {
  return db.query<RecordedRow>(
    `select s.id, s.kind, s.reported_by, s.classification from session_source s join content_key k on k.subject_id = s.id
     where s.agent_id = $1 and s.session = $2 and k.erased_at is null order by s.id desc limit 200`,
    [agent, session],
    'recorded-rows',
  )
}

/** Opens these sources, in their order; what was erased meanwhile is left out. */
export async function openRecorded(db: Reader, vault: Vault, rows: readonly RecordedRow[]): Promise<RecordedSource[]> {
  if (rows.length === 0) return []
  const contents = await readContent(
    db,
    vault,
    rows.map(row => row.id),
  )
  return rows.flatMap(({ id, kind, reported_by, classification }): RecordedSource[] => {
    const part = contents.get(id)?.parts.get('source')
    if (part === undefined) return []
    const { ref, text } = JSON.parse(part) as { ref: string | null; text: string }
    return [{ kind, reported_by, ref, text, classification: classification ?? undefined }]
  })
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
