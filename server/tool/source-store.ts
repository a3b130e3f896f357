import type { PersonId } from '@/lib/kernel/id'
import type { ResourceSourceBody } from '@/lib/tool/contract'
import type { ResourceSource } from '@/lib/tool/resource-fact'
import type { Reader, Tx } from '@/server/db/tx'

export interface SourceRow extends ResourceSource {
  readonly created_by: PersonId
  readonly created_at: Date
  readonly removed_at: Date | null
}

const asked = 'id, name, type_pattern, id_pattern, url, version'
const columns = `${asked}, created_by, created_at, removed_at`

/** Every source that is asked, oldest first, for the gate's snapshot. */
export function loadSources(db: Reader): Promise<ResourceSource[]> {
  return db.query<ResourceSource>(
    `select ${asked} from resource_source where removed_at is null order by id`,
    [],
    'load-sources',
  )
}

export async function findSource(db: Reader, id: string, lock = false): Promise<SourceRow | null> {
  const [row] = await db.query<SourceRow>(
    `select ${columns} from resource_source where id = $1 and removed_at is null ${lock ? 'for update' : ''}`,
    [id],
  )
  return row ?? null
}

/** Sources that are asked, oldest first. */
export function listSources(db: Reader, after: string | null, limit: number): Promise<SourceRow[]> {
  return db.query<SourceRow>(
    `select ${columns} from resource_source where removed_at is null and ($1::text is null or id > $1) order by id limit $2`,
    [after, limit],
  )
}

export async function insertSource(
  tx: Tx,
  id: string,
  body: ResourceSourceBody,
  by: PersonId,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into resource_source (id, name, type_pattern, id_pattern, url, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id`,
    [id, body.name, body.type_pattern, body.id_pattern, body.url, by, at],
  )
  return rows.length === 1
}

export async function updateSource(tx: Tx, id: string, version: number, body: ResourceSourceBody): Promise<boolean> {
  const rows = await tx.query(
    `update resource_source set name = $3, type_pattern = $4, id_pattern = $5, url = $6, version = version + 1
     where id = $1 and version = $2 and removed_at is null returning id`,
    [id, version, body.name, body.type_pattern, body.id_pattern, body.url],
  )
  return rows.length === 1
}

/** No longer asked; the row stays, since decisions name it. */
export async function removeSource(tx: Tx, id: string, version: number, at: Date): Promise<boolean> {
  const rows = await tx.query(
    'update resource_source set removed_at = $3 where id = $1 and version = $2 and removed_at is null returning id',
    [id, version, at],
  )
  return rows.length === 1
}
