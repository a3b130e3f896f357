import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '@/server/db/embedded'
import { maintain, makeTemplate } from './template'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's URL (database `postgres`) and the name of the migrated template. */
    database: { readonly url: string; readonly template: string }
    /** Where all folders of the run lie. */
    folder: string
    /** 1 in `npm test`, 10 in `npm run campaign`: what rounds are multiplied by. */
    scale: number
    /** What everything random in a test is drawn from. */
    seed: number
  }
}

/** One embedded PostgreSQL for the whole run, with one migrated database that test files clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(tmpdir(), 'holdpoint-test-'))
  chmodSync(home, 0o711)
  const folder = join(home, 'folders')
  mkdirSync(folder, { mode: 0o711 })
  project.provide('folder', folder)
  const embedded = await startEmbedded(home)
  const stop = async () => {
    await embedded.stopIfLast()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const url = embedded.url.replace(/\/holdpoint$/, '/postgres')
    // It is gone with the run, and each database that is cloned or dropped has it write down everything: whoever commits beside
    // that would be told of an outage after a second. What survives a power cut is shown on servers that are killed.
    await maintain(url, 'alter system set fsync = off')
    await maintain(url, 'select pg_reload_conf()')
    project.provide('database', { url, template: await makeTemplate(url) })
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}
