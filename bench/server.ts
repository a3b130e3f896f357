import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Holdpoint of this run's own, started as anybody would, with its demo organisation. */
export interface Subject {
  readonly url: string
  readonly databaseUrl: string
  readonly pid: number
  readonly demo: Demo
  stop(): Promise<void>
}

export interface Demo {
  readonly url: string
  readonly users: readonly {
    email: string
    password: string
    name: string
    roles: readonly string[]
    teams: readonly string[]
  }[]
  readonly agents: readonly { name: string; id: string; key: string; team: string; owner: string }[]
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function until<T>(what: string, seconds: number, probe: () => Promise<T | null>): Promise<T> {
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    const found = await probe().catch(() => null)
    if (found !== null) return found
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`${what} did not happen within ${seconds} s`)
}

/** Our environment without anything that would point the subject at something else. */
function inherited(): NodeJS.ProcessEnv {
  const environment = { ...process.env }
  for (const name of Object.keys(environment))
    if (/^(DATABASE_URL|PORT|HOST|SMTP_URL|HOLDPOINT_.*)$/.test(name)) delete environment[name]
  return environment
}

/** Starts it on a port and a home of its own; everything is gone after `stop`. */
export async function startSubject(): Promise<Subject> {
  const home = mkdtempSync(join(tmpdir(), 'holdpoint-bench-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['bin/holdpoint.mjs', 'start', '--quiet'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...inherited(),
      PORT: String(port),
      HOLDPOINT_HOME: home,
      HOLDPOINT_DEMO: '1',
      HOLDPOINT_FETCH_ALLOW: '127.0.0.1',
    },
  })
  const url = `http://localhost:${port}`
  // The launcher hands the signal on, and ends when the server has ended.
  const stop = async () => {
    await end(child)
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await until('start', 180, async () => ((await fetch(`${url}/health/ready`)).ok ? true : null))
    const run: { pid: number } = await until('run file', 10, async () =>
      JSON.parse(readFileSync(join(home, 'run', `${port}.json`), 'utf8')),
    )
    return {
      url,
      pid: run.pid,
      databaseUrl: readFileSync(join(home, 'database.url'), 'utf8').trim(),
      demo: JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Ends a process as Ctrl-C would, and waits until it has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'exit')
  child.kill('SIGTERM')
  await over
}

/** Starts this same program as the bare route that decisions are measured against. */
export async function startBare(databaseUrl: string): Promise<{ url: string; stop(): void }> {
  const port = await freePort()
  const child: ChildProcess = fork(process.argv[1] ?? '', ['bare', databaseUrl, String(port)], { stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  await until('the bare route', 20, async () => ((await fetch(url)).status > 0 ? true : null)).catch(async error => {
    await end(child)
    throw error
  })
  return { url, stop: () => void child.kill() }
}
