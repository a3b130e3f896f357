import type { PersonId } from '@/lib/kernel/id'
import type { Classification } from '@/lib/kernel/scale'
import type { Reader, Tx } from '@/server/db/tx'

/** Where a server is: at an address, or what starts it. */
export type Place =
  | { readonly url: string; readonly command: null; readonly args: readonly string[] }
  | { readonly url: null; readonly command: string; readonly args: readonly string[] }

export type ServerRow = Place & {
  readonly id: string
  readonly name: string
  /** Names of headers or variables that are set. */
  readonly secrets: readonly string[]
  /** Their values, by name, sealed under a key of their own; null where there are none. */
  readonly wrapped: Buffer | null
  readonly sealed: Buffer | null
  readonly classification: Classification | null
  readonly timeout_seconds: number
  readonly created_by: PersonId
  readonly created_at: Date
  readonly version: number
  /** How many tools it listed when it was asked last. */
  readonly tools: number | null
  readonly reached_at: Date | null
  readonly failed_at: Date | null
  readonly error: string | null
}

/** A server as lists show it. */
export type ServerLine = ServerRow & { readonly added_by_name: string; readonly to_classify: number }

const columns = `s.id, s.name, s.url, s.command, s.args::json as args, s.secrets, s.wrapped, s.sealed, s.classification,
  s.timeout_seconds, s.created_by, s.created_at, s.version, s.tools, s.reached_at, s.failed_at, s.error`

/** Every server that Holdpoint stands in front of, by its age. */
export function loadServers(db: Reader): Promise<ServerRow[]> {
  return db.query<ServerRow>(`select ${columns} from mcp_server s where removed_at is null order by id`, [], 'load-mcp')
}

/** Has Holdpoint itself ever stood in front of a server? What was recorded then is looked at for ever. */
export async function hasHosted(db: Reader): Promise<boolean> {
  const [row] = await db.query<{ hosted: boolean }>('select exists (select from mcp_server) as hosted', [], 'has-mcp')
  return row?.hosted ?? false
}

/** One that is not removed. */
export async function findServer(db: Reader, id: string, lock = false): Promise<ServerRow | null> {
  const [row] = await db.query<ServerRow>(
    `select ${columns} from mcp_server s where id = $1 and removed_at is null ${lock ? 'for update' : ''}`,
    [id],
  )
  return row ?? null
}

/** By name; with one id, that one alone. */
export function listServers(db: Reader, id: string | null = null): Promise<ServerLine[]> {
  return db.query<ServerLine>(
    `select ${columns}, p.name as added_by_name,
       (select count(*)::integer from tool t where t.source = s.name and (t.status = 'unclassified' or t.drift_digest is not null)) as to_classify
     from mcp_server s join person p on p.id = s.created_by
     where removed_at is null and ($1::text is null or s.id = $1) order by lower(s.name)`,
    [id],
  )
}

/** What people say of a server. */
export interface Said {
  readonly place: Place
  readonly secrets: readonly string[]
  readonly wrapped: Buffer | null
  readonly sealed: Buffer | null
  readonly classification: Classification | null
  readonly timeout_seconds: number
}

const values = ({ place, secrets, wrapped, sealed, classification, timeout_seconds }: Said) => [
  place.url,
  place.command,
  JSON.stringify(place.args),
  secrets,
  wrapped,
  sealed,
  classification,
  timeout_seconds,
]

/** False where another has its name. */
export async function insertServer(
  tx: Tx,
  id: string,
  name: string,
  said: Said,
  by: PersonId,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into mcp_server (id, name, created_by, created_at, url, command, args, secrets, wrapped, sealed, classification, timeout_seconds)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (lower(name)) where removed_at is null do nothing returning id`,
    [id, name, by, at, ...values(said)],
  )
  return rows.length === 1
}

export async function updateServer(tx: Tx, id: string, said: Said): Promise<void> {
  await tx.query(
    `update mcp_server set url = $2, command = $3, args = $4, secrets = $5, wrapped = $6, sealed = $7,
       classification = $8, timeout_seconds = $9, version = version + 1 where id = $1`,
    [id, ...values(said)],
  )
}

/** Stands behind Holdpoint no longer: its secrets are gone with it, the row stays, since tools are named after it. */
export async function removeServer(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query(
    `update mcp_server set removed_at = $2, wrapped = null, sealed = null, secrets = '{}', version = version + 1 where id = $1`,
    [id, at],
  )
}

/** Notes how asking it for its tools went: how many there are, or why it could not be asked. */
export async function noteAsked(db: Reader, id: string, told: { tools: number } | { error: string }): Promise<void> {
  await ('tools' in told
    ? db.query(
        `update mcp_server set tools = $2, reached_at = holdpoint.now(), failed_at = null, error = null
         where id = $1 and removed_at is null`,
        [id, told.tools],
      )
    : db.query(`update mcp_server set failed_at = holdpoint.now(), error = $2 where id = $1 and removed_at is null`, [
        id,
        told.error.slice(0, 500),
      ]))
}
