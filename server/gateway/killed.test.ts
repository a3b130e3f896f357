import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, inject, it, vi } from 'vitest'
import { pause } from '@/server/testing/child-app'
import { childGateway } from '@/server/testing/child-gateway'
import { decideHold } from '@/server/testing/deciding'
import { dice } from '@/server/testing/dice'
import { lossy } from '@/server/testing/lossy'
import { rawCall, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const upstream = upstreamFolder()
const network = await lossy(w.servers[0]?.url ?? '')
const gateway = await childGateway({
  holdpoint: network.url,
  servers: { bank: { ...upstream.stdio, prefix: '' } },
})
const scope = everything
await w.tools({ look: { operation: 'read' }, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
const approver = await w.signedIn(w.approver)

afterEach(() => {
  for (const name of ['wait', 'go']) rmSync(join(upstream.folder, name), { force: true })
})

it('a gateway that is asked to stop in mid-call brings the call to its end, answers it and reports it', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const url = await gateway.start()
  const before = upstream.calls().length
  writeFileSync(join(upstream.folder, 'wait'), '')
  const calling = rawCall(url, key, 'stopped', 'look', { recipient: 'stop' })
  await vi.waitFor(() => expect(upstream.calls().length).toBe(before + 1), { timeout: 40_000 })
  const stopping = gateway.stop()
  await vi.waitFor(() => expect(fetch(url)).rejects.toThrow(), { timeout: 40_000 })
  rmSync(join(upstream.folder, 'wait'))
  writeFileSync(join(upstream.folder, 'go'), '')
  expect(await calling).toContain('done look')
  expect(await stopping).toBe(0)
  expect((await w.gate(key, 'GET', '/api/v1/actions')).body.items).toMatchObject([{ outcome: 'succeeded' }])
})

const rounds = 2 * inject('scale')

it(
  `a gateway killed with -9 in the middle of calls runs none without an allow and none twice (${rounds} rounds)`,
  async () => {
    const { key } = await w.agent({ scopes: [scope] })
    const roll = dice(inject('seed'))
    writeFileSync(join(upstream.folder, 'slow'), '')
    let succeeded = 0
    let unknown = 0
    for (let round = 0; round < rounds; round++) {
      const session = `killed-${round}`
      const marks = Array.from({ length: 8 }, (_, at) => `${round}-${at}`)
      let url = await gateway.start()
      await rawCall(url, key, session, 'look', { recipient: `warm-${round}` })
      const calling = Promise.all(
        marks.map(mark => rawCall(url, key, session, 'look', { recipient: mark }).catch(() => null)),
      )
      await pause(roll() * 60)
      await gateway.kill()
      const first = await calling
      url = await gateway.start()
      const again = await Promise.all(
        marks.map((mark, at) => first[at] ?? rawCall(url, key, session, 'look', { recipient: mark })),
      )
      await gateway.stop()
      const { body } = await w.gate(key, 'GET', `/api/v1/actions?session=${session}&limit=200`)
      for (const [at, mark] of marks.entries()) {
        const run = upstream.calls().filter(one => one.arguments?.recipient === mark).length
        const done = again[at]?.includes('done look')
        expect(run).toBeLessThanOrEqual(1)
        expect(run).toBeLessThanOrEqual(body.items.filter((one: { status: string }) => one.status === 'allowed').length)
        if (done) expect(run).toBe(1)
        else expect(again[at]).toContain('nobody knows how it ended')
        if (done) succeeded++
        else unknown++
      }
    }
    expect(succeeded + unknown).toBe(rounds * 8)
  },
  60_000 * inject('scale'),
)

it.each([
  ['has not arrived', 'is run once when the same is asked again', 'before', 1],
  ['is made with nobody left to send', 'is not run, and whoever asks again hears that nobody knows', 'after', 0],
] as const)(
  `T12 INV-21 killed with -9 once the server stands open, where the use of its permit %s: what people approved %s (${rounds} rounds)`,
  async (_, __, lost, runs) => {
    for (let round = 0; round < rounds; round++) {
      const { id, key } = await w.agent({ scopes: [scope] })
      const mark = `${lost}-${round}`
      const params = { amount: '5', recipient: mark }
      const ran = () => upstream.calls().filter(one => one.arguments?.recipient === mark).length
      let url = await gateway.start()
      // The server is connected by now: whoever calls again has nothing to open.
      await rawCall(url, key, 'open', 'look', { recipient: `open ${mark}` })
      const killed = new Promise<void>(done => {
        network.judge((method, path) => {
          if (`${method} ${path}` !== 'POST /api/v1/permits/verify') return 'pass'
          network.judge(null)
          gateway.kill().then(done)
          return lost
        })
      })
      const calling = rawCall(url, key, 'killed', 'pay', params).catch(() => null)
      await decideHold(approver, id, { verdict: 'approve' })
      await killed
      expect(await calling).toBe(null)
      expect(ran()).toBe(0)
      const used = async () =>
        (await w.db.pool.query('select from permit_use where agent_id = $1 and tool = $2', [id, 'pay'])).rowCount
      await vi.waitFor(async () => expect(await used()).toBe(1 - runs))
      url = await gateway.start()
      const again = await rawCall(url, key, 'killed', 'pay', params)
      expect(again).toContain(runs === 1 ? 'done pay' : 'nobody knows how it ended')
      expect([ran(), await used()]).toEqual([runs, 1])
      expect((await w.gate(key, 'GET', '/api/v1/actions?session=killed')).body.items).toHaveLength(1)
      await gateway.stop()
    }
  },
  60_000 * inject('scale'),
)
