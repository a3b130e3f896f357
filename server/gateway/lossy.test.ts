import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { dice } from '@/server/testing/dice'
import { lossy } from '@/server/testing/lossy'
import { newClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const network = await lossy(w.servers[0]?.url ?? '')
const upstream = upstreamFolder()
const scope = everything
const own = await w.agent({
  kind: 'service_account',
  scopes: [{ ...scope, tool_pattern: 'holdpoint.record', resource_pattern: 'agent:*' }, scope],
})
const gateway = await startGateway({
  holdpoint: network.url,
  gateway_key: own.key,
  wait_seconds: 2,
  servers: { bank: { ...upstream.stdio, prefix: '' } },
})
await w.tools({ look: { operation: 'read' } })

const rounds = 20 * inject('scale')

it(
  `with a network to Holdpoint that loses one in five, and a server that dies now and then, nothing runs without an allow and nothing twice (${rounds} calls)`,
  async () => {
    const { key } = await w.agent({ scopes: [scope] })
    const client = await newClient(gateway.url, key)
    const roll = dice(inject('seed'))
    const ended = new Map<string, { ran: boolean; sure: boolean }>()
    for (let round = 0; round < rounds; round++) {
      const mark = `call-${round}`
      const dies = roll() < 0.1
      if (dies) writeFileSync(join(upstream.folder, 'die'), '')
      // Who calls is known already; what is lost is everything that follows.
      network.judge((_, path) => {
        if (path === '/api/v1/agent' || roll() > 0.2) return 'pass'
        return roll() < 0.5 ? 'before' : 'after'
      })
      const said = await client.call('look', { recipient: mark })
      rmSync(join(upstream.folder, 'die'), { force: true })
      ended.set(mark, { ran: !said.isError, sure: said.decision?.status !== 'unknown' })
    }
    network.judge(null)
    const { body } = await w.gate(key, 'GET', '/api/v1/actions?limit=200')
    const allowed = body.items.filter((one: { status: string }) => one.status === 'allowed').length
    let ran = 0
    for (const [mark, { ran: told, sure }] of ended) {
      const times = upstream.calls().filter(one => one.arguments?.recipient === mark).length
      ran += times
      expect(times).toBeLessThanOrEqual(1)
      if (sure) expect(times).toBe(told ? 1 : 0)
    }
    expect(ran).toBeGreaterThan(0)
    if (rounds <= 100) expect(ran).toBeLessThanOrEqual(allowed)
  },
  60_000 * inject('scale'),
)
