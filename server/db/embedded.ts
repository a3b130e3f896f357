import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { withLockFile } from './lock-file'
import { findPlace, type Place } from './postgres-place'
import { halt, initialise, launch, serverPid } from './postgres-server'
import { freePort, isTaken, keepSettings, readSettings, type Settings, settingsUrl } from './postgres-settings'

/** The embedded server as one instance of Holdpoint sees it. */
export interface Embedded {
  readonly url: string
  /** The pid of its postmaster now; another one after a crash. */
  postgresPid(): number
  /** Stops the server unless another instance uses it. Connections of this process that are still open are cut. */
  stopIfLast(): Promise<'stopped' | 'in use'>
}

export interface EmbeddedOptions {
  /** Says what is being done, a short sentence at a time. */
  readonly say?: (line: string) => void
  /** Called after the server had died and was started again. */
  readonly onRestart?: (postgresPid: number) => void
}

/** Begins the name of the one connection by which each instance shows that it uses the server. */
const presence = 'holdpoint presence'
let count = 0

/**
 * Starts PostgreSQL in `home`, or adopts the one that runs there already (after a kill -9 of the app it goes on). The
 * server runs in a session of its own, so it survives this process; while this process lives it is started again within
 * half a second of dying. Keeps `database.url` (mode 0600) in the home.
 */
export async function startEmbedded(home: string, options: EmbeddedOptions = {}): Promise<Embedded> {
  const folder = resolve(home)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // The place is chosen under the lock as well: two first starts must not choose two.
  const { place, settings } = await underLock(folder, async () => {
    const known = await readSettings(folder)
    const found = await findPlace(folder, known.outside)
    const outside = found.folder === join(folder, 'postgres') ? null : found.folder
    return { place: found, settings: await bringUp(folder, found, { ...known, outside }, options.say) }
  })
  return hold(folder, place, settings, options)
}

/** The embedded server of `home`, if that is what `url` points to: so that the last instance stops it, whichever it is. */
export async function adoptEmbedded(
  home: string,
  url: string,
  options: EmbeddedOptions = {},
): Promise<Embedded | null> {
  const folder = resolve(home)
  const file = join(folder, 'database.url')
  if (!existsSync(file) || readFileSync(file, 'utf8').trim() !== url) return null
  const settings = await readSettings(folder)
  return hold(folder, await findPlace(folder, settings.outside), settings, options)
}

const underLock = <T>(home: string, work: () => Promise<T>) => withLockFile(join(home, 'postgres.lock'), 150, work)

async function bringUp(home: string, place: Place, known: Settings, say?: (line: string) => void): Promise<Settings> {
  let settings = known
  if (serverPid(place) === null) {
    if (!existsSync(join(place.folder, 'data'))) say?.(`Initialising PostgreSQL in ${place.folder}`)
    await initialise(place, settings)
    if (await isTaken(settings.port)) settings = { ...settings, port: await freePort() }
    keepSettings(home, settings)
    await launch(place, settings)
  } else {
    keepSettings(home, settings)
  }
  await createDatabase(settings)
  return settings
}

async function createDatabase(settings: Settings): Promise<void> {
  const client = new pg.Client({ connectionString: settingsUrl(settings, 'postgres'), connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const found = await client.query(`select 1 from pg_database where datname = 'holdpoint'`)
    if (found.rowCount === 0) await client.query('create database holdpoint')
  } finally {
    await client.end()
  }
}

async function hold(home: string, place: Place, settings: Settings, options: EmbeddedOptions): Promise<Embedded> {
  const name = `${presence} ${process.pid}.${count++}`
  let pid = serverPid(place) ?? 0
  let over = false
  let client = await announce(settings, name)
  const lookAfter = async (): Promise<void> => {
    if (serverPid(place) === null) {
      await underLock(home, async () => {
        if (!over && serverPid(place) === null) await launch(place, settings)
      })
    }
    if (over) return
    // Another instance may have been the one to start it again: the pid tells, as does our lost connection.
    const found = serverPid(place) ?? pid
    if (!client?.isThere()) client = await announce(settings, name)
    if (found === pid) return
    pid = found
    options.onRestart?.(pid)
  }
  const watch = async (): Promise<void> => {
    while (!over) {
      await pause(500, undefined, { ref: false })
      if (over) return
      await lookAfter().catch((error: unknown) => options.say?.(error instanceof Error ? error.message : String(error)))
    }
  }
  void watch()
  return {
    url: settingsUrl(settings),
    postgresPid: () => pid,
    async stopIfLast() {
      over = true
      return underLock(home, async () => {
        await client?.leave()
        if (await inUse(settings, name)) return 'in use'
        await halt(place)
        return 'stopped'
      })
    },
  }
}

/** One connection that shows the server is wanted, from the first moment to the last; null if it does not answer. */
async function announce(
  settings: Settings,
  name: string,
): Promise<{ isThere(): boolean; leave(): Promise<void> } | null> {
  const client = new pg.Client({
    connectionString: settingsUrl(settings),
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  })
  let there = true
  const gone = () => {
    there = false
  }
  client.on('error', gone)
  client.on('end', gone)
  try {
    await client.connect()
    return { isThere: () => there, leave: () => client.end().catch(() => undefined) }
  } catch {
    return null
  }
}

/** Asks the server itself whether another instance is connected: neither pids nor files can be wrong about that. */
async function inUse(settings: Settings, own: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: settingsUrl(settings, 'postgres'), connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const others = await client.query(
      'select 1 from pg_stat_activity where starts_with(application_name, $1) and application_name <> $2 limit 1',
      [presence, own],
    )
    return others.rowCount === 1
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
