import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { newClient, oldClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const governor = await w.signedIn(w.governor)
const scope = everything
const agent = await w.agent({ scopes: [scope] })
const own = await w.agent({
  kind: 'service_account',
  scopes: [{ ...scope, tool_pattern: 'holdpoint.catalogue', resource_pattern: 'tools:*' }],
})
const secret = 'hunter2-hunter2'

it('a server that says in its definitions, or beside its answers, how it is called tells neither clients nor people nor the log', async () => {
  const upstream = upstreamFolder()
  const schema = { type: 'object', properties: { n: { type: 'string', description: `as ${secret}`, default: secret } } }
  writeFileSync(
    join(upstream.folder, 'tools.json'),
    JSON.stringify([{ name: 's.look', description: `Looks with ${secret}`, inputSchema: schema }]),
  )
  const gateway = await startGateway({
    holdpoint: w.servers[0]?.url,
    gateway_key: own.key,
    servers: { bank: { ...upstream.stdio, env: { UPSTREAM_SECRET: secret }, prefix: '' } },
  })
  for (const connect of [newClient, oldClient]) {
    const listed = JSON.stringify(await (await connect(gateway.url, agent.key)).list())
    expect(listed).toContain('Looks with [secret]')
    expect(listed).not.toContain(secret)
  }
  const { body } = await governor('GET', '/api/console/tools?q=s.look')
  expect(body.items).toMatchObject([{ description: 'Looks with [secret]' }])
  await vi.waitFor(() => expect(gateway.said()).toContain('called with [secret]'))
  expect(gateway.said()).not.toContain(secret)
})
