import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { defaultPack } from '@/lib/policy/pack'
import { agree } from '@/server/testing/authzen'
import { emptyFolder } from '@/server/testing/folder'
import { inForce } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const page = readFileSync(new URL('../../docs/authzen.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code)
const w = await world()
const folder = emptyFolder('authzen')
let env: NodeJS.ProcessEnv = process.env

/** Runs a block of the page as somebody does who pastes it, and reads what it printed. */
function run(at: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-euc', blocks[at] ?? 'exit 9'], { cwd: folder, env, timeout: 50_000 }, (error, out, failed) =>
      error ? reject(new Error(failed, { cause: error })) : resolve(JSON.parse(out)),
    )
  })
}

beforeAll(async () => {
  await w.tools({ 'demo.allow_me': { operation: 'read' }, 'demo.hold_me': {}, 'demo.deny_me': {} })
  await inForce(w, defaultPack({ demo: true }))
  const scopes = [everything]
  const { key } = await w.agent({ scopes })
  env = { ...process.env, NODE_OPTIONS: '', HOLDPOINT_URL: w.servers[0]?.url, HOLDPOINT_KEY: key }
})

it('every example of docs/authzen.md does what the page says, from the first question to the approved one', async () => {
  expect(blocks).toHaveLength(7)
  expect(await run(0)).toHaveProperty('access_evaluation_endpoint')
  expect(await run(1)).toMatchObject({ decision: true, context: { action_id: expect.stringMatching(/^act_/) } })
  expect(await run(2)).toMatchObject({
    evaluations: [{ decision: true }, { decision: false, context: { reason: 'policy.denied' } }],
  })
  const held = await run(3)
  expect(held).toMatchObject({ decision: false, context: { reason: 'approval_required', task: { status: 'pending' } } })
  expect(await run(4)).toMatchObject({ task: { status: 'pending' } })
  const [waited] = await Promise.all([
    run(5),
    w.db.pool.query(`select hold_id from action where status = 'held'`).then(({ rows }) => agree(w, rows[0].hold_id)),
  ])
  expect(waited).toMatchObject({ task: { status: 'approved' }, result: { approval: { id: expect.any(String) } } })
  expect(await run(6)).toMatchObject({ decision: true, context: { approval: { id: expect.any(String) } } })
})
