import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OldPipe } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitRequestSchema, PromptListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { childGateway } from '@/server/testing/child-gateway'
import { startGateway, upstreamFolder } from '@/server/testing/mcp'
import { conforming, richClient } from '@/server/testing/passing'
import { everything, world } from '@/server/testing/world'
import { caps } from './sessions'

const w = await world()
const scope = everything
const counting = upstreamFolder()
const names = ['test_simple_text', 'test_elicitation', 'test_trigger_prompt_change', 'resources/read']
await w.tools(Object.fromEntries(names.map(name => [`all__${name}`, { operation: 'read' as const }])))
const holdpoint = w.servers[0]?.url
const upstream = conforming('2026')
const servers = { all: upstream.stdio }
await w.tools({ count__look: { operation: 'read' } })
const agent = () => w.agent({ scopes: [scope] })

const headers = (key: string, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
  ...more,
})

const gateway = await startGateway({ holdpoint, wait_seconds: 0, servers: { ...servers, count: counting.stdio } })

describe('a session of 2025-11-25', () => {
  const begin = async (key: string) => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    const response = await fetch(gateway.url, { method: 'POST', headers: headers(key), body })
    await response.text()
    return response.headers.get('mcp-session-id') ?? ''
  }
  const send = async (key: string, session: string, method: string, body?: object) => {
    const more = {
      headers: headers(key, { 'mcp-session-id': session }),
      ...(body ? { body: JSON.stringify(body) } : {}),
    }
    const stop = new AbortController()
    const response = await fetch(gateway.url, { method, ...more, signal: stop.signal })
    const text = method === 'GET' ? '' : await response.text()
    stop.abort()
    return { status: response.status, text }
  }
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} }

  it('is over when its client says so, and nobody goes on with it', async () => {
    const { key } = await agent()
    const session = await begin(key)
    expect((await send(key, session, 'POST', list)).text).toContain('all__test_simple_text')
    expect((await send(key, session, 'DELETE')).status).toBe(200)
    expect((await send(key, session, 'POST', list)).status).toBe(404)
    expect((await send(key, session, 'GET')).status).toBe(404)
  })

  it('is its agent’s alone: another that knows its name hears nothing of it, and does not end it', async () => {
    const [mine, other] = [await agent(), await agent()]
    const session = await begin(mine.key)
    expect((await send(other.key, session, 'GET')).status).toBe(405)
    expect((await send(other.key, session, 'DELETE')).status).toBe(405)
    expect((await send(mine.key, session, 'POST', list)).status).toBe(200)
    expect((await send(mine.key, session, 'GET')).status).toBe(200)
  })

  it('is kept however many another agent begins: of that one the session idle for longest is forgotten', async () => {
    const [mine, other] = [await agent(), await agent()]
    const session = await begin(mine.key)
    const [first, second] = [await begin(other.key), await begin(other.key)]
    // Used since: now the second is the one that has been idle for longest.
    expect((await send(other.key, first, 'POST', list)).status).toBe(200)
    for (let left = caps.ofOne - 1; left > 0; left -= 20)
      await Promise.all(Array.from({ length: Math.min(left, 20) }, () => begin(other.key)))
    const heard = async (key: string, one: string) => (await send(key, one, 'GET')).status
    expect([await heard(mine.key, session), await heard(other.key, first), await heard(other.key, second)]).toEqual([
      200, 200, 405,
    ])
    // What is forgotten goes on all the same.
    expect((await send(other.key, second, 'POST', list)).status).toBe(200)
  })

  it('takes no second request by an id that is still being answered: no call hears what another returned', async () => {
    const { key } = await agent()
    const session = await begin(key)
    const look = (who: string, id: number | string = 7) =>
      send(key, session, 'POST', {
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'count__look', arguments: { who } },
      })
    appendFileSync(join(counting.folder, 'wait'), '')
    const first = look('first')
    await expect.poll(() => counting.calls().length, { timeout: 20_000 }).toBe(1)
    const second = await look('second')
    expect([second.status, JSON.parse(second.text)]).toEqual([
      400,
      { jsonrpc: '2.0', id: 7, error: { code: -32_600, message: expect.stringContaining('still being answered') } },
    ])
    // A text is another id than the number that it looks like.
    const third = look('third', '7')
    await expect.poll(() => counting.calls().length, { timeout: 20_000 }).toBe(2)
    appendFileSync(join(counting.folder, 'go'), '')
    for (const [asked, who] of [[first, 'first'] as const, [third, 'third'] as const])
      expect((await asked).text).toContain(`\\"who\\":\\"${who}\\"`)
    // Once it is answered it may be used again.
    expect((await look('fourth')).text).toContain('fourth')
    expect(counting.calls().map(one => one.arguments?.who)).toEqual(['first', 'third', 'fourth'])
  })
})

describe('over a pipe', () => {
  const opened: { close(): Promise<void> }[] = []
  afterAll(async () => void (await Promise.all(opened.map(one => one.close()))))

  it.each(['2026-07-28', '2025-11-25'])('a client of %s reads, is asked, and is told what changes', async revision => {
    const { key } = await agent()
    const { piped } = await childGateway({ holdpoint, wait_seconds: 0, servers })
    const started = { command: process.execPath, args: piped, env: { HOLDPOINT_KEY: key }, stderr: 'ignore' as const }
    const capabilities = { elicitation: {} }
    const changed = vi.fn()
    const answer = { action: 'accept' as const, content: { response: 'Ada' } }
    const modern = async () => {
      const client = new Client(
        { name: 'test', version: '1' },
        {
          capabilities,
          versionNegotiation: { mode: { pin: revision } },
          listChanged: { prompts: { autoRefresh: false, debounceMs: 0, onChanged: () => changed() } },
        },
      )
      client.setRequestHandler('elicitation/create', () => answer)
      await client.connect(new StdioClientTransport(started))
      return client
    }
    const old = async () => {
      const client = new OldClient({ name: 'test', version: '1' }, { capabilities })
      client.setRequestHandler(ElicitRequestSchema, () => answer)
      client.setNotificationHandler(PromptListChangedNotificationSchema, () => changed())
      await client.connect(new OldPipe(started))
      return client
    }
    const client = revision === '2026-07-28' ? await modern() : await old()
    opened.push(client)
    const { contents } = await client.readResource({ uri: 'mcp:all:test://static-text' })
    expect(contents).toMatchObject([{ uri: 'mcp:all:test://static-text' }])
    const said = await client.callTool({ name: 'all__test_elicitation', arguments: { message: 'Who?' } })
    expect(JSON.stringify(said)).toContain('Ada')
    await client.callTool({ name: 'all__test_trigger_prompt_change', arguments: {} })
    await vi.waitFor(() => expect(changed).toHaveBeenCalled())
  })
})

it('a gateway that is asked to stop does not wait for clients that are being asked: their calls have failed', async () => {
  const stopping = await startGateway({ holdpoint, wait_seconds: 0, servers })
  const { key } = await agent()
  const asked = Promise.withResolvers<void>()
  const elicit = () => {
    asked.resolve()
    return new Promise<never>(() => undefined)
  }
  const client = await richClient('modern', stopping.url, key, { elicit })
  client.call('all__test_elicitation', { message: 'Who?' }).catch(() => undefined)
  await asked.promise
  await stopping.close()
  const outcomes = async () => (await w.gate(key, 'GET', '/api/v1/actions')).body.items
  await vi.waitFor(async () => expect(await outcomes()).toMatchObject([{ status: 'allowed', outcome: 'failed' }]))
})
