import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, test as base, expect, type Page } from '@playwright/test'

interface DemoUser {
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  readonly teams: readonly string[]
}
interface DemoAgent {
  readonly name: string
  readonly id: string
  readonly key: string
  readonly owner: string
}

/** A Holdpoint of the journeys' own, started by the launcher as a user does; two instances on one database. */
export interface Stage {
  readonly url: string
  readonly secondUrl: string
  readonly users: readonly DemoUser[]
  readonly agents: readonly DemoAgent[]
}

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

async function launch(env: Record<string, string>): Promise<ChildProcess> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|PORT|HOST|SMTP_URL|HOLDPOINT_.*)$/.test(name)),
  )
  const child = spawn(process.execPath, ['bin/holdpoint.mjs', 'start', '--quiet'], {
    env: { ...inherited, ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const url = `http://localhost:${env.PORT}`
  await expect
    .poll(
      () =>
        fetch(`${url}/health/ready`).then(
          answer => answer.ok,
          () => false,
        ),
      { timeout: 240_000 },
    )
    .toBe(true)
  return child
}

async function stop(child: ChildProcess, home: string, port: number): Promise<void> {
  const ended = new Promise(resolve => child.once('exit', resolve))
  const { pid }: { pid: number } = JSON.parse(readFileSync(join(home, 'run', `${port}.json`), 'utf8'))
  process.kill(pid, 'SIGTERM')
  await ended
}

/** Tests that stand on one running product for the whole worker. */
export const test = base.extend<object, { stage: Stage }>({
  stage: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), 'holdpoint-journeys-'))
      chmodSync(home, 0o711)
      const [port, second] = [await freePort(), await freePort()]
      const first = await launch({ PORT: String(port), HOLDPOINT_HOME: home, HOLDPOINT_DEMO: '1' })
      const demo: Pick<Stage, 'users' | 'agents'> = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8'))
      const database = readFileSync(join(home, 'database.url'), 'utf8').trim()
      const other = await launch({
        PORT: String(second),
        HOLDPOINT_HOME: home,
        DATABASE_URL: database,
        HOLDPOINT_DEMO: '1',
      })
      await use({ ...demo, url: `http://localhost:${port}`, secondUrl: `http://localhost:${second}` })
      await stop(other, home, second)
      await stop(first, home, port)
      rmSync(home, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})
export { expect }

/** Signs in by a demo card's own door, in a context of its own. */
export async function as(
  browser: Browser,
  url: string,
  email: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const answer = await page.request.post(`${url}/api/console/demo/sign-in`, {
    data: { email },
    headers: { origin: url },
  })
  expect(answer.status()).toBe(204)
  return page
}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a journey reads what it expects and fails where it is not there
  readonly body: any
}

/** An agent over plain HTTP, as anybody's would be. */
export async function submit(
  stage: Stage,
  action: Record<string, unknown>,
  wait = 0,
  agent = stage.agents[0],
): Promise<Answer> {
  const answer = await fetch(`${stage.url}/api/v1/actions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agent?.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      prefer: `wait=${wait}`,
    },
    body: JSON.stringify({ params: {}, ...action }),
  })
  return { status: answer.status, body: await answer.json() }
}

/** Waits for an action's decision. */
export async function decided(stage: Stage, id: string, agent = stage.agents[0]): Promise<Answer['body']> {
  const answer = await fetch(`${stage.url}/api/v1/actions/${id}`, {
    headers: { authorization: `Bearer ${agent?.key}`, prefer: 'wait=30' },
  })
  return answer.json()
}

export const priya = 'priya@demo.example'
export const tom = 'tom@demo.example'
export const nora = 'nora@demo.example'
export const ada = 'ada@demo.example'
