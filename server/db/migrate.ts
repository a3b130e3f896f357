import pg from 'pg'
import { type Applied, type Plan, planMigrations, readMigrations } from './migrations'
import { applyWithEngine } from './schema-engine'

/** Held by whoever migrates, for the whole session: two instances that start at once migrate once. */
const MIGRATION_LOCK = 4_841_770

/** The database's history does not fit this version of Holdpoint; nothing was changed. */
export class MigrationRefused extends Error {}

/**
 * Brings a database up to the migrations in `folder` (absolute path of prisma/migrations). PostgreSQL 15 to 18.
 * Answers the names applied, mostly none: then the engine is not even loaded.
 * @throws MigrationRefused when the history was edited or is newer than this Holdpoint.
 */
export async function migrate(url: string, folder: string): Promise<readonly string[]> {
  const ours = await readMigrations(folder)
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'holdpoint migrate',
  })
  await client.connect()
  try {
    if (pending(planMigrations(ours, await history(client))).length === 0) return []
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    if (pending(planMigrations(ours, await history(client))).length === 0) return []
    await client
      .query(
        `update _prisma_migrations set rolled_back_at = clock_timestamp() where finished_at is null and rolled_back_at is null`,
      )
      .catch(() => undefined)
    return await applyWithEngine(url, folder, ours)
  } finally {
    await client.end()
  }
}

function pending(plan: Plan): readonly string[] {
  if (plan.kind === 'refuse') throw new MigrationRefused(`This database was not touched: ${plan.reason}.`)
  return plan.kind === 'pending' ? plan.names : []
}

async function history(client: pg.Client): Promise<Applied[]> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as there`,
  )
  if (!found[0]?.there) return []
  const { rows } = await client.query<Applied>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null order by started_at`,
  )
  return rows
}
