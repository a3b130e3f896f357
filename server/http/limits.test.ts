import { describe, expect, it } from 'vitest'
import { signInOverHttp } from '@/server/testing/people'
import { everything, type Reply, world } from '@/server/testing/world'

const w = await world()
const url = w.servers[0]?.url ?? ''
await w.tools({ look: { operation: 'read' }, write: {} })
const scopes = [everything]

/** A 429 says when to come back, in both ways that clients know, and which of the quotas is used up. */
function expectLimited({ status, headers }: Pick<Reply, 'status' | 'headers'>, quota: string): void {
  expect(status).toBe(429)
  const seconds = headers.get('retry-after')
  expect(seconds).toMatch(/^[1-9]\d*$/)
  expect(headers.get('ratelimit')).toBe(`"${quota}";r=0;t=${seconds}`)
}

describe('429 says when to come back', () => {
  it('to an agent that asks more often than it may, item by item in a batch, and never to one that waits', async () => {
    const { key } = await w.agent({ scopes, limits: { per_second: 1, burst: 3 } })
    const held = (await w.submit(key, { tool: 'write' })).body
    const actions = [1, 2, 3, 4, 5].map(n => ({ tool: 'look', params: { n }, idempotency_key: `k-${n}` }))
    const batch = await w.gate(key, 'POST', '/api/v1/actions/batch', { actions })
    expect(batch.status).toBe(200)
    expect(batch.body.items.at(-1)).toMatchObject({
      status: 429,
      code: 'limit.exceeded',
      title: 'Too many requests',
      retry_after: 1,
    })
    let last = await w.submit(key, { tool: 'look' })
    for (let n = 0; n < 9 && last.status === 200; n++) last = await w.submit(key, { tool: 'look' })
    expectLimited(last, 'requests')
    const waited = await w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=0' })
    expect(waited).toMatchObject({ status: 202 })
    expect(waited.headers.get('retry-after')).toBe('1')
  })

  it('to an agent that reads, cancels and reports more often than it may', async () => {
    for (const [method, path, body] of [
      ['GET', '/api/v1/agent'],
      ['GET', '/api/v1/actions'],
      ['POST', '/api/v1/actions/act_00000000000000000000000000/cancel', {}],
      ['POST', '/api/v1/actions/act_00000000000000000000000000/outcome', { status: 'failed' }],
    ] as const) {
      const { key } = await w.agent({ scopes, limits: { per_second: 1, burst: 2 } })
      let last = await w.gate(key, method, path, body)
      for (let n = 0; n < 9 && last.status !== 429; n++) last = await w.gate(key, method, path, body)
      expectLimited(last, 'requests')
    }
  })

  it('to an agent whose arguments take long to look for, as if it had asked more than once', async () => {
    const { key } = await w.agent({ scopes, limits: { per_second: 1, burst: 3 } })
    const sources = [{ kind: 'tool_result', text: `é${'z'.repeat(200_000)}${'zqwertyz'.repeat(20)}` }]
    const given = { tool: 'look', params: { a: Array(400).fill('qwerty') }, context: { sources } }
    expect((await w.submit(key, given)).status).toBe(200)
    expectLimited(await w.submit(key, { tool: 'look' }), 'requests')
  })

  it('U11 to an agent that has filled the queue', async () => {
    const { key } = await w.agent({ scopes, limits: { open_holds: 1 } })
    expect((await w.submit(key, { tool: 'write' })).status).toBe(202)
    expectLimited(await w.submit(key, { tool: 'write', params: { other: true } }), 'open-holds')
  })

  it('K15 to somebody who throws switches without end', async () => {
    const governor = await w.signedIn(w.governor)
    const { id } = await w.agent()
    const throwOne = () =>
      governor('POST', '/api/console/containment', {
        target: { type: 'agent', id },
        level: 'watched',
        reason: 'again',
      })
    for (let n = 0; n < 30; n++) expect([200, 201]).toContain((await throwOne()).status)
    expectLimited(await throwOne(), 'requests')
  })

  it('to somebody who guesses passwords', async () => {
    for (let n = 0; n < 10; n++) await signInOverHttp(url, w.viewer.email, 'wrong')
    const csrf = await fetch(`${url}/api/auth/csrf`)
    const body = new URLSearchParams({ csrfToken: 'x', email: w.viewer.email, password: 'wrong', json: 'true' })
    const cookie = csrf.headers.getSetCookie().join('; ')
    const asked = await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      body,
      headers: { cookie, origin: url },
    })
    expectLimited(asked, 'requests')
  })
})
