import { expect } from 'vitest'
import type { TestDatabase } from './database'
import { maintain } from './template'

/** Cuts the connections by which instances hear of each other; they come back half a second later. */
export async function deafen({ url }: Pick<TestDatabase, 'url'>): Promise<void> {
  const cut = await maintain(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'holdpoint hints' and datname = current_database()`,
  )
  expect(cut.rowCount).toBeGreaterThan(0)
}
