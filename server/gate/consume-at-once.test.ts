import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { permitScopes, permitSpeech } from '@/server/testing/permits'
import { tallyRounds } from '@/server/testing/tally'
import { world } from '@/server/testing/world'

const scale = inject('scale')
const w = await world(2)
const { verify } = permitSpeech(w)
let agent: { id: string; key: string }
let executor: { id: string; key: string }

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: { parameters: { n: 'count' } } })
  agent = await w.agent({ scopes: permitScopes })
  executor = await w.agent({ scopes: permitScopes, kind: 'service_account' })
})

const action = { tool: 'look', params: { n: 1 } }
/** Submits by raw HTTP: the header that says what was done is read. */
async function submit(body: object, headers: Record<string, string>, at = 0) {
  const response = await fetch(`${w.servers[at]?.url}/api/v1/actions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${agent.key}`,
      prefer: 'wait=0, consume',
      'idempotency-key': randomUUID(),
      ...headers,
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, used: response.headers.get('preference-applied'), body: await response.json() }
}
const uses = async (id: string): Promise<unknown[]> =>
  (await w.db.pool.query('select consumer_id, key, receipt from permit_use where action_id = $1', [id])).rows
const told = async (id: string): Promise<unknown[]> =>
  (await w.db.pool.query('select type from event where subjects @> array[$1] order by id', [id])).rows

describe('Prefer: consume', () => {
  it('INV-21 INV-26 uses what the gate allows in the commit of the decision, and says so', async () => {
    const key = randomUUID()
    const { status, used, body } = await submit(action, { 'idempotency-key': key })
    expect({ status, used }).toEqual({ status: 200, used: 'consume' })
    expect(body).toMatchObject({ status: 'allowed', permit: null })
    expect(await uses(body.id)).toEqual([{ consumer_id: agent.id, key, receipt: expect.stringMatching(/^rcp_/) }])
    expect(await told(body.id)).toEqual([{ type: 'action.decided' }, { type: 'permit.consumed' }])
  })

  it('T12 T16 whose answer was lost finds its receipt by the same key, and nobody else uses it again', async () => {
    const key = randomUUID()
    await submit(action, { 'idempotency-key': key })
    const again = await submit(action, { 'idempotency-key': key }, 1)
    expect(again).toMatchObject({ used: null, body: { status: 'allowed', permit: expect.any(String) } })
    const mine = await verify(agent.key, again.body.permit, {}, 1, { 'idempotency-key': key })
    expect(mine.body).toMatchObject({ valid: true, receipt: { id: expect.stringMatching(/^rcp_/) } })
    expect(await uses(again.body.id)).toEqual([{ consumer_id: agent.id, key, receipt: mine.body.receipt.id }])
    const others = [await verify(agent.key, again.body.permit), await verify(executor.key, again.body.permit)]
    expect(others.map(one => one.body.reason)).toEqual(['already_used', 'already_used'])
  })

  it('INV-21 of the same key on two instances at once one use is made, and at most one answer says it was', async () => {
    for (let round = 0; round < 10; round++) {
      const key = randomUUID()
      const both = await Promise.all([0, 1, 0, 1].map(at => submit(action, { 'idempotency-key': key }, at)))
      expect(new Set(both.map(one => one.body.id)).size).toBe(1)
      expect(both.filter(one => one.used === 'consume')).toHaveLength(1)
      expect(await uses(both[0]?.body.id)).toHaveLength(1)
    }
  })

  it('uses it for the system whose key came with it, where that may execute the tool', async () => {
    const mine = await submit(action, { 'holdpoint-executor': executor.key })
    expect(mine.used).toBe('consume')
    expect(await uses(mine.body.id)).toMatchObject([{ consumer_id: executor.id }])
  })

  it.each([
    ['another AI agent', async () => (await w.agent({ scopes: permitScopes })).key],
    ['a system without a scope for the tool', async () => (await w.agent({ kind: 'service_account', scopes: [] })).key],
    ['nobody', async () => 'hp_nothing'],
  ])('T07 T11 uses nothing for %s: there is a permit then, unused', async (_, key) => {
    const { used, body } = await submit(action, { 'holdpoint-executor': await key() })
    expect({ used, permit: body.permit }).toEqual({ used: null, permit: expect.any(String) })
    expect(await uses(body.id)).toEqual([])
  })

  it('uses nothing of what is held, and nothing without a key by which it can be asked for again', async () => {
    const held = await submit({ tool: 'run', params: { n: 1 } }, {})
    expect(held).toMatchObject({ status: 202, body: { status: 'held' } })
    expect(await uses(held.body.id)).toEqual([])
    const plain = await fetch(`${w.servers[0]?.url}/api/v1/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${agent.key}`, prefer: 'consume' },
      body: JSON.stringify(action),
    })
    expect(plain.headers.get('preference-applied')).toBeNull()
    expect(await uses((await plain.json()).id)).toEqual([])
  })

  it('T16 a run of the same whose end nobody knows is not followed by a use', async () => {
    const same = { tool: 'look', params: { n: 77 } }
    const first = await submit(same, {})
    await w.gate(agent.key, 'POST', `/api/v1/actions/${first.body.id}/outcome`, { status: 'unknown' })
    const next = await submit(same, {})
    expect(next).toMatchObject({ status: 202, used: 'wait=0' })
    expect(await uses(next.body.id)).toEqual([])
  })

  it(
    'K02 K09 INV-25 INV-26 nothing is used behind a kill, by the order of the log, and nothing that it ended is used after it',
    async ({ task }) => {
      const rounds = scale * 4
      // Nobody throws more than 30 switches a minute (K15).
      const governors = await Promise.all(
        Array.from({ length: Math.ceil(rounds / 30) }, async (_, n) =>
          w.signedIn(await w.person(`Governor ${n}`, [{ role: 'governor', team_id: null }]), 1),
        ),
      )
      for (let round = 0; round < rounds; round++) {
        const session = randomUUID()
        const target = { type: 'session', id: `${agent.id}/${session}` }
        let acknowledged = Number.POSITIVE_INFINITY
        let asked = 0
        const killing = Promise.withResolvers<number>()
        const kill = async () => {
          const governor = governors[Math.floor(round / 30)]
          const done = await governor?.('POST', '/api/console/containment', { target, level: 'killed', reason: 'stop' })
          acknowledged = performance.now()
          killing.resolve(done?.status ?? 0)
        }
        const answers: { began: number; used: string | null; body: { id: string; status: string } }[] = []
        const worker = async (at: number) => {
          while (answers.length < 40) {
            if (asked++ === 12) void kill()
            const began = performance.now()
            answers.push({ began, ...(await submit({ ...action, context: { session } }, {}, at)) })
          }
        }
        await Promise.all([0, 1, 0, 1].map(worker))
        expect(await killing.promise).toBe(201)
        answers.push({ began: performance.now(), ...(await submit({ ...action, context: { session } }, {})) })
        for (const { began, used, body } of answers)
          if (began > acknowledged) expect({ used, status: body.status }).toEqual({ used: null, status: 'denied' })
        const { rows } = await w.db.pool.query<{ late: number; uses: number }>(
          `select count(*) filter (where u.id > k.id)::int as late, count(*)::int as uses from event u
           join event k on k.type = 'containment.engaged' and k.body like $1
           where u.type = 'permit.consumed' and u.subjects && $2`,
          [`%${session}%`, answers.map(({ body }) => body.id)],
        )
        expect(rows[0]).toEqual({ late: 0, uses: answers.filter(({ used }) => used === 'consume').length })
      }
      tallyRounds(task, rounds)
    },
    60_000 * scale,
  )
})
