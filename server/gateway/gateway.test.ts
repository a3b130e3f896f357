import { describe, expect, it, vi } from 'vitest'
import { decideHold } from '@/server/testing/deciding'
import { newClient, oldClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const holdpoint = w.servers[0]?.url ?? ''
const approver = await w.signedIn(w.approver)
const upstream = upstreamFolder()
const gateway = await startGateway({
  holdpoint,
  wait_seconds: 2,
  servers: { bank: upstream.stdio },
})
const everywhere = everything
await w.tools({
  bank__look: { operation: 'read' },
  bank__pay: { operation: 'pay', parameters: { amount: 'amount' } },
  bank__tell: { operation: 'read' },
})

const clients = [
  ['2026-07-28', newClient],
  ['2025-11-25', oldClient],
] as const

describe.each(clients)('an unmodified client of %s', (_, connect) => {
  it('lists the tools of every server under its name', async () => {
    const { key } = await w.agent({ scopes: [everywhere] })
    const tools = await (await connect(gateway.url, key)).list()
    expect(tools.map(one => one.name)).toEqual(['bank__pay', 'bank__look', 'bank__tell'])
    expect(tools[0]?.inputSchema).toMatchObject({ properties: { amount: { type: 'string' } } })
  })

  it('has what policy allows done at once, and its outcome is reported', async () => {
    const { key } = await w.agent({ scopes: [everywhere] })
    const client = await connect(gateway.url, key)
    const before = upstream.calls().length
    const result = await client.call('bank__look', { recipient: 'x' })
    expect(result).toEqual({ text: 'done look {"recipient":"x"}', isError: false, decision: null })
    expect(upstream.calls().slice(before)).toEqual([{ name: 'look', arguments: { recipient: 'x' } }])
    await vi.waitFor(async () => {
      const { body } = await w.gate(key, 'GET', '/api/v1/actions')
      expect(body.items).toMatchObject([{ status: 'allowed', outcome: 'succeeded' }])
    })
  })

  it('waits while people decide, and what they approve is done once', async () => {
    const { id, key } = await w.agent({ scopes: [everywhere] })
    const client = await connect(gateway.url, key)
    const before = upstream.calls().length
    const made: unknown[] = []
    const calling = client.call('bank__pay', { amount: '5' }, { progress: one => made.push(one) })
    await decideHold(approver, id, { verdict: 'approve' })
    expect(await calling).toMatchObject({ isError: false, text: 'done pay {"amount":"5"}' })
    expect(upstream.calls().slice(before)).toHaveLength(1)
    expect(made[0]).toMatchObject({ progress: 1, message: expect.stringContaining('/approvals/hld_') })
  })

  it('hears why it was refused, and nothing is sent', async () => {
    const { id, key } = await w.agent({ scopes: [everywhere] })
    const client = await connect(gateway.url, key)
    const before = upstream.calls().length
    const calling = client.call('bank__pay', { amount: '6' })
    await decideHold(approver, id, { verdict: 'reject', comment: 'not this month' })
    const result = await calling
    expect(result).toMatchObject({ isError: true, decision: { status: 'denied', code: 'hold.rejected' } })
    expect(result.text).toContain('not this month')
    expect(upstream.calls()).toHaveLength(before)
  })

  it('hears that a call is pending, and the same call asked again picks it up', async () => {
    const { id, key } = await w.agent({ scopes: [everywhere] })
    const client = await connect(gateway.url, key)
    const before = upstream.calls().length
    const call = () => client.call('bank__pay', { amount: '7' })
    const first = await call()
    expect(first).toMatchObject({ isError: true, decision: { status: 'pending', code: 'hold.open' } })
    expect(first.text).toContain(first.decision?.action)
    expect(upstream.calls()).toHaveLength(before)
    await decideHold(approver, id, { verdict: 'approve' })
    expect(await call()).toMatchObject({ isError: false, text: 'done pay {"amount":"7"}' })
    expect(upstream.calls().slice(before)).toHaveLength(1)
    const { body } = await w.gate(key, 'GET', '/api/v1/actions')
    expect(body.items.map((one: { id: string }) => one.id)).toEqual([first.decision?.action])
  })
})
