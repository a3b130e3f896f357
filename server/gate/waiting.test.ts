import { Agent, request } from 'node:http'
import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(1)
const [running] = w.servers
const count = 500 * inject('scale')
const scopes = [everything]
const sockets = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
let agent = { id: '', key: '' }
let ann: Person
let n = 0
const soon = { timeout: 30_000, interval: 10 }
const waiting = () => running?.app.gate.waiters.count(agent.id)

beforeAll(async () => {
  await w.tools({ run: {} })
  agent = await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000, waits: 50_000, open_holds: 50_000 } })
  ann = await w.signedIn(w.approver)
})

/** One waiter with a connection of its own. */
function wait(action: string): { answer: Promise<{ status: number; verdict: string }>; hangUp(): void } {
  let hangUp = () => {}
  const answer = new Promise<{ status: number; verdict: string }>((resolve, reject) => {
    const sent = request(`${running?.url}/api/v1/actions/${action}`, {
      agent: sockets,
      headers: { authorization: `Bearer ${agent.key}`, prefer: 'wait=120' },
    })
    hangUp = () => sent.destroy()
    sent.on('error', reject)
    sent.on('response', response => {
      let text = ''
      response.on('data', chunk => (text += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          verdict: /"verdict":"(\w+)"/.exec(text)?.[1] ?? '',
        }),
      )
    })
    sent.end()
  })
  return { answer, hangUp }
}

const hold = async () => (await w.submit(agent.key, { tool: 'run', params: { n: n++ } })).body

describe(`${count} waiters`, () => {
  it(
    'INV-43 D03 hold no connection to the database, and are all told of the decision',
    async () => {
      const held = await hold()
      const waiters = Array.from({ length: count }, () => wait(held.id))
      await vi.waitFor(() => expect(waiting()).toBe(count), soon)
      // Everyone waits. What the instance does by itself (sequencer, engine, one re-read of all) comes and goes; nothing is kept.
      await vi.waitFor(async () => {
        const { rows } = await w.db.pool.query<{ busy: number; open: number }>(
          `select count(*) filter (where state <> 'idle')::int as busy, count(*)::int as open
         from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        )
        expect(rows[0]?.busy).toBe(0)
        // All of the instance's pools together have room for fewer than there are waiters.
        expect(rows[0]?.open).toBeLessThan(40)
      }, soon)
      const review = await ann('POST', `/api/console/holds/${held.hold.id}/reviews`, {
        verdict: 'approve',
        digest: held.digest,
      })
      expect(review.status).toBe(201)
      const answers = await Promise.all(waiters.map(one => one.answer))
      for (const { status, verdict } of answers) expect([status, verdict]).toEqual([200, 'allow'])
      expect(waiting()).toBe(0)
    },
    60_000 * inject('scale'),
  )

  it('INV-43 whoever hangs up is forgotten at once, and the others still wait', async () => {
    const held = await hold()
    const waiters = Array.from({ length: 20 }, () => wait(held.id))
    await vi.waitFor(() => expect(waiting()).toBe(20), soon)
    const gone = waiters.slice(0, 15)
    for (const one of gone) one.hangUp()
    await expect(Promise.all(gone.map(one => one.answer))).rejects.toThrow()
    await vi.waitFor(() => expect(waiting()).toBe(5), soon)
    await ann('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'reject', digest: held.digest })
    for (const { answer } of waiters.slice(15)) expect((await answer).verdict).toBe('deny')
    await Promise.allSettled(gone.map(one => one.answer))
  })

  it('D02 one agent’s cap of waits is its own: beyond it the answer comes at once, still waiting', async () => {
    const small = await w.agent({ scopes, limits: { waits: 3 } })
    await w.gate(small.key, 'GET', '/api/v1/agent')
    const held = (await w.submit(small.key, { tool: 'run', params: { n: n++ } })).body
    const three = [1, 2, 3].map(() =>
      w.gate(small.key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=60' }),
    )
    await vi.waitFor(() => expect(running?.app.gate.waiters.count(small.id)).toBe(3), soon)
    const fourth = await w.gate(small.key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=60' })
    expect([fourth.status, fourth.body.status]).toEqual([202, 'held'])
    await ann('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'approve', digest: held.digest })
    for (const one of await Promise.all(three)) expect(one.body.status).toBe('approved')
  })
})
