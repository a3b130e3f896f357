import type { HoldId, PersonId, ToolId } from '@/lib/kernel/id'
import type { Classified } from '@/lib/tool/tool'
import type { Reader, Tx } from '@/server/db/tx'
import { type ClassifiedColumns, readClassified } from './store'

/** One entry of the catalogue with what its verbs and screens ask. */
export interface CatalogueEntry {
  readonly id: ToolId
  readonly name: string
  readonly source: string
  readonly description: string
  readonly schema: string | null
  readonly schema_digest: string | null
  /** What it says beside these, as JSON; null: nobody has told. */
  readonly rest: string | null
  readonly classified: Classified | null
  readonly hints: string
  readonly first_seen_agent: string | null
  readonly classify_hold_id: HoldId | null
  readonly classified_by: PersonId | null
  readonly classified_at: Date | null
  readonly created_at: Date
  readonly version: number
  /** What its server says of it now, where that is not what was classified. */
  readonly drift: Drift | null
}

/** Another definition than the one that people have classified. */
export interface Drift {
  readonly description: string
  readonly schema: string | null
  readonly schema_digest: string
  readonly rest: string | null
  readonly at: Date
}

const columns = `id, name, source, description, schema, schema_digest, status, operation, reversible, external, asks_person, sensitivity,
  parameters, sentence, hints, first_seen_agent, classify_hold_id, classified_by, classified_at, created_at, version,
  rest, drift_description, drift_schema, drift_digest, drift_rest, drifted_at`

type Row = ClassifiedColumns &
  Omit<CatalogueEntry, 'classified' | 'drift'> & {
    readonly drift_description: string | null
    readonly drift_schema: string | null
    readonly drift_digest: string | null
    readonly drift_rest: string | null
    readonly drifted_at: Date | null
  }

function entry({
  status,
  operation,
  reversible,
  external,
  asks_person,
  sensitivity,
  parameters,
  sentence,
  drift_description,
  drift_schema,
  drift_digest,
  drift_rest,
  drifted_at,
  ...row
}: Row): CatalogueEntry {
  return {
    ...row,
    drift:
      drift_digest !== null && drifted_at !== null
        ? {
            description: drift_description ?? '',
            schema: drift_schema,
            schema_digest: drift_digest,
            rest: drift_rest,
            at: drifted_at,
          }
        : null,
    classified: readClassified({
      status,
      operation,
      reversible,
      external,
      asks_person,
      sensitivity,
      parameters,
      sentence,
    }),
  }
}

export async function findTool(db: Reader, id: string, lock = false): Promise<CatalogueEntry | null> {
  const [row] = await db.query<Row>(`select ${columns} from tool where id = $1 ${lock ? 'for update' : ''}`, [id])
  return row ? entry(row) : null
}

export async function findTools(db: Reader, ids: readonly ToolId[]): Promise<CatalogueEntry[]> {
  return (await db.query<Row>(`select ${columns} from tool where id = any($1)`, [ids])).map(entry)
}

export async function findToolByName(db: Reader, name: string): Promise<CatalogueEntry | null> {
  const [row] = await db.query<Row>(`select ${columns} from tool where name = $1`, [name])
  return row ? entry(row) : null
}

export async function namedTools(db: Reader, names: readonly string[]): Promise<CatalogueEntry[]> {
  return (await db.query<Row>(`select ${columns} from tool where name = any($1)`, [names])).map(entry)
}

/** What is stored of a tool before anybody has classified it. */
export interface NewTool {
  readonly id: ToolId
  readonly name: string
  readonly source: string
  readonly description: string
  readonly schema: string | null
  readonly schema_digest: string | null
  readonly rest: string | null
  readonly hints: string
  readonly first_seen_agent: string | null
}

/** Adds an unclassified tool. False when the name is known already. */
export async function insertTool(tx: Tx, tool: NewTool, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `insert into tool (id, name, source, description, schema, schema_digest, hints, first_seen_agent, created_at, rest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (name) do nothing returning id`,
    [
      tool.id,
      tool.name,
      tool.source,
      tool.description,
      tool.schema,
      tool.schema_digest,
      tool.hints,
      tool.first_seen_agent,
      at,
      tool.rest,
    ],
  )
  return rows.length === 1
}

/** Writes what a source says of a tool now; what people have said of it stays. */
export async function describeTool(
  tx: Tx,
  id: ToolId,
  said: Pick<NewTool, 'source' | 'description' | 'schema' | 'schema_digest' | 'rest' | 'hints'>,
): Promise<void> {
  await tx.query(
    'update tool set source = $2, description = $3, schema = $4, schema_digest = $5, hints = $6, rest = $7, version = version + 1 where id = $1',
    [id, said.source, said.description, said.schema, said.schema_digest, said.hints, said.rest],
  )
}

/** Writes down that a server describes a classified tool otherwise now; what was classified stays beside it. */
export async function driftRow(tx: Tx, id: ToolId, drift: Drift & { readonly source: string }): Promise<void> {
  await tx.query(
    `update tool set drift_description = $2, drift_schema = $3, drift_digest = $4, drifted_at = $5, source = $6, drift_rest = $7, version = version + 1
     where id = $1`,
    [id, drift.description, drift.schema, drift.schema_digest, drift.at, drift.source, drift.rest],
  )
}

/**
 * Writes what a person has said that a tool is, over the version they saw, and of the definition that is there now. False
 * when someone else was first.
 */
export async function classifyRow(
  tx: Tx,
  id: ToolId,
  is: Classified,
  by: PersonId,
  at: Date,
  version: number,
): Promise<boolean> {
  const rows = await tx.query(
    `update tool set status = 'classified', operation = $2, reversible = $3, external = $4, asks_person = $5, sensitivity = $6,
       parameters = $7, sentence = $8, classified_by = $9, classified_at = $10, classify_hold_id = null, version = version + 1,
       description = coalesce(drift_description, description), schema_digest = coalesce(drift_digest, schema_digest),
       schema = case when drift_digest is null then schema else drift_schema end,
       rest = case when drift_digest is null then rest else drift_rest end,
       drift_description = null, drift_schema = null, drift_digest = null, drift_rest = null, drifted_at = null
     where id = $1 and version = $11 returning id`,
    [
      id,
      is.operation,
      is.reversible,
      is.external,
      is.asks_person,
      is.sensitivity,
      JSON.stringify(is.parameters),
      is.sentence,
      by,
      at,
      version,
    ],
  )
  return rows.length === 1
}

/** How many tools this agent brought that nobody has classified yet. */
/** How many of this source's tools nobody has classified, counted up to `most`. */
export async function unclassifiedFrom(db: Reader, source: string, most: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::integer as count from
       (select 1 from tool where source = $1 and status = 'unclassified' limit $2) as counted`,
    [source, most],
  )
  return row?.count ?? 0
}

export async function unclassifiedOf(db: Reader, agent: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::integer as count from tool where first_seen_agent = $1 and status = 'unclassified'`,
    [agent],
  )
  return row?.count ?? 0
}
