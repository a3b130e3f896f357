import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { type CutProxy, cutProxy } from '@/server/testing/cut-proxy'
import { tallyRounds } from '@/server/testing/tally'
import { everything, type Person, world } from '@/server/testing/world'

let found: CutProxy | null = null
const w = await world(1, { databaseSeconds: 1 }, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const calls = 20 * inject('scale')
const scopes = [everything]
let key = ''
let agent = ''
let ann: Person
let n = 0
const look = () => ({ tool: 'look', operation: 'read', params: { n: n++ } })
const again = { timeout: 30_000, interval: 20 }

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: {} })
  const made = await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000 } })
  key = made.key
  agent = made.id
  ann = await w.signedIn(w.approver)
})
beforeEach(() => {
  proxy.accept()
  return vi.waitFor(async () => expect((await w.submit(key, look())).status).toBe(200), again)
})

/** How much later than asked a timer fires: what this machine is too busy for is no fault of the server in it. */
function lateness(milliseconds: number): Promise<number> {
  const began = performance.now()
  return new Promise(resolve => setTimeout(() => resolve(performance.now() - began - milliseconds), milliseconds))
}

/** How long a call took, and that it ended as an outage should: 503 with Retry-After, and no decision in it. */
async function refused(call: () => ReturnType<typeof w.submit>): Promise<number> {
  const began = performance.now()
  const { status, headers, body } = await call()
  expect(status).toBe(503)
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body.code).toBe('service.unavailable')
  expect(JSON.stringify(body)).not.toContain('"allow"')
  return performance.now() - began
}

describe('the database is out of reach', () => {
  it.for(['refuse', 'swallow', 'deafen', 'stall'] as const)(
    'K03 G07 INV-07 INV-27 (%s) every answer is 503 within 2 s, and it recovers by itself',
    async (how, { task }) => {
      tallyRounds(task, calls)
      const headers = { 'idempotency-key': randomUUID() }
      const action = look()
      const held = (await w.submit(key, { tool: 'run', params: { n: n++ } })).body
      proxy[how]()
      const late = lateness(1_500)
      const times = await Promise.all([
        ...Array.from({ length: calls }, () => refused(() => w.submit(key, look()))),
        refused(() => w.submit(key, action, headers)),
        refused(() => w.submit(key, { tool: 'run', params: { n: n++ } }, { prefer: 'wait=30' })),
        refused(() => w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=30' })),
        refused(() =>
          ann('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'approve', digest: held.digest }),
        ),
        refused(() => w.gate('', 'GET', '/health/ready')),
      ])
      expect(Math.max(...times) - (await late)).toBeLessThan(2_000)
      expect((await w.gate('', 'GET', '/health/live')).status).toBe(200)
      proxy.accept()
      // What nobody was answered may stand or not; the same key is one action either way.
      const answer = await vi.waitFor(async () => {
        const reply = await w.submit(key, action, headers)
        expect(reply.status).toBe(200)
        return reply
      }, again)
      expect(answer.body.status).toBe('allowed')
      const { rows } = await w.db.pool.query('select id from action where key = $1', [headers['idempotency-key']])
      expect(rows).toEqual([{ id: answer.body.id }])
      const review = await ann('POST', `/api/console/holds/${held.hold.id}/reviews`, {
        verdict: 'approve',
        digest: held.digest,
      })
      // Where only the answer was lost, the approval that got 503 may have been counted.
      expect([201, 409]).toContain(review.status)
      expect((await w.gate(key, 'GET', `/api/v1/actions/${held.id}`)).body.status).toBe('approved')
    },
  )

  it('INV-27 INV-04 what arrives after five seconds on the way allows nobody anything twice, and nothing that is decided anew', async () => {
    const asked = Array.from({ length: calls }, () => ({ action: look(), key: randomUUID() }))
    proxy.stall()
    const ask = (one: (typeof asked)[number]) => w.submit(key, one.action, { 'idempotency-key': one.key })
    const late = lateness(5_000)
    // Asked again and again meanwhile, as an agent would: never a permit, also not out of memory.
    const refusals = [1, 2, 3].flatMap(() => asked.map(one => refused(() => ask(one))))
    await Promise.all(refusals)
    await late
    proxy.accept()
    const answers = await vi.waitFor(async () => {
      const all = await Promise.all(asked.map(ask))
      expect(all.map(one => one.status)).toEqual(all.map(() => 200))
      return all
    }, again)
    const { rows } = await w.db.pool.query('select key, id from action where key = any($1) order by key', [
      asked.map(one => one.key),
    ])
    const told = asked.map((one, at) => ({ key: one.key, id: answers[at]?.body.id }))
    expect(rows).toEqual(told.sort((a, b) => (a.key < b.key ? -1 : 1)))
    const decisions = (await w.events('action.decided')).map(event => event.data.action)
    for (const { id } of told) expect(decisions.filter(one => one === id)).toHaveLength(1)
  })

  it('K03 whoever waits when it goes away is not allowed, and is answered when it is back', async () => {
    const held = (await w.submit(key, { tool: 'run', params: { n: n++ } })).body
    const waiting = w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=20' })
    await vi.waitFor(() => expect(w.servers[0]?.app.gate.waiters.count(agent)).toBe(1), again)
    proxy.refuse()
    await refused(() => w.submit(key, look()))
    proxy.accept()
    await vi.waitFor(async () => {
      const review = await ann('POST', `/api/console/holds/${held.hold.id}/reviews`, {
        verdict: 'approve',
        digest: held.digest,
      })
      expect([201, 409]).toContain(review.status)
    }, again)
    const told = await waiting
    if (told.status !== 503) expect(told.body.status).toBe('approved')
    const asked = await w.gate(key, 'GET', `/api/v1/actions/${held.id}`)
    expect(asked.body.status).toBe('approved')
  })
})
