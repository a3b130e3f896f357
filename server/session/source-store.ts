import type { Classification } from '@/lib/kernel/scale'
import type { Source } from '@/lib/session/source'
import { eraseContents, readContent } from '@/server/db/content-store'
import { newId } from '@/server/db/id'
import { type Column, recordset } from '@/server/db/recordset'
import type { Reader, Tx } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'

/** A source that gateway or harness recorded: what an agent reports of an action stands in that action's body. */
export interface RecordedSource extends Source {
  readonly reported_by: 'gateway' | 'harness'
}

interface NewSource {
  readonly id: string
  readonly agent_id: string
  readonly session: string
  readonly kind: string
  readonly reported_by: string
  readonly classification: string | null
  readonly length: string
  readonly wrapped: Buffer
  readonly sealed: Buffer
}
const columns = [
  ['id', 'text'],
  ['agent_id', 'text'],
  ['session', 'text'],
  ['kind', 'text'],
  ['reported_by', 'text'],
  ['classification', 'text'],
  ['length', 'integer'],
] as const satisfies readonly Column<NewSource>[]
const names = columns.map(([name]) => name).join(', ')
const given = recordset<NewSource>([...columns, ['wrapped', 'bytea'], ['sealed', 'bytea']], 1)
const insertSql = `
  with given as (select * from ${given.from}),
  keys as (insert into content_key (subject_id, wrapped) select id, wrapped from given),
  parts as (insert into content (subject_id, part, sealed) select id, 'source', sealed from given)
  insert into session_source (${names}, recorded_at) select ${names}, holdpoint.now() from given`

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
  const rows = sources.map(({ kind, reported_by, ref, text, classification }): NewSource => {
    const { key, wrapped } = vault.newKey()
    return {
      id: newId('src'),
      agent_id: agent,
      session,
      kind,
      reported_by,
      classification: classification ?? null,
      length: String(text.length),
      wrapped,
      sealed: vault.seal(key, JSON.stringify({ ref, text })),
    }
  })
  await tx.query(insertSql, given.params(rows), 'record-sources')
  return rows.map(row => row.id)
}

/** The sources that one session is judged by, at most. */
export const mostRecorded = 200

/** A subquery, and no join: joined in the order of its keys, a session would cost what all others have recorded since. */
const standsSql =
  '(select k.erased_at from content_key k where k.subject_id = s.id and k.erased_at is not null) is null'

/** The newest sources of a session that others than its agent recorded, newest first, without what was erased. */
const newestSql = (columns: string, agent: string, session: string) => `
  select ${columns} from session_source s
   where s.agent_id = ${agent} and s.session = ${session} and s.reported_by <> 'agent' and ${standsSql}
   order by s.id desc limit ${mostRecorded}`

/**
 * A column for a statement whose `asked` has `agent_id`, `session` and whether it was `named`: the mark of what was recorded of
 * each, where anything was. The database changes it whenever something is recorded, or erased of it.
 */
export const recordedFactsSql = `
  (select coalesce(json_agg(json_build_array(m.agent_id, m.session, m.mark)), '[]')
     from (select distinct agent_id, session from asked where named) q join session_mark m using (agent_id, session))`

/** One statement, so that what is read is what stands under the mark. */
export const recordedRowsSql = `select m.mark, s.id, s.kind, s.reported_by, s.classification, c.sealed, k.wrapped
  from (select (select mark from session_mark where agent_id = $1 and session = $2) as mark) m
  left join (${newestSql('s.id, s.kind, s.reported_by, s.classification', '$1', '$2')}) s on true
  left join content c on c.subject_id = s.id and c.part = 'source' and s.id > $3
  left join content_key k on k.subject_id = c.subject_id
 order by s.id desc`

/** Under which mark what was recorded of a session stands, and under which it stood before that; null: none. */
export interface Marks {
  readonly mark: string | null
  readonly before: string | null
}

/** The marks of a session. In a transaction that has recorded something of it nobody else can change them before its end. */
export async function readMarks(tx: Reader, agent: string, session: string): Promise<Marks> {
  const [row] = await tx.query<Marks>(
    'select mark, before from session_mark where agent_id = $1 and session = $2',
    [agent, session],
    'session-marks',
  )
  return row ?? { mark: null, before: null }
}

/** One source that was recorded; `source` is null where its text was not asked for. */
export interface RecordedRow {
  readonly id: string
  readonly source: RecordedSource | null
}

/**
 * The sources that a session is judged by, newest first, and the mark that they stand under.
 * @param after texts are opened of those alone whose ids are greater; '' opens all
 */
export async function recordedRows(
  db: Reader,
  vault: Vault,
  agent: string,
  session: string,
  after: string,
): Promise<{ readonly rows: readonly RecordedRow[]; readonly mark: string | null }> {
  interface Row extends Omit<RecordedSource, 'ref' | 'text' | 'classification'> {
    readonly mark: string | null
    /** Null: nothing was recorded. */
    readonly id: string | null
    readonly classification: Classification | null
    readonly wrapped: Buffer | null
    readonly sealed: Buffer | null
  }
  const found = await db.query<Row>(recordedRowsSql, [agent, session, after], 'recorded-rows')
  const rows = found.flatMap(({ id, kind, reported_by, classification, wrapped, sealed }): RecordedRow[] => {
    if (id === null) return []
    if (!wrapped || !sealed) return [{ id, source: null }]
    const { ref, text } = JSON.parse(vault.open(vault.unwrap(wrapped), sealed)) as { ref: string | null; text: string }
    return [{ id, source: { kind, reported_by, ref, text, classification: classification ?? undefined } }]
  })
  return { rows, mark: found[0]?.mark ?? null }
}

/** What the person of a session said last, and whether somebody else than its agent recorded it; null: nobody told. */
export async function lastSaid(
  db: Reader,
  vault: Vault,
  agent: string,
  session: string,
): Promise<{ readonly text: string; readonly recorded: boolean } | null> {
  const [row] = await db.query<{ id: string; reported_by: Source['reported_by'] }>(
    `select s.id, s.reported_by from session_source s
     where s.agent_id = $1 and s.session = $2 and s.kind = 'user' and ${standsSql} order by s.id desc limit 1`,
    [agent, session],
    'last-said',
  )
  const part = row && (await readContent(db, vault, [row.id])).get(row.id)?.parts.get('source')
  if (part === undefined) return null
  const { text } = JSON.parse(part) as { text: string }
  return { text, recorded: row?.reported_by !== 'agent' }
}

/** Erases what was recorded of a session: the keys are destroyed, that something was recorded stays. Answers how many there were. */
export async function eraseSources(tx: Tx, agent: string, session: string, by: string): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    'select id from session_source where agent_id = $1 and session = $2 order by id',
    [agent, session],
    'sources-to-erase',
  )
  return eraseContents(
    tx,
    rows.map(row => row.id),
    by,
  )
}
