import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

/** An empty HOLDPOINT_HOME: what somebody has who has just cloned. */
export function emptyHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'holdpoint-journeys-'))
  chmodSync(home, 0o711)
  return home
}

/** Forgets a home whose instances have all ended. */
export function forget(home: string): void {
  rmSync(home, { recursive: true, force: true })
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
    stop: () => end(child, home, port),
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
    env: { ...inherited, ...env, PORT: String(port), HOLDPOINT_HOME: home, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ready = () => {
    if (child.exitCode !== null) throw new Error('Holdpoint ended while it started; what it said stands above')
    return fetch(`http://localhost:${port}/health/ready`).then(
      answer => answer.ok,
      () => false,
    )
  }
  await expect.poll(ready, { timeout: 240_000 }).toBe(true)
  return child
}

async function end(child: ChildProcess, home: string, port: number): Promise<void> {
  const ended = new Promise(resolve => child.once('exit', resolve))
  const { pid }: { pid: number } = JSON.parse(readFileSync(join(home, 'run', `${port}.json`), 'utf8'))
  process.kill(pid, 'SIGTERM')
  await ended
}
