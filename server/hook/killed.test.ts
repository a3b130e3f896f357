import { hash, randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { actionDigest } from '@/lib/kernel/digest'
import { pause } from '@/server/testing/child-app'
import { recordsAgree } from '@/server/testing/crash-facts'
import { decide, send } from '@/server/testing/crash-load'
import { dice } from '@/server/testing/dice'
import { killable } from '@/server/testing/killable'
import { signInOverHttp } from '@/server/testing/people'
import { tallyRounds } from '@/server/testing/tally'
import { maintain } from '@/server/testing/template'

/*
 * A program that runs a call only where the hook said “allow”, as Claude Code does, and a model that does not give up. Holdpoint
 * or its database is killed with -9 at a counted message between them while such calls are decided, held and let go.
 */
const { app, between, databaseUrl, victims } = await killable()
const approver = app.demo.users.find(one => one.roles.includes('approver'))
const { cookie } = await signInOverHttp(app.url, approver?.email ?? '', approver?.password ?? '')
const roll = dice(inject('seed'))
const rounds = 2 * inject('scale')
const together = 6
const digestOf = (tool: string, mark: string) =>
  actionDigest({ tool, resource: null, params: { mark } }, text => hash('sha256', text))

/** Everything held with one of these digests is approved. */
async function approve(digests: string): Promise<void> {
  const held = await maintain(
    databaseUrl,
    `select id as action, hold_id as hold, digest from action where status = 'held' and digest in (${digests})`,
  ).catch(() => ({ rows: [] }))
  for (const { digest, ...one } of held.rows) await decide(app.url, cookie, { ...one, verdict: 'approve' }, digest)
}

interface Said {
  readonly permissionDecision: 'allow' | 'deny'
  readonly permissionDecisionReason: string
}

/** Tells the hook of one call. Null: no answer, so that it is not run. */
async function knock(key: string, tool: string, mark: string, tool_use_id: string): Promise<Said | null> {
  const event = { session_id: 'killed', tool_name: tool, tool_input: { mark }, cwd: '/work', tool_use_id }
  const said = await send(
    `${app.url}/api/v1/hooks/claude-code?envelope=off`,
    'POST',
    { authorization: `Bearer ${key}`, prefer: 'wait=2' },
    { ...event, hook_event_name: 'PreToolUse' },
  )
  return said?.status === 200 ? said.body.hookSpecificOutput : null
}
const fresh = () => `toolu_${randomUUID()}`

/** Calls until it is let go. */
async function insist(key: string, tool: string, mark: string): Promise<void> {
  let last = ''
  let id = fresh()
  for (const end = performance.now() + 50_000; performance.now() < end; await pause(50)) {
    const said = await knock(key, tool, mark, id)
    if (said?.permissionDecision === 'allow') return
    last = said?.permissionDecisionReason ?? last
    // Without an answer the same event may come again; after a no the model makes another call.
    if (said !== null || roll() < 0.5) id = fresh()
  }
  throw new Error(`it was never let go: ${last}`)
}

describe.each(Object.entries(victims))('kill -9 of %s while calls are before the hook', (_, { kill, back }) => {
  it.for(['demo.allow_me', 'demo.hold_me'])(
    `INV-03 INV-21 %s: whatever is let go has used up an allow of its own, which stands (${rounds} rounds)`,
    { timeout: 60_000 * rounds },
    async (tool, { task }) => {
      for (let round = 0; round < rounds; round++) {
        const agent = app.demo.agents[round % app.demo.agents.length]
        const marks = Array.from({ length: together }, () => randomUUID())
        const digests = marks.map(mark => digestOf(tool, mark))
        const list = digests.map(one => `'${one}'`).join(',')
        const key = agent?.key ?? ''
        let left = Math.floor(roll() * 60)
        const killed = new Promise<void>(done => {
          between.judge(({ at }) => {
            if (at >= 0 && left-- === 0) {
              between.judge(null)
              kill()
              done()
            }
            return 'pass'
          })
        })
        let open = together
        const going = marks.map(mark =>
          insist(key, tool, mark).finally(() => {
            open--
          }),
        )
        const approving = (async () => {
          for (; open > 0; await pause(20)) await approve(list)
        })()
        await killed
        await back()
        await Promise.all([...going, approving])
        // And each is called twice more at once: by then nobody approves anything.
        const more = await Promise.all(
          marks.flatMap(mark => [1, 2].map(async () => ({ mark, said: await knock(key, tool, mark, fresh()) }))),
        )
        const { rows } = await maintain(
          databaseUrl,
          `select a.digest, a.status from action a join permit_use u on u.action_id = a.id where a.digest in (${list})`,
        )
        for (const [at, mark] of marks.entries()) {
          const used = rows.filter(one => one.digest === digests[at])
          const letGo = 1 + more.filter(one => one.mark === mark && one.said?.permissionDecision === 'allow').length
          expect(used.length).toBeGreaterThanOrEqual(letGo)
          for (const one of used) expect(one.status).toBe(tool === 'demo.hold_me' ? 'approved' : 'allowed')
        }
        await recordsAgree(app)
      }
      tallyRounds(task, rounds)
    },
  )
})
