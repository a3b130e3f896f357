import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { freePort } from '@/server/db/postgres-settings'
import { root } from '@/server/root'
import { runningInstances } from '@/server/run-file'
import { atEnd } from './at-end'
import { patience } from './database'
import { emptyFolder } from './folder'

/** What the app tells scripts of its demo organisation. */
export interface Demo {
  readonly users: readonly { email: string; password: string; roles: readonly string[]; teams: readonly string[] }[]
  readonly agents: readonly { id: string; key: string; team: string }[]
}

/** The product in a process of its own, with an embedded PostgreSQL of its own: what can be killed with -9. */
export interface ChildApp {
  readonly url: string
  readonly databaseUrl: string
  readonly demo: Demo
  /** Starts it on the same home and port, and waits until it says that it is ready. */
  start(): Promise<void>
  /** Kills it with -9. PostgreSQL, in a session of its own, lives on. */
  kill(): Promise<void>
  /** The postmaster as the app knows it now. */
  postgresPid(): number
  /** The end of what it has logged since its start: every fault of its own. */
  said(): string
  /** Waits until the app says that it is ready, however often it does not yet. */
  ready(): Promise<void>
}

/** Everything of the product but the pages, which have a build of their own: without them it answers 404. */
const noPages: Plugin = {
  name: 'no pages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^next$/ }, () => ({ path: 'next', namespace: 'no-pages' }))
    onLoad({ filter: /.*/, namespace: 'no-pages' }, () => ({
      contents: `export default () => ({
        prepare: async () => {},
        getRequestHandler: () => (_request, response) => response.writeHead(404).end(),
      })`,
    }))
  },
}

async function bundle(): Promise<string> {
  const folder = join(root, '.build', `child-${process.pid}-${Date.now()}`)
  await build({
    absWorkingDir: root,
    entryPoints: { server: 'server/main.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    alias: { '@': root },
    plugins: [noPages],
    logLevel: 'silent',
  })
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'server.mjs')
}

/**
 * Builds the app and starts it with its demo organisation in an empty home. Call at the top of a test file.
 * @param more variables of its environment; with `DATABASE_URL` the database is somebody else's, and it has none of its own
 */
export async function childApp(more: Readonly<Record<string, string>> = {}): Promise<ChildApp> {
  const file = await bundle()
  const home = emptyFolder('child')
  chmodSync(home, 0o711)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let said = ''

  const ready = async () => {
    // INV-44: after a fault has ended, full service is back within 30 s without an operator.
    for (const end = performance.now() + 30_000; performance.now() < end; await pause(25)) {
      if (child?.exitCode !== null) throw new Error(`the app ended (${child?.exitCode}): ${said}`)
      const answer = await fetch(`${url}/health/ready`).catch(() => null)
      await answer?.text()
      if (answer?.status === 200) return
    }
    throw new Error(`the app is not ready after 30 s: ${said}`)
  }
  const start = async () => {
    said = ''
    child = spawn(process.execPath, [file, '--quiet'], {
      cwd: root,
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        NODE_ENV: 'production',
        HOLDPOINT_HOME: home,
        PORT: String(port),
        HOLDPOINT_LOG_LEVEL: 'error',
        HOLDPOINT_DEMO: '1',
        HOLDPOINT_DATABASE_SECONDS: String(patience),
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_000)
      })
    await ready()
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const over = once(child, 'exit')
    child.kill(signal)
    await over
  }
  atEnd(async () => {
    await end('SIGTERM')
    // A test that failed between a kill and a start has left the database behind.
    const left = join(home, 'postgres', 'data', 'postmaster.pid')
    if (existsSync(left)) process.kill(Number.parseInt(readFileSync(left, 'utf8'), 10), 'SIGQUIT')
  })
  await start()
  return {
    url,
    databaseUrl: more.DATABASE_URL ?? readFileSync(join(home, 'database.url'), 'utf8').trim(),
    demo: JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')),
    start,
    kill: () => end('SIGKILL'),
    postgresPid() {
      const pid = runningInstances(home)[0]?.postgres_pid
      if (!pid) throw new Error('the app does not say which PostgreSQL is its own')
      return pid
    },
    said: () => said,
    ready,
  }
}

export const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))
