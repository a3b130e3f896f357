import pg from 'pg'
import type { Database } from './pool'
import { reader } from './tx'

/**
 * Has the server look again at tables that have grown by half since it last did. Statements are planned once for each
 * connection (see pool.ts), when tables may have been empty; autovacuum comes once a minute at best, and a busy gate
 * writes thousands of rows in that time. A fresh look also throws away the plans that were made on the old one.
 * @returns the tables that were looked at
 */
export async function refreshStatistics(db: Database): Promise<string[]> {
  const grown = await reader(db.background).query<{ table: string }>(
    `select format('%I', relname) as table from pg_stat_user_tables
     where schemaname = current_schema() and n_mod_since_analyze > greatest(200, n_live_tup / 2)`,
    [],
    'grown-tables',
  )
  if (grown.length === 0) return []
  const tables = grown.map(one => one.table)
  // Only who owns a table may have it looked at, and the pools work in a role that owns none.
  const owner = new pg.Client({
    connectionString: db.url,
    connectionTimeoutMillis: 2_000,
    query_timeout: 30_000,
    application_name: 'holdpoint statistics',
    options: '-c statement_timeout=25000',
  })
  owner.on('error', () => undefined)
  await owner.connect()
  try {
    await owner.query(`analyze (skip_locked) ${tables.join(', ')}`)
  } finally {
    await owner.end().catch(() => undefined)
  }
  return tables
}
