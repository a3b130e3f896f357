import { expect } from 'vitest'
import { maintain } from './template'
import type { World } from './world'

/** Cuts the connections by which instances hear of each other; they come back half a second later. */
export async function deafen({ test: { url }, servers }: Pick<World, 'test' | 'servers'>): Promise<void> {
  const who = `from pg_stat_activity where application_name = 'holdpoint hints' and datname = current_database()`
  // Each instance's, and the test's own.
  const ears = servers.length + 1
  // Those of them that were cut a moment ago listen again by now: who is still away would hear of what is told next.
  const listening = async () => (await maintain(url, `select 1 ${who}`)).rowCount
  await expect.poll(listening, { timeout: 10_000 }).toBe(ears)
  const cut = await maintain(url, `select pg_terminate_backend(pid) ${who}`)
  expect(cut.rowCount).toBe(ears)
}
