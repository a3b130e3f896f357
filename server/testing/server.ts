import type { Config } from '@/server/config'
import { type Running, startInstance } from '@/server/start'
import { atEnd } from './at-end'
import { patience } from './database'
import { emptyFolder } from './folder'

const homes = new Map<string, string>()

/** One home per database, so that two instances on one database share their keys, as real ones must. */
function homeOf(databaseUrl: string): string {
  const known = homes.get(databaseUrl)
  if (known) return known
  const home = emptyFolder('home')
  homes.set(databaseUrl, home)
  return home
}

/** What a test's instance is started with, unless it says otherwise: no demo, no mail, a free port on loopback, silent. */
export function testConfig(databaseUrl: string, changes: Partial<Config> = {}): Config {
  return {
    port: 0,
    host: '127.0.0.1',
    home: homeOf(databaseUrl),
    databaseUrl,
    databaseSeconds: patience,
    demo: false,
    url: 'http://localhost',
    smtp: null,
    events: null,
    oidc: null,
    sessionSecret: null,
    trustProxy: false,
    logLevel: 'silent',
    fetchAllow: [],
    mcpCommands: [],
    slackApi: 'https://slack.invalid/api',
    ...changes,
  }
}

/** Starts a whole instance in this process, without pages; stopped after the file's last test. Start two for races. */
export async function startServer(databaseUrl: string, changes: Partial<Config> = {}): Promise<Running> {
  const running = await startInstance(testConfig(databaseUrl, changes), databaseUrl)
  atEnd(() => running.stop())
  return running
}
