import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { atEnd } from './at-end'
import { inDatabase, maintain } from './template'

/** Seconds that tests wait for a database that shares two cores with them: a machine that stands still for a moment is no outage. */
export const patience = 5

/** A migrated database of one test file's own, on a real PostgreSQL; dropped when the file is done. */
export interface TestDatabase {
  readonly url: string
  /** Moves `holdpoint.now()` of this database on (or back) by so many seconds, added to what it was moved before. */
  moveClock(seconds: number): Promise<void>
}

/**
 * Clones the template (about 0.1 s). The clone is dropped after the file's last test, connections and all, wherever this was
 * called.
 */
export async function database(): Promise<TestDatabase> {
  const server = inject('database')
  const name = `test_${randomBytes(8).toString('hex')}`
  await maintain(server.url, `create database ${name} template ${server.template} strategy file_copy`)
  atEnd(() => maintain(server.url, `drop database if exists ${name} with (force)`))
  const url = inDatabase(server.url, name)
  let moved = 0
  return {
    url,
    async moveClock(seconds) {
      moved += seconds
      await maintain(
        url,
        `create or replace function holdpoint.now() returns timestamptz language sql volatile
         as 'select clock_timestamp() + interval ''${moved} seconds'''`,
      )
    },
  }
}
