import { expect, it } from 'vitest'
import { newClient, startGateway } from '@/server/testing/mcp'
import { rudeServer } from '@/server/testing/rude-server'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ 'rude.look': { operation: 'read' } })
const agent = await w.agent({ scopes: [everything] })
const { url, rude, streams } = await rudeServer()
const servers = { rude: { url, prefix: 'rude.' } }
const start = () => startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 0, servers })

it('a server that hears no farewell keeps nobody waiting, and is called again once it is well', async () => {
  const client = await newClient((await start()).url, agent.key)
  expect(await client.call('rude.look')).toMatchObject({ isError: false })
  Object.assign(rude, { ill: true, deaf: true })
  // The first is lost with its session; the next connects anew, and is told nothing of what there is.
  for (let n = 0; n < 2; n++) expect(await client.call('rude.look', { n })).toMatchObject({ isError: true })
  rude.ill = false
  await expect
    .poll(async () => (await client.call('rude.look', { again: true })).isError, { timeout: 20_000 })
    .toBe(false)
  rude.deaf = false
})

it('a server that ends its stream at once is come back to every second, not as fast as it says', async () => {
  rude.restless = true
  const client = await newClient((await start()).url, agent.key)
  await client.list()
  streams.length = 0
  await expect.poll(() => streams.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  const [first = 0, , third = 0] = streams
  expect(third - first).toBeGreaterThan(1_900)
  rude.restless = false
})
