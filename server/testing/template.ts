import pg from 'pg'
import { migrate } from '@/server/db/migrate'
import { migrationsDigest, readMigrations } from '@/server/db/migrations'
import { migrationsFolder } from '@/server/root'

/** Runs one statement in the maintenance database at `url`. */
export async function maintain(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, application_name: 'holdpoint test' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

/** The same server, another database. */
export function inDatabase(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

/** Makes the migrated database that tests clone, named for the migrations in it; answers its name. */
export async function makeTemplate(url: string): Promise<string> {
  const name = `template_${migrationsDigest(await readMigrations(migrationsFolder))}`
  const found = await maintain(url, `select 1 from pg_database where datname = '${name}'`)
  if (found.rowCount === 0) {
    await maintain(url, `create database ${name}_half`)
    await migrate(inDatabase(url, `${name}_half`), migrationsFolder)
    await maintain(url, `alter database ${name}_half rename to ${name}`)
  }
  return name
}
