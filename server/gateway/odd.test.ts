import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '@/server/root'
import { startGateway } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const tools = ['stay', 'release', 'ask', 'deep', 'lose', 'chat']
await w.tools(Object.fromEntries(tools.map(name => [`odd__${name}`, { operation: 'read' as const }])))
const odd = { command: process.execPath, args: [join(root, 'server/testing/odd-mcp-server.ts')] }
const gateway = await startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 0, servers: { odd } })
let ids = 100

/** A session of 2025-11-25 whose client can be asked, spoken by hand. */
async function session() {
  const { key, id: agent } = await w.agent({ scopes: [everything] })
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  const send = (body: string | Buffer<ArrayBuffer>, more: Record<string, string> = {}) =>
    fetch(gateway.url, { method: 'POST', headers: { ...headers, ...more }, body })
  const raw = async (body: string | Buffer<ArrayBuffer>, more: Record<string, string> = {}) => {
    const response = await send(body, more)
    return { status: response.status, text: await response.text(), head: response.headers }
  }
  const post = (body: object, more?: Record<string, string>) => raw(JSON.stringify(body), more)
  const request = (method: string, params: object, id: number | string = ids++) => ({
    jsonrpc: '2.0',
    id,
    method,
    params,
  })
  const clientInfo = { name: 'test', version: '1' }
  const begun = await post(
    request('initialize', { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo }),
  )
  const named = { 'mcp-session-id': begun.head.get('mcp-session-id') ?? '' }
  const call = (name: string, args: object = {}, id: number | string = ids++) =>
    post(request('tools/call', { name: `odd__${name}`, arguments: args }, id), named)
  /** Calls a tool that tells of progress, up to what its server said it would come to; the rest is told once the call ends. */
  async function until(progress: number, name: string, args: object = {}, id: number | string = ids++) {
    const params = { name: `odd__${name}`, arguments: args, _meta: { progressToken: `of ${id}` } }
    const { body } = await send(JSON.stringify(request('tools/call', params, id)), named)
    const parts = body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const more = async () => {
      const { done, value } = (await parts?.read()) ?? { done: true, value: undefined }
      text += value ?? ''
      return !done
    }
    while (!text.includes(`"progress":${progress},`)) if (!(await more())) throw new Error(`it ended early: ${text}`)
    return {
      async rest() {
        while (await more());
        return text
      },
    }
  }
  return { agent, send, raw, post, request, named, call, until }
}

describe('a server and clients that do what they should not', () => {
  it('what a server of 2025-11-25 asks while several calls run is asked of none: one would answer for another', async () => {
    const { call, until } = await session()
    const staying = await until(1, 'stay')
    expect((await call('ask')).text).toContain('Several calls run')
    expect((await call('release')).text).toContain('released')
    const text = await staying.rest()
    expect(text).toContain('stayed')
    expect(text).not.toContain('elicitation/create')
  })

  it('the stream of a call that was taken back ends, and its id is free', async () => {
    const { post, named, request, until } = await session()
    const staying = await until(1, 'stay', {}, 'mine')
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'mine' } }
    expect((await post(cancelled, named)).status).toBe(202)
    expect(await staying.rest()).not.toContain('"result"')
    const again = await post(request('tools/list', {}, 'mine'), named)
    expect([again.status, again.text.includes('odd__stay')]).toEqual([200, true])
  })

  it('an answer that is nested too deeply to be passed on is said to be unknown, and is never told as done', async () => {
    const { agent, call } = await session()
    expect((await call('deep', { levels: 900 })).text).toContain('[[[')
    expect((await call('deep', { levels: 20_000 })).text).toContain('nested too deeply')
    const outcomes = async () =>
      (await w.db.pool.query('select outcome from action where agent_id = $1 order by id', [agent])).rows
    await expect.poll(outcomes, { timeout: 20_000 }).toEqual([{ outcome: 'succeeded' }, { outcome: 'unknown' }])
  })

  it('tells its client how far it has come no faster than anybody reads it, however often its server says so, and in the end the last', async () => {
    const { call, until } = await session()
    const began = performance.now()
    const telling = await until(20_000, 'chat', { levels: 20_000 })
    expect((await call('release')).text).toContain('released')
    const text = await telling.rest()
    const seconds = (performance.now() - began) / 1_000
    expect(text).toContain('stayed')
    const heard = (text.match(/"progress":\d+/g) ?? []).map(one => Number(one.slice('"progress":'.length)))
    expect(heard.slice(0, 2)).toEqual([1, 2])
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(heard.length).toBeGreaterThan(100)
    expect(heard.length).toBeLessThanOrEqual(100 + 20 * seconds)
  })

  it.each([
    ['nothing odd', 0],
    ['U+0000', 1],
    ['half a letter', 2],
    ['60,000 letters', 3],
  ])(
    'how a call ended is never lost for what its server says of it (%s): nobody knows, and it is not run again',
    async (_name, levels) => {
      const { agent, call } = await session()
      expect((await call('lose', { levels })).text).toContain('nobody knows how it ended')
      const outcomes = async () =>
        (await w.db.pool.query('select outcome from action where agent_id = $1 order by id', [agent])).rows
      await expect.poll(outcomes, { timeout: 20_000 }).toEqual([{ outcome: 'unknown' }])
      expect((await call('lose', { levels })).text).toContain('waits for people')
      expect(await outcomes()).toEqual([{ outcome: 'unknown' }, { outcome: null }])
    },
  )

  it.each([
    ['an id that no session should keep', 'x'.repeat(1_001)],
    ['an id twice in one body', 'twice'],
  ])('%s is refused, in a session and without', async (_name, id) => {
    const { post, named, request } = await session()
    const list = request('tools/list', {}, id)
    const body = id === 'twice' ? [list, list] : list
    for (const more of [named, {}]) {
      const { status, text } = await post(body, more)
      expect([status, JSON.parse(text).error.code]).toEqual([400, -32_600])
    }
  })

  it.each([
    ['nested more deeply than anybody reads', `{"n":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['half a letter', '{"n":"\\ud800"}'],
    ['a number past all numbers', '{"n":1e999}'],
    ['an integer that servers would round', '{"n":9007199254740993}'],
    ['a name that scripts read as something else', '{"__proto__":{"n":1}}'],
    ['one name twice', '{"n":1,"n":2}'],
    ['bytes that are no text', Buffer.from('{"n":"\xff"}', 'latin1')],
  ])(
    'arguments that parsers read differently (%s) are refused before anything is decided, in a session and without',
    async (_name, args) => {
      const { agent, raw, named } = await session()
      const [head = '', tail = ''] = JSON.stringify({
        jsonrpc: '2.0',
        id: 7,
        method: 'tools/call',
        params: { name: 'odd__release', arguments: 'ARGS' },
      }).split('"ARGS"')
      const body = Buffer.concat([head, args, tail].map(part => Buffer.from(part)))
      for (const more of [named, {}]) {
        const { status, text } = await raw(body, more)
        expect([status, JSON.parse(text).error.code]).toEqual([400, -32_700])
      }
      expect((await w.db.pool.query('select from action where agent_id = $1', [agent])).rowCount).toBe(0)
    },
  )

  it('a batch of nothing is refused, in a session and without', async () => {
    const { raw, named } = await session()
    for (const more of [named, {}]) expect((await raw('[]', more)).status).toBe(400)
  })
})
