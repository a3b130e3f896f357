import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One folder of prisma/migrations. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

/** Reads the migrations of a folder, oldest first. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  return Promise.all(
    names.sort().map(async name => ({ name, sql: await readFile(join(folder, name, 'migration.sql'), 'utf8') })),
  )
}

/** Names a state of the schema: 16 hex digits over names and texts. */
export function migrationsDigest(migrations: readonly Migration[]): string {
  const hash = createHash('sha256')
  for (const { name, sql } of migrations) hash.update(JSON.stringify([name, sql]))
  return hash.digest('hex').slice(0, 16)
}

/** What `_prisma_migrations` says of one migration. The checksum is the SHA-256 of its file in hex, as Prisma writes it. */
export interface Applied {
  readonly name: string
  readonly checksum: string
  readonly finished: boolean
}

/** What is to be done to a database: nothing, apply these, or refuse because its history is not a beginning of ours. */
export type Plan =
  | { readonly kind: 'current' }
  | { readonly kind: 'pending'; readonly names: readonly string[] }
  | { readonly kind: 'refuse'; readonly reason: string }

/**
 * Compares the database's history with ours. An edited or unknown migration is refused, never repaired in silence. One
 * that did not finish is pending again: a migration is one implicit transaction, so it left nothing behind.
 */
export function planMigrations(ours: readonly Migration[], applied: readonly Applied[]): Plan {
  const known = new Map(ours.map(one => [one.name, createHash('sha256').update(one.sql).digest('hex')]))
  for (const one of applied) {
    const checksum = known.get(one.name)
    if (checksum === undefined)
      return refuse(`it has ${one.name}, which this Holdpoint does not know: it is older than the database`)
    if (one.finished && checksum !== one.checksum)
      return refuse(`migration ${one.name} was changed after it had been applied`)
  }
  const done = new Set(applied.filter(one => one.finished).map(one => one.name))
  const names = ours.map(one => one.name).filter(name => !done.has(name))
  return names.length === 0 ? { kind: 'current' } : { kind: 'pending', names }
}

function refuse(reason: string): Plan {
  return { kind: 'refuse', reason }
}
