import { expect, it } from 'vitest'
import { newClient, oldClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const [bank, shop] = [upstreamFolder(), upstreamFolder()]
const scope = everything
await w.tools({ bank__look: { operation: 'read' }, shop__look: { operation: 'read' }, look: { operation: 'read' } })
const { key } = await w.agent({ scopes: [scope] })
const start = (servers: object) => startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 0, servers })
const gone = { command: process.execPath, args: ['-e', 'process.exit(1)'] }

it('several servers stand under one endpoint, each call goes to its own, and one that is gone hides no other', async () => {
  const gateway = await start({ bank: bank.stdio, gone, shop: shop.stdio })
  const client = await newClient(gateway.url, key)
  const names = (await client.list()).map(one => one.name)
  expect(names).toEqual(['bank__pay', 'bank__look', 'bank__tell', 'shop__pay', 'shop__look', 'shop__tell'])
  expect(await client.call('shop__look', { n: '1' })).toMatchObject({ isError: false })
  expect([bank.calls().length, shop.calls().length]).toEqual([0, 1])
})

it('of two tools of one name the first server’s is offered, and nothing goes to the other', async () => {
  const gateway = await start({ bank: { ...bank.stdio, prefix: '' }, shop: { ...shop.stdio, prefix: '' } })
  const client = await newClient(gateway.url, key)
  const before = [bank.calls().length, shop.calls().length]
  expect((await client.list()).map(one => one.name)).toEqual(['pay', 'look', 'tell'])
  await client.call('look', { n: '2' })
  expect([bank.calls().length, shop.calls().length]).toEqual([(before[0] ?? 0) + 1, before[1]])
  expect(gateway.said()).toContain('two tools of one name')
})

it('a tool that nobody offers is an error of the protocol, and nobody is asked', async () => {
  const client = await oldClient((await start({ bank: bank.stdio })).url, key)
  await expect(client.call('bank__nothing')).rejects.toThrow('Unknown tool')
})

it('a client without a key, with nobody’s, or from a page of another site is not let in', async () => {
  const { url } = await start({ bank: bank.stdio })
  const knock = (headers: Record<string, string>) =>
    fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', ...headers } })
  const unknown = await knock({})
  expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Holdpoint"'])
  expect((await knock({ authorization: 'Bearer hp_nobody' })).status).toBe(401)
  expect((await knock({ authorization: `Bearer ${key}`, origin: 'https://evil.example' })).status).toBe(403)
})

it('two equal calls at the same time are two actions, each run once', async () => {
  const client = await newClient((await start({ bank: bank.stdio })).url, key)
  const before = bank.calls().length
  await Promise.all([client.call('bank__look', { n: 'same' }), client.call('bank__look', { n: 'same' })])
  expect(bank.calls().length - before).toBe(2)
  const { body } = await w.gate(key, 'GET', '/api/v1/actions')
  expect(new Set(body.items.slice(0, 2).map((one: { id: string }) => one.id)).size).toBe(2)
})
