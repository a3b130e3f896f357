import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'

const Settings = z.object({
  port: z.int(),
  password: z.string().min(32),
  /** Absolute folder of the data when it could not be kept inside the home. */
  outside: z.string().nullable(),
})
/** What a home remembers of its embedded server, in `postgres.json` (mode 0600). */
export type Settings = z.infer<typeof Settings>

const file = (home: string) => join(home, 'postgres.json')

/** The settings of a home, or fresh ones that are not kept yet. */
export async function readSettings(home: string): Promise<Settings> {
  if (existsSync(file(home))) return Settings.parse(JSON.parse(readFileSync(file(home), 'utf8')))
  return { port: await freePort(), password: randomBytes(32).toString('base64url'), outside: null }
}

/** Keeps the settings, and the URL beside them for second instances and scripts. */
export function keepSettings(home: string, settings: Settings): void {
  writeWhole(file(home), JSON.stringify(settings))
  writeWhole(join(home, 'database.url'), `${settingsUrl(settings)}\n`)
}

/** A reader never meets half a file. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The URL under which this machine's processes reach the server; another database of it by name. */
export function settingsUrl(settings: Settings, database = 'holdpoint'): string {
  return `postgresql://holdpoint:${settings.password}@127.0.0.1:${settings.port}/${database}`
}

/** A TCP port of the loopback interface that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('there is no free port')),
      )
    })
  })
}

/** Whether something listens on that port already. */
export function isTaken(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.on('error', () => resolve(true))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  })
}
