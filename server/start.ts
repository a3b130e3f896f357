import type { Server } from 'node:http'
import { noteRestore } from './access/restored'
import { openSessions } from './access/sessions'
import { claimFingerprint } from './access/settings-store'
import { openSetup } from './access/setup'
import { checkLog, foreignLog } from './audit/regression'
import { startSequencer } from './audit/sequencer'
import { type Config, prepareAuthEnvironment } from './config'
import { openDatabase } from './db/pool'
import { reader, transact } from './db/tx'
import { openVault } from './db/vault'
import { startEngine } from './engine/engine'
import { openGate } from './gate/gate'
import type { Served } from './gate/served'
import { isLoopback } from './http/address'
import type { Readiness } from './http/health'
import { openMcp } from './http/mcp'
import type { Pages } from './http/pages'
import { createHttpServer } from './http/serve'
import { type Live, openLive } from './live/live'
import { openLog } from './log'
import { publishDefaultPack } from './policy/changes'

/** This home's keys are not those of the database. */
export class ForeignDatabase extends Error {}

/** One instance of Holdpoint, listening. */
export interface Running {
  readonly app: Served
  readonly server: Server
  readonly live: Live
  /** The address it listens at, with the port it got. */
  readonly url: string
  /** The link of the first administrator, once, where nobody is there yet. */
  readonly setupLink: string | null
  /** Waiters get 202, requests are finished (5 s), everything is closed. Runs once, however often it is called. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly pages?: Pages
  /** Says what is being done. */
  readonly say?: (line: string) => void
}

const drainMs = 5_000

/**
 * Starts an instance on a migrated database: pools, vault, gate, background work, doors, sockets. It is ready when this
 * resolves. `port` 0 takes a free one. @throws ForeignDatabase when another home's keys belong to this database
 */
export async function startInstance(config: Config, databaseUrl: string, options: StartOptions = {}): Promise<Running> {
  prepareAuthEnvironment()
  const log = openLog(config)
  const vault = openVault(config.home)
  const db = await openDatabase(databaseUrl, 20, config.databaseSeconds)
  const owner = await transact(db, tx => claimFingerprint(tx, vault.fingerprint))
  if (owner !== vault.fingerprint) {
    await db.close()
    throw new ForeignDatabase(
      `This database belongs to another HOLDPOINT_HOME: the keys in ${config.home}/keys are not the ones it was made with.`,
    )
  }
  const foreign = await foreignLog({ config }, reader(db.pool))
  if (foreign !== null) {
    await db.close()
    throw new ForeignDatabase(foreign)
  }
  const instance = { config, log, db, vault }
  // The demo's way in exists only where its module is loaded, and that is only in a demo bound to loopback (O10).
  const demo = config.demo && isLoopback(config) ? await import('./demo/doors') : null
  const gate = openGate(instance)
  const app: Served = {
    ...instance,
    gate,
    sessions: openSessions(instance),
    demoPeople: demo ? () => demo.demoPeople(instance) : null,
  }
  await publishDefaultPack(app, demo !== null)
  await app.gate.registries.refresh()
  await noteRestore(app)
  // A log that went back is known before anything is decided (K14).
  await checkLog(app)
  const background: { stop(): Promise<void> }[] = [startEngine(app), startSequencer(app)]

  const readiness: Readiness = { up: false }
  const mcp = openMcp(app)
  const server = createHttpServer(app, {
    readiness,
    mcp,
    more: demo?.demoDoors ?? [],
    ...(options.pages ? { pages: options.pages } : {}),
  })
  const live = openLive(app, server)
  if (demo) await (await import('./demo/seed')).seedDemo(app, options.say ?? (() => undefined))
  const setupLink = demo ? null : await openSetup(app)
  const url = await listen(server, config)
  mcp.open(server, url)
  readiness.up = true
  if (demo) background.push((await import('./demo/tell')).startStories(app, url, () => live.count() > 0))

  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    readiness.up = false
    await mcp.drain()
    gate.waiters.drain()
    await live.close()
    await closeServer(server)
    await mcp.close()
    await Promise.all(background.map(one => one.stop()))
    gate.waiters.close()
    app.sessions.close()
    await db.close()
  }
  return {
    app,
    server,
    live,
    url,
    setupLink,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

function listen(server: Server, config: Pick<Config, 'host' | 'port'>): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => {
      server.off('error', reject)
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : config.port
      resolve(`http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`)
    })
  })
}

/** Takes nothing new, lets what is open finish, and ends it after five seconds. */
function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    const late = setTimeout(() => server.closeAllConnections(), drainMs)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}
