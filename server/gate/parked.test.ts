import { describe, expect, it, vi } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
const scopes = [everything]
let gil = await w.signedIn(w.governor)
let n = 0
const soon = { timeout: 10_000, interval: 50 }

/** A call of a tool that nobody has seen. */
async function parked(more: object = {}) {
  const { id: agent, key } = await w.agent({ scopes })
  const tool = `new ${n++}`
  const { body } = await w.submit(key, { tool, ...more })
  expect(body).toMatchObject({ status: 'held', hold: { frozen_at: null } })
  return { agent, key, tool, id: String(body.id), until: Date.parse(body.hold.expires_at) }
}
const read = async ({ key, id }: { key: string; id: string }, wait = 0, at = 0) =>
  (await w.gate(key, 'GET', `/api/v1/actions/${id}`, undefined, { prefer: `wait=${wait}` }, at)).body
const contain = async (agent: string, level: string) => {
  const thrown = await gil('POST', '/api/console/containment', {
    target: { type: 'agent', id: agent },
    level,
    reason: 'something is wrong',
  })
  expect(thrown.status, JSON.stringify(thrown.body)).toBe(201)
  return String(thrown.body.id)
}
const lift = async (id: string) =>
  expect((await gil('POST', `/api/console/containment/${id}/lift`, { reason: 'fine again' })).status).toBe(200)
async function classify(name: string): Promise<void> {
  const { body } = await gil('GET', `/api/console/tools?q=${encodeURIComponent(name)}`)
  const given = { operation: 'read', reversible: true, sensitivity: 'internal' }
  const done = await gil('POST', `/api/console/tools/${body.items[0].id}/classify`, given, {
    'if-match': body.items[0].etag,
  })
  expect(done.status, JSON.stringify(done.body)).toBe(200)
}

describe('a call that waits for its tool to be classified', () => {
  it('is frozen by a pause, and gets back exactly the time that was left', async () => {
    const call = await parked({ deadline_seconds: 600 })
    await w.test.moveClock(100)
    const pause = await contain(call.agent, 'paused')
    await w.test.moveClock(1_000)
    for (const at of [0, 1])
      expect(await read(call, 0, at)).toMatchObject({ status: 'held', hold: { frozen_at: expect.any(String) } })
    // The engines have looked at it since, and know when to look again.
    await vi.waitFor(async () => {
      const { rows } = await w.db.pool.query('select due_at > holdpoint.now() as later from action where id = $1', [
        call.id,
      ])
      expect(rows).toEqual([{ later: true }])
    }, soon)
    await lift(pause)
    const { rows } = await w.db.pool.query<{ took: number }>(
      'select round(extract(epoch from lifted_at - created_at) * 1000)::float8 as took from containment where id = $1',
      [pause],
    )
    const now = await read(call)
    expect(now.hold.frozen_at).toBeNull()
    expect(Math.abs(Date.parse(now.hold.expires_at) - call.until - (rows[0]?.took ?? 0))).toBeLessThanOrEqual(1)
    await w.test.moveClock(490)
    expect((await read(call)).status).toBe('held')
    await w.test.moveClock(11)
    expect(await read(call, 5)).toMatchObject({ status: 'expired', decision: { code: 'tool.unclassified' } })
  })

  it('is what its item is as urgent as, in the queue and on its page: the item itself lives for weeks', async () => {
    const first = await parked({ deadline_seconds: 900 })
    const { id: other, key } = await w.agent({ scopes })
    const later = await w.submit(key, { tool: first.tool, deadline_seconds: 3_600 })
    const sooner = await w.submit(key, { tool: first.tool, deadline_seconds: 300 })
    expect(later.body.hold.id).toBe(sooner.body.hold.id)
    const item = `/api/console/holds/${sooner.body.hold.id}`
    const clocks = async () => {
      const { body: page } = await gil('GET', '/api/console/holds?status=open&limit=200')
      const { body: alone } = await gil('GET', item)
      const line = page.items.find((one: { id: string }) => one.id === sooner.body.hold.id)
      expect(line.soonest_call.total_ms).toBe(alone.soonest_call.total_ms)
      expect(alone.remaining_ms).toBeGreaterThan(86_400_000)
      return alone.soonest_call
    }
    expect(await clocks()).toEqual({ remaining_ms: expect.any(Number), total_ms: 300_000, frozen: false })
    await w.test.moveClock(301)
    expect(await read({ key, id: String(sooner.body.id) }, 5)).toMatchObject({ status: 'expired' })
    const now = await clocks()
    expect(now).toMatchObject({ total_ms: 900_000 })
    expect(now.remaining_ms).toBeLessThanOrEqual(599_000)
    const pause = await contain(first.agent, 'paused')
    // The other agent's has longer, and runs.
    expect(await clocks()).toMatchObject({ total_ms: 3_600_000, frozen: false })
    const both = await contain(other, 'paused')
    expect(await clocks()).toMatchObject({ total_ms: 900_000, frozen: true })
    await lift(pause)
    await lift(both)
  })

  it('that is frozen can be taken back', async () => {
    const call = await parked()
    await contain(call.agent, 'paused')
    const taken = await w.gate(call.key, 'POST', `/api/v1/actions/${call.id}/cancel`, {})
    expect([taken.status, taken.body.status, taken.body.hold.frozen_at]).toEqual([200, 'cancelled', null])
  })

  it('INV-25 is not decided while a pause reaches it, though its tool is classified meanwhile; then it is', async () => {
    const call = await parked()
    const other = await w.agent({ scopes })
    const second = (await w.submit(other.key, { tool: call.tool })).body
    const pause = await contain(call.agent, 'paused')
    await classify(call.tool)
    // Another agent's call of the same tool is answered at once: the engine has been here.
    expect(await read({ key: other.key, id: second.id }, 10)).toMatchObject({ status: 'allowed' })
    expect(await read(call)).toMatchObject({ status: 'held', hold: { frozen_at: expect.any(String) } })
    const told = read(call, 10, 1)
    await lift(pause)
    expect(await told).toMatchObject({ status: 'allowed', decision: { by: 'policy' } })
  })

  it.each([
    ['killed', 'containment.killed'],
    ['quarantined', 'containment.quarantined'],
  ])('INV-29 K04 is answered within 3 s when its agent is %s', async (level, code) => {
    const call = await parked()
    gil = await w.signedIn(w.governor)
    const told = read(call, 20, 1)
    await vi.waitFor(() => expect(w.servers[1]?.app.gate.waiters.count(call.agent)).toBe(1), soon)
    await contain(call.agent, level)
    const began = performance.now()
    expect(await told).toMatchObject({ status: 'contained', decision: { by: 'containment', code } })
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})
