import { z } from 'zod'
import type { HoldId, ToolId } from '@/lib/kernel/id'
import type { Classification, Operation } from '@/lib/kernel/scale'
import { type Classified, meanings, type ResourcePattern, type Tool } from '@/lib/tool/tool'
import type { Reader } from '@/server/db/tx'

/** The columns that say what a tool is; all of them null or default while nobody has classified it. */
export interface ClassifiedColumns {
  readonly status: 'unclassified' | 'classified'
  readonly operation: Operation | null
  readonly reversible: boolean | null
  readonly external: boolean
  readonly asks_person: boolean
  readonly sensitivity: Classification | null
  readonly parameters: string
  readonly sentence: string | null
}

const storedParameters = z.record(z.string(), z.enum(meanings))

/** Reads a row's classification; null for one that nobody has classified. */
export function readClassified(row: ClassifiedColumns): Classified | null {
  if (row.status !== 'classified' || row.operation === null || row.reversible === null) return null
  return {
    operation: row.operation,
    reversible: row.reversible,
    external: row.external,
    asks_person: row.asks_person,
    sensitivity: row.sensitivity,
    parameters: storedParameters.parse(JSON.parse(row.parameters)),
    sentence: row.sentence,
  }
}

/** The whole catalogue, for the gate's snapshot. */
export async function loadTools(db: Reader): Promise<Tool[]> {
  const rows = await db.query<
    ClassifiedColumns & {
      id: ToolId
      name: string
      description: string
      source: string
      classify_hold_id: HoldId | null
      drift_digest: string | null
    }
  >(
    `select id, name, description, source, classify_hold_id, status, operation, reversible, external, asks_person, sensitivity, parameters,
            sentence, drift_digest from tool`,
    [],
    'load-tools',
  )
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    description: row.description,
    source: row.source,
    // What people said was of another definition: it decides nothing until they have said it again.
    classified: row.drift_digest === null ? readClassified(row) : null,
    classify_hold_id: row.classify_hold_id,
    drifted: row.drift_digest !== null,
  }))
}

/** Every resource pattern, in the order of their ids (oldest first). */
export function loadResourcePatterns(db: Reader): Promise<ResourcePattern[]> {
  return db.query<ResourcePattern>(
    'select type_pattern, id_pattern, environment, tenant, classification from resource_pattern order by id',
    [],
    'load-resource-patterns',
  )
}
