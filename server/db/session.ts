import pg from 'pg'
import type { Reader } from './tx'

/** One connection of its own, for work that holds a session lock. Each statement is its own transaction. */
export interface Session extends Reader {
  close(): Promise<void>
}

/** Opens it, in the application's restricted role where that exists. Statements end after 25 s. @throws when there is no database */
export async function openSession(url: string, name: string): Promise<Session> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 2_000,
    query_timeout: 30_000,
    keepAlive: true,
    application_name: name,
    options: '-c statement_timeout=25000 -c timezone=UTC',
  })
  // A connection that breaks says so to whoever asks it next.
  client.on('error', () => undefined)
  await client.connect()
  await client.query(
    `select set_config('role', 'holdpoint_app', false) from pg_roles
     where rolname = 'holdpoint_app' and pg_has_role(current_user, oid, 'member')`,
  )
  return {
    async query<R>(text: string, params: readonly unknown[] = [], statement?: string): Promise<R[]> {
      const result = await client.query({ text, values: [...params], ...(statement ? { name: statement } : {}) })
      return result.rows
    },
    close: () => client.end().catch(() => undefined),
  }
}
