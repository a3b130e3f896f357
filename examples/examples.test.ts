import { execFile } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { emptyFolder } from '@/server/testing/folder'
import { everything, world } from '@/server/testing/world'

const root = fileURLToPath(new URL('..', import.meta.url))
const there = (path: string) => join(root, path)
const w = await world()
const approver = await w.signedIn(w.approver)
const recipient = 'GB29NWBK60161331926819'

interface Ended {
  readonly code: number
  readonly said: string
  readonly failed: string
}

/** Runs a command to its end, as a person at a shell would. */
function run(file: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ended> {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
  return new Promise(resolve => {
    execFile(
      file,
      args,
      { cwd, env: { ...process.env, NODE_OPTIONS: '', PATH: path, ...env }, timeout: 50_000 },
      (error, said, failed) => resolve({ code: error ? Number(error.code ?? 1) : 0, said, failed }),
    )
  })
}

/** The clone that the TypeScript example is run in: the package is packed and installed as examples/README.md says. */
const clone = emptyFolder('examples')

beforeAll(async () => {
  await w.tools({ send_money: { operation: 'pay', parameters: { amount: 'amount' } } })
  for (const folder of ['examples/typescript', 'sdk/typescript']) {
    cpSync(there(folder), join(clone, folder), {
      recursive: true,
      filter: source => !/node_modules|dist$|[.]tgz$/.test(source.slice(root.length)),
    })
  }
  // Stands for the `npm install` there: the compiler is the one that is installed already.
  symlinkSync(there('node_modules'), join(clone, 'sdk/typescript/node_modules'))
  // Where the frameworks are found, which the examples of a clone would install.
  symlinkSync(there('node_modules'), join(clone, 'node_modules'))
  const packed = await run(
    'npm',
    ['pack', '--pack-destination', '../../examples/typescript'],
    join(clone, 'sdk/typescript'),
  )
  expect(packed, packed.failed).toMatchObject({ code: 0 })
  const args = ['install', '--no-save', '--offline', '--no-audit', '--no-fund', './holdpoint-sdk-0.1.0.tgz']
  const installed = await run('npm', args, join(clone, 'examples/typescript'))
  expect(installed, installed.failed).toMatchObject({ code: 0 })
})

const typescript = (file: string) => (env: Record<string, string>) =>
  run(process.execPath, [file], join(clone, 'examples/typescript'), env)
const python = (file: string) => (env: Record<string, string>) =>
  run('python3', [`examples/python/${file}`], root, { PYTHONPATH: 'sdk/python', PYTHONDONTWRITEBYTECODE: '1', ...env })

/** Where people decide what waits, as the agents say it that tell where it is. */
const where = /^http\S+\/approvals\/hld_\w+\n/

/** What is run, and what it says when it finds its action done before. */
const examples = [
  [
    'curl',
    (env: Record<string, string>) => run('sh', [there('examples/curl/agent.sh')], tmpdir(), env),
    'done before: succeeded',
  ],
  ['python', python('agent.py'), 'run before'],
  ['python function', python('functions.py'), 'run before'],
  ['typescript', typescript('agent.ts'), 'run before'],
  ['typescript function', typescript('functions.ts'), 'run before'],
  ['Vercel AI SDK', typescript('ai-sdk.ts'), 'done before'],
  ['OpenAI Agents SDK', typescript('openai-agents.ts'), 'done before'],
  ['LangGraph', typescript('langgraph.ts'), 'done before'],
] as const

/** Waits until the agent's one action is in the queue, and decides it as somebody does who has seen it. */
async function decide(agent: string, verdict: 'approve' | 'reject', comment?: string): Promise<void> {
  const [held] = await vi.waitFor(
    async () => {
      const { body } = await approver('GET', `/api/console/holds?status=open&agent=${agent}`)
      expect(body.items).toHaveLength(1)
      return body.items
    },
    { timeout: 40_000, interval: 50 },
  )
  const { body } = await approver('GET', `/api/console/holds/${held.id}`)
  const review = { verdict, digest: body.shown_digest, ...(comment ? { comment } : {}) }
  expect((await approver('POST', `/api/console/holds/${held.id}/reviews`, review)).status).toBe(201)
}

describe.each(examples)('the %s example', (_name, start, doneBefore) => {
  const prepared = async () => {
    const { id, key } = await w.agent({
      scopes: [{ ...everything, operations: ['pay'], environments: ['production'] }],
    })
    return { id, key, env: { HOLDPOINT_URL: w.servers[0]?.url ?? '', HOLDPOINT_KEY: key } }
  }
  const outcome = async (key: string) => (await w.gate(key, 'GET', '/api/v1/actions')).body.items[0].outcome

  it('says where people decide, sends what came back once it is approved, reports it, and does not send it twice', async () => {
    const { id, key, env } = await prepared()
    const running = start(env)
    await decide(id, 'approve')
    const ended = await running
    expect(ended.code, ended.failed).toBe(0)
    expect(ended.said).toMatch(where)
    expect(ended.said.replace(where, '')).toMatch(new RegExp(`^sent 98.70 to ${recipient}\n`))
    expect(await outcome(key)).toBe('succeeded')
    const again = await start(env)
    expect(`${again.said}${again.failed}`).toContain(doneBefore)
    expect(again.said).not.toContain('sent 98.70')
  })

  it('sends nothing when it is rejected, and says what the reviewer said', async () => {
    const { id, key, env } = await prepared()
    const running = start(env)
    await decide(id, 'reject', 'not this month')
    const ended = await running
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('not this month') })
    expect(ended.said).not.toContain('sent 98.70')
    expect(await outcome(key)).toBeNull()
  })

  it('sends nothing when its key is no key', async () => {
    const ended = await start({ HOLDPOINT_URL: w.servers[0]?.url ?? '', HOLDPOINT_KEY: 'hp_wrong' })
    expect(ended.code).not.toBe(0)
    expect(ended.said).toBe('')
  })
})

it('the README prints the agents that are run here, to the letter', () => {
  const readme = readFileSync(there('README.md'), 'utf8')
  const printed = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(readme)?.[1]
  expect(printed('ts')).toBe(readFileSync(there('examples/typescript/agent.ts'), 'utf8'))
  expect(printed('python')).toBe(readFileSync(there('examples/python/agent.py'), 'utf8'))
})
