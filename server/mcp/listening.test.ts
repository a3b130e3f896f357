import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { newClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
/** Keys are revoked on the first instance, and listened by on the other one. */
const url = `${w.servers[1]?.url}/mcp`
const governor = await w.signedIn(w.governor)

const headers = (key: string, more: Record<string, string>) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...more,
})
const message = (method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

/** The stream of a session of 2025-11-25. */
async function ofSession(url: string, key: string): Promise<Response> {
  const clientInfo = { name: 'test', version: '1' }
  const old = { 'mcp-protocol-version': '2025-11-25' }
  const body = message('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  const begun = await fetch(url, { method: 'POST', headers: headers(key, old), body })
  await begun.text()
  const session = begun.headers.get('mcp-session-id') ?? ''
  return fetch(url, { headers: headers(key, { ...old, 'mcp-session-id': session }) })
}

/** The stream of a client of 2026-07-28 that has asked to be told. */
function ofListener(url: string, key: string): Promise<Response> {
  const body = message('subscriptions/listen', {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  })
  const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' }
  return fetch(url, { method: 'POST', headers: headers(key, modern), body })
}

const listeners = [
  ['a session of 2025-11-25', ofSession],
  ['a client of 2026-07-28', ofListener],
] as const

/** Reads a stream until it ends. */
function reading(stream: Response) {
  const read = { text: '', isOver: false }
  const heard = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of stream.body ?? []) read.text += decoder.decode(chunk, { stream: true })
  }
  const over = () => {
    read.isOver = true
  }
  heard().then(over, over)
  return read
}

/** Two agents of whom the second stays, and the stream of each. */
async function two(open: (url: string, key: string) => Promise<Response>, at = url) {
  const [leaving, staying] = await Promise.all([0, 1].map(() => w.agent({ scopes: [everything] })))
  const [ending, going] = await Promise.all([open(at, leaving?.key ?? ''), open(at, staying?.key ?? '')])
  expect([ending.status, going.status]).toEqual([200, 200])
  return { leaving, ending: reading(ending), staying, going: reading(going) }
}

async function revoke(agent: { readonly id: string } | undefined): Promise<void> {
  const { body } = await governor('GET', `/api/console/agents/${agent?.id}`)
  const gone = await governor('DELETE', `/api/console/agents/${agent?.id}/credentials/${body.credentials[0].id}`)
  expect(gone.status).toBeLessThan(300)
}

it.each(listeners)(
  'I02 what listens for %s by a key that is revoked ends, whichever instance it was revoked on; others go on listening',
  async (_name, open) => {
    const { leaving, ending, going } = await two(open)
    await revoke(leaving)
    await expect.poll(() => ending.isOver, { timeout: 20_000 }).toBe(true)
    expect(going.isOver).toBe(false)
  },
)

it.each(listeners)(
  'I02 at a gateway of its own, what listens for %s by a key that is revoked ends instead of being told that lists have changed; others are told',
  async (_name, open) => {
    const upstream = upstreamFolder()
    const tools = (names: readonly string[]) =>
      writeFileSync(
        join(upstream.folder, 'tools.json'),
        JSON.stringify(names.map(name => ({ name, description: name, inputSchema: { type: 'object' } }))),
      )
    tools(['one'])
    const gateway = await startGateway({
      holdpoint: w.servers[0]?.url,
      servers: { bank: { ...upstream.stdio, prefix: '' } },
    })
    const { leaving, ending, staying, going } = await two(open, gateway.url)
    const client = await newClient(gateway.url, staying?.key ?? '')
    await client.list()
    await revoke(leaving)
    // What a gateway takes a key for is half a minute old at most.
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 31_000)
    tools(['one', 'other'])
    await client.list()
    await expect.poll(() => going.text, { timeout: 20_000 }).toContain('notifications/tools/list_changed')
    await expect.poll(() => ending.isOver, { timeout: 20_000 }).toBe(true)
    expect(ending.text).not.toContain('list_changed')
    expect(going.isOver).toBe(false)
    vi.restoreAllMocks()
  },
)

it('what listens by a key whose time is over ends with the next thing that there is to tell; others go on listening', async () => {
  const { leaving, ending, going } = await two(async (at, key) => ofSession(at, key))
  const issued = await governor('POST', `/api/console/agents/${leaving?.id}/credentials`, {
    name: 'for a day',
    expires_in_days: 1,
  })
  expect(issued.status).toBe(201)
  const short = reading(await ofListener(url, issued.body.key))
  await w.test.moveClock(2 * 86_400)
  await w.agent({ scopes: [everything] })
  await expect.poll(() => short.isOver, { timeout: 20_000 }).toBe(true)
  expect([ending.isOver, going.isOver]).toEqual([false, false])
})
