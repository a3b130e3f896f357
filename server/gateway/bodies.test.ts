import { connect } from 'node:net'
import { expect, it, vi } from 'vitest'
import { startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const upstream = upstreamFolder()
const gateway = await startGateway({
  holdpoint: w.servers[0]?.url,
  servers: { bank: { ...upstream.stdio, prefix: '' } },
})
const scope = everything
const headers = (key: string) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
})

it('who sends more than a request may be is told so, with 413, however long it goes on sending', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  for (const megabytes of [5, 40]) {
    const body = JSON.stringify({ much: 'x'.repeat(megabytes * 1_048_576) })
    const answer = await fetch(gateway.url, { method: 'POST', headers: headers(key), body })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ error: { message: 'The request is too large.' } })
  }
})

it('who breaks off in the middle of a request is no failure of the gateway', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const { hostname, port } = new URL(gateway.url)
  const said = Object.entries(headers(key)).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(Number(port), hostname)
  socket.write(`POST /mcp HTTP/1.1\r\nhost: localhost\r\n${said.join('')}content-length: 1000\r\n\r\n{"half":`)
  const before = gateway.said()
  // Its key has been asked about, so that its body is being read.
  await vi.waitFor(async () => {
    const { body } = await w.gate(key, 'GET', '/api/v1/agent')
    expect(body.id).toBeTruthy()
  })
  socket.destroy()
  // Another request is served after it, and nothing was logged of the first.
  expect((await fetch(gateway.url, { method: 'POST', headers: headers(key), body: 'no' })).status).toBe(400)
  expect(gateway.said().slice(before.length)).not.toContain('a request has failed')
})

it('an agent that listens by as many streams as it may leaves the others theirs', async () => {
  const [one, other] = [await w.agent({ scopes: [scope] }), await w.agent({ scopes: [scope] })]
  const ending = new AbortController()
  const listen = async (key: string, signal = ending.signal) => {
    const params = {
      notifications: { toolsListChanged: true },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    }
    const answer = await fetch(gateway.url, {
      method: 'POST',
      headers: { ...headers(key), 'mcp-method': 'subscriptions/listen' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
      signal,
    })
    return { answer, streams: answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false }
  }
  for (let n = 0; n < 64; n++) expect((await listen(one.key)).streams).toBe(true)
  const refused = await listen(one.key)
  expect(await refused.answer.json()).toMatchObject({
    error: { message: 'An agent may listen by 64 streams at once.' },
  })
  expect((await listen(other.key)).streams).toBe(true)
  ending.abort()
  // Streams that have ended count no more.
  const later = new AbortController()
  await vi.waitFor(async () => expect((await listen(one.key, later.signal)).streams).toBe(true), { timeout: 5_000 })
  later.abort()
})
