import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'

/** One instance, started by the launcher as a user does. */
export interface House {
  readonly url: string
  readonly home: string
  /** Ends it as Ctrl-C would, and waits until it has ended. */
  stop(): Promise<void>
  /** Starts it again, where it was. */
  start(): Promise<void>
}

const folders = new Set<string>()
// A journey that failed on its way has forgotten nothing.
process.once('exit', () => folders.forEach(forget))

/** An empty folder, gone when it is forgotten, or with this process. */
export function emptyFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `holdpoint-${name}-`))
  folders.add(folder)
  return folder
}

/** An empty HOLDPOINT_HOME: what somebody has who has just cloned. */
export function emptyHome(): string {
  const home = emptyFolder('journeys')
  chmodSync(home, 0o711)
  return home
}

/** Forgets a folder, a home once its instances have all ended. */
export function forget(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Starts an instance on a free port; ready when this resolves. */
export async function open(home: string, env: Readonly<Record<string, string>>): Promise<House> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  let child = await launch(home, port, env)
  return {
    url,
    home,
    stop: () => end(child),
    start: async () => {
      child = await launch(home, port, env)
    },
  }
}

async function launch(home: string, port: number, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|PORT|HOST|SMTP_URL|HOLDPOINT_.*)$/.test(name)),
  )
  const child = spawn(process.execPath, ['bin/holdpoint.mjs', 'start', '--quiet'], {
    env: {
      ...inherited,
      // As in the other tests (server/testing/database.ts): a machine that stands still for a moment is no outage.
      HOLDPOINT_DATABASE_SECONDS: '5',
      ...env,
      PORT: String(port),
      HOLDPOINT_HOME: home,
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ready = () => {
    if (child.exitCode !== null) throw new Error('Holdpoint ended while it started; what it said stands above')
    return fetch(`http://localhost:${port}/health/ready`).then(
      answer => answer.ok,
      () => false,
    )
  }
  try {
    await expect.poll(ready, { timeout: 240_000 }).toBe(true)
    return child
  } catch (error) {
    await end(child)
    throw error
  }
}

/** The launcher hands the signal on, and ends when the server has ended. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
