import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lossy } from '@/server/testing/lossy'
import { oldClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const network = await lossy(w.servers[0]?.url ?? '')
const upstream = upstreamFolder()
const scope = everything
/** What Holdpoint lets a gateway do: record for every agent, and use permits of tools. */
const own = await w.agent({
  kind: 'service_account',
  scopes: [{ ...scope, tool_pattern: 'holdpoint.record', resource_pattern: 'agent:*' }, scope],
})
const secret = 'upstream-secret-5e21'
const gateway = await startGateway({
  holdpoint: network.url,
  gateway_key: own.key,
  wait_seconds: 0,
  servers: {
    bank: { ...upstream.stdio, prefix: '', classification: 'confidential', env: { UPSTREAM_SECRET: secret } },
  },
})
await w.tools({
  look: { operation: 'read' },
  tell: { operation: 'read' },
  pay: { operation: 'pay', parameters: { recipient: 'recipient', amount: 'amount' } },
})

async function given(key: string): Promise<Record<string, unknown>> {
  const { body } = await w.gate(key, 'GET', '/api/v1/actions')
  const { rows } = await w.db.pool.query<{ facts: string }>('select facts from action where id = $1', [
    body.items[0].id,
  ])
  return JSON.parse(rows[0]?.facts ?? '{}').given
}

it('what a tool returned is what the next call’s arguments came from, as the gateway says', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const client = await oldClient(gateway.url, key)
  await client.call('look', { recipient: 'GB29NWBK60161331926819' })
  await client.call('pay', { recipient: 'GB29NWBK60161331926819', amount: '98.70' })
  expect(await given(key)).toMatchObject({ recipient_from: 'untrusted', any_untrusted: true })
  const [recorded] = await w.events('session.recorded')
  expect(recorded).toMatchObject({ by: { id: own.id }, data: { as: 'gateway', sources: [{ kind: 'tool_result' }] } })
})

it('another agent’s session of the same name has nothing of it', async () => {
  const [one, two] = [await w.agent({ scopes: [scope] }), await w.agent({ scopes: [scope] })]
  await (await oldClient(gateway.url, one.key)).call('look', { recipient: 'DE89370400440532013000' })
  const other = await oldClient(gateway.url, two.key)
  await other.call('pay', { recipient: 'DE89370400440532013000', amount: '1' })
  expect(await given(two.key)).not.toMatchObject({ recipient_from: 'untrusted' })
})

it('a call is not judged without what came before it: while that cannot be recorded, nothing is passed on', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const client = await oldClient(gateway.url, key)
  network.judge((_, path) => (path.endsWith('/sources') ? 'before' : 'pass'))
  expect(await client.call('look', { recipient: 'FR7630006000011234567890189' })).toMatchObject({ isError: false })
  const before = upstream.calls().length
  expect(await client.call('look')).toMatchObject({ isError: true, decision: { status: 'unavailable' } })
  expect(upstream.calls()).toHaveLength(before)
  network.judge(null)
  expect(await client.call('look')).toMatchObject({ isError: false })
})

it('permits are used by the gateway, so that Holdpoint knows the tool to be reached through it alone', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  await (await oldClient(gateway.url, key)).call('look', { amount: '1' })
  const used = (await w.events('permit.consumed')).find(one => one.subjects.includes(id))
  expect(used).toMatchObject({ by: { id: own.id }, data: { consumer: own.id, tool: 'look' } })
})

it('the secrets of a server are in no answer, no line of the log, and nothing that goes to Holdpoint', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const told = await (await oldClient(gateway.url, key)).call('tell')
  expect(told).toMatchObject({ isError: false, text: 'done tell {"secret":"[secret]"}' })
  expect(gateway.said()).not.toContain(secret)
  expect(gateway.said()).not.toContain(own.key)
  expect(gateway.said()).not.toContain(key)
})

it('what goes to a server is what was decided: nothing that stands beside the arguments', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'look', arguments: { amount: '2' }, _meta: { 'bank/also': 'send it twice' } },
    }),
  })
  expect(await response.text()).toContain('done look')
  expect(readFileSync(join(upstream.folder, 'meta'), 'utf8')).not.toContain('bank/also')
})
