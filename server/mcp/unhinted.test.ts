import { expect, it } from 'vitest'
import { deafen } from '@/server/testing/deaf'
import { newClient, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { everything, world } from '@/server/testing/world'

const w = await world(2, { fetchAllow: ['127.0.0.1'] })
/** Things change on the first instance, and are called on the other one. */
const there = `${w.servers[1]?.url}/mcp`
const governor = await w.signedIn(w.governor)
const serveHttp = httpUpstreams()

/** A server behind Holdpoint, connected on the other instance, and an agent that may call its `look`. */
async function served(name: string) {
  const upstream = upstreamFolder()
  await w.tools({ [`${name}__look`]: { operation: 'read' } })
  const { body } = await governor('POST', '/api/console/mcp-servers', { name, url: await serveHttp(upstream) })
  const agent = await w.agent({ scopes: [everything] })
  const client = await newClient(there, agent.key)
  expect((await client.list()).map(one => one.name)).toContain(`${name}__look`)
  const look = (n: number) => client.call(`${name}__look`, { n })
  expect(await look(1)).toMatchObject({ isError: false })
  expect(upstream.calls()).toHaveLength(1)
  return { upstream, id: body.id, agent, client, look }
}

it('a server that was removed is sent nothing by an instance that has not heard of it', async () => {
  const { upstream, id, look } = await served('till')
  await deafen(w)
  expect((await governor('DELETE', `/api/console/mcp-servers/${id}`)).status).toBe(204)
  expect(await look(2)).toMatchObject({ isError: true, decision: { status: 'failed' } })
  await expect(look(3)).rejects.toThrow('Unknown tool')
  expect(upstream.calls()).toHaveLength(1)
})

it('K12 with a key that was revoked nothing is called, and nothing listed, on an instance that has not heard of it', async () => {
  const { upstream, agent, client, look } = await served('bank')
  const path = `/api/console/agents/${agent.id}/credentials`
  const [credential] = (await governor('GET', path)).body.items
  await deafen(w)
  expect((await governor('DELETE', `${path}/${credential.id}`)).status).toBe(204)
  expect(await look(2)).toMatchObject({
    isError: true,
    decision: { status: 'unavailable', code: 'credential.invalid' },
  })
  await expect(look(3)).rejects.toThrow()
  await expect(client.list()).rejects.toThrow()
  expect(upstream.calls()).toHaveLength(1)
})
