import { expect, it, vi } from 'vitest'
import { decideHold } from '@/server/testing/deciding'
import { newClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const w = await world()
const approver = await w.signedIn(w.approver)
const upstream = upstreamFolder()
const gateway = await startGateway({
  holdpoint: w.servers[0]?.url,
  wait_seconds: 10,
  servers: { bank: { ...upstream.stdio, prefix: '' } },
})
const scope = everything
await w.tools({
  pay: { operation: 'pay', parameters: { amount: 'amount' } },
  look: { operation: 'read', parameters: { amount: 'amount' } },
  tell: { operation: 'read' },
})
await inForce(
  w,
  packWith(`
@id("cap") @reason("At most 100 at a time.") @constrain("cap $amount 100")
forbid (principal, action == Action::"read", resource)
when { context has amount && context.amount.greaterThan(decimal("100.0")) } unless { context.constrained };
@id("kept") @reason("Without the secret.") @obligation("mask:secret")
permit (principal, action == Action::"read", resource) when { context.tool == "tell" };`),
)
const last = () => upstream.calls().at(-1)

it('what an approver changed is what is sent', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const client = await newClient(gateway.url, key)
  const calling = client.call('pay', { amount: '60.00', recipient: 'X' })
  const params = { amount: '40.00', recipient: 'X' }
  await decideHold(approver, id, { verdict: 'approve', params })
  expect(await calling).toMatchObject({ isError: false, text: 'done pay {"amount":"40.00","recipient":"X"}' })
  expect(last()).toEqual({ name: 'pay', arguments: params })
})

it('what policy constrained is what is sent', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const client = await newClient(gateway.url, key)
  expect(await client.call('look', { amount: '250.00' })).toMatchObject({ isError: false })
  expect(last()).toEqual({ name: 'look', arguments: { amount: '100' } })
})

it('what is allowed with an obligation that the gateway cannot keep is not sent, and says so', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const client = await newClient(gateway.url, key)
  const before = upstream.calls().length
  expect(await client.call('tell')).toMatchObject({ isError: true, decision: { code: 'obligation.unkept' } })
  expect(upstream.calls()).toHaveLength(before)
  await vi.waitFor(async () => {
    const { body } = await w.gate(key, 'GET', '/api/v1/actions')
    expect(body.items).toMatchObject([{ status: 'allowed', outcome: 'failed' }])
  })
})
