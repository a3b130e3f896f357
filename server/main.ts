import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import next from 'next'
import { type Config, ConfigError, readConfig } from './config'
import { adoptEmbedded, type Embedded, startEmbedded } from './db/embedded'
import { MigrationRefused, migrate } from './db/migrate'
import type { Pages } from './http/pages'
import { removeRunFile, writeRunFile } from './run-file'
import { ForeignDatabase, type Running, startInstance } from './start'

const quiet = process.argv.includes('--quiet')
const say = (line: string): void => void (quiet || process.stdout.write(`${line}\n`))

/** Starts one instance of Holdpoint in this process: database, migrations, instance, pages; SIGTERM and SIGINT drain it. */
async function main(): Promise<void> {
  const config = readConfig()
  let running: Running | null = null
  let embedded: Embedded | null = null
  const keepRunFile = () =>
    writeRunFile(config.home, config.port, {
      pid: process.pid,
      url: config.url,
      postgres_pid: embedded?.postgresPid() ?? null,
    })
  const options = { say, onRestart: () => void (running && keepRunFile()) }

  embedded =
    config.databaseUrl === null
      ? await startEmbedded(config.home, options)
      : await adoptEmbedded(config.home, config.databaseUrl, options)
  const url = config.databaseUrl ?? embedded?.url ?? ''
  const stopDatabase = async () => void (await embedded?.stopIfLast())
  try {
    await migrate(url, resolve('prisma/migrations'))
    running = await startInstance(config, url, { pages: await openPages(), say })
  } catch (error) {
    await stopDatabase().catch(() => undefined)
    throw error
  }
  keepRunFile()
  greet(config, url, running)

  const { stop } = running
  await asked
  say('Stopping')
  await stop()
    .then(stopDatabase)
    .finally(() => removeRunFile(config.home, config.port))
  process.exit(0)
}

/** Resolves at the first signal to stop, even one that comes while starting; repeats change nothing. */
const asked = new Promise<void>(resolve => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve())
})

/** The pages of the build. Next is handed a server that is never used, so that it cannot take part in our upgrades (W05). */
async function openPages(): Promise<Pages> {
  const app = next({ dev: false, dir: process.cwd(), httpServer: createServer(), quiet: true })
  // Next announces its configuration on stdout whatever it is told; ours is for what was asked.
  const { log } = console
  console.log = () => undefined
  await app.prepare().finally(() => {
    console.log = log
  })
  const handle = app.getRequestHandler()
  return (request, response) => handle(request, response)
}

/** What stands in a terminal stands in its logs. */
function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.password = ''
  url.searchParams.delete('password')
  return url.href
}

function greet(config: Config, databaseUrl: string, { setupLink }: Running): void {
  say(`Holdpoint is at ${config.url}`)
  say(`Database: ${withoutPassword(databaseUrl)}`)
  if (config.demo)
    say(`The demo’s people, their passwords and its agents’ keys are in ${join(config.home, 'demo.json')}`)
  if (setupLink) say(`Make the first administrator, once: ${setupLink}`)
}

function fail(error: unknown): never {
  const expected = error instanceof ConfigError || error instanceof MigrationRefused || error instanceof ForeignDatabase
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const text = expected
    ? error.message
    : inUse
      ? `Port taken: ${error.message}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error)
  process.stderr.write(`Holdpoint did not start: ${text}\n`)
  process.exit(1)
}

process.on('unhandledRejection', (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
})

main().catch(fail)
