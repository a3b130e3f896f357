import type { PersonId } from '@/lib/kernel/id'
import type { ResourcePatternBody } from '@/lib/tool/contract'
import type { ResourcePattern } from '@/lib/tool/tool'
import type { Reader, Tx } from '@/server/db/tx'

export interface PatternRow extends ResourcePattern {
  readonly id: string
  readonly created_by: PersonId
  readonly created_at: Date
  readonly version: number
}

const columns = 'id, type_pattern, id_pattern, environment, tenant, classification, created_by, created_at, version'

function first(rows: readonly PatternRow[]): PatternRow {
  const [row] = rows
  if (!row) throw new Error('the pattern was not written')
  return row
}

export async function insertPattern(
  tx: Tx,
  id: string,
  body: ResourcePatternBody,
  by: PersonId,
  at: Date,
): Promise<PatternRow> {
  return first(
    await tx.query<PatternRow>(
      `insert into resource_pattern (id, type_pattern, id_pattern, environment, tenant, classification, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
      [id, body.type_pattern, body.id_pattern, body.environment, body.tenant, body.classification, by, at],
    ),
  )
}

export async function updatePattern(tx: Tx, id: string, body: ResourcePatternBody): Promise<PatternRow> {
  return first(
    await tx.query<PatternRow>(
      `update resource_pattern set type_pattern = $2, id_pattern = $3, environment = $4, tenant = $5, classification = $6,
         version = version + 1 where id = $1 returning ${columns}`,
      [id, body.type_pattern, body.id_pattern, body.environment, body.tenant, body.classification],
    ),
  )
}

export async function deletePattern(tx: Tx, id: string): Promise<boolean> {
  return (await tx.query('delete from resource_pattern where id = $1 returning id', [id])).length === 1
}

export async function findPattern(db: Reader, id: string, lock = false): Promise<PatternRow | null> {
  const [row] = await db.query<PatternRow>(
    `select ${columns} from resource_pattern where id = $1 ${lock ? 'for update' : ''}`,
    [id],
  )
  return row ?? null
}

/** Patterns, oldest first. */
export function listPatterns(db: Reader, after: string | null, limit: number): Promise<PatternRow[]> {
  return db.query<PatternRow>(
    `select ${columns} from resource_pattern where ($1::text is null or id > $1) order by id limit $2`,
    [after, limit],
  )
}
