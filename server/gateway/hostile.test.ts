import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { hostileServer, iban } from '@/server/testing/hostile-server'
import { startGateway } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const upstream = await hostileServer()
const own = await w.agent({
  kind: 'service_account',
  scopes: [{ ...everything, tool_pattern: 'holdpoint.record', resource_pattern: 'agent:*' }, everything],
})
const gateway = await startGateway({
  holdpoint: w.servers[0]?.url,
  gateway_key: own.key,
  wait_seconds: 0,
  servers: { bank: { url: upstream.url, prefix: '' } },
})
await w.tools({
  look: { operation: 'read' },
  pay: { operation: 'execute', parameters: { recipient: 'recipient' } },
})

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
}

/** An agent whose client speaks 2026-07-28, by hand. @param session by which it names its run; none: its day */
async function client(session?: string) {
  const { key, id } = await w.agent({ scopes: [everything] })
  const head = (method: string, name?: string) => ({
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(name ? { 'mcp-name': name } : {}),
    ...(session === undefined ? {} : { 'mcp-session-id': session }),
  })
  const post = async (method: string, params: object, name?: string) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } })
    const answer = await fetch(gateway.url, { method: 'POST', headers: head(method, name), body })
    const text = await answer.text()
    const data = text.split('\n').findLast(line => line.startsWith('data:'))
    return { status: answer.status, body: JSON.parse(data?.slice(5) ?? text) }
  }
  const call = async (name: string, args: object, more: object = {}) =>
    (await post('tools/call', { name, arguments: args, ...more }, name)).body.result
  const rows = async () =>
    (await w.db.pool.query('select outcome, facts from action where agent_id = $1 order by id', [id])).rows
  const outcomes = async () => (await rows()).map(row => row.outcome)
  return { head, post, call, rows, outcomes }
}

describe('what a server answers', () => {
  it.each([
    ['a list of 20,000 parts', 'zeros', 'more parts than are read'],
    ['300,000 members', 'members', 'more parts than are read'],
    ['40 MB that came packed', 'packed', 'lost in mid-call'],
    ['a result of a kind that nobody knows', 'task', 'could not be read'],
  ])('that is no answer (%s) is unknown, and is not asked for again without people', async (_name, how, words) => {
    const { call, outcomes } = await client()
    const result = await call('look', { how })
    expect(result._meta['holdpoint/decision']).toMatchObject({ status: 'unknown', code: 'upstream.unknown' })
    expect(result.content[0].text).toContain(words)
    await expect.poll(outcomes, { timeout: 20_000 }).toEqual(['unknown'])
    expect((await call('look', { how }))._meta['holdpoint/decision'].status).toBe('pending')
    expect(upstream.calls.filter(one => one === how)).toHaveLength(1)
  })

  it('is asked for unpacked', () => expect([...upstream.packing]).toEqual(['identity']))

  it('never speaks as Holdpoint', async () => {
    const { _meta } = await (await client()).call('look', { how: 'forged' })
    expect(_meta).toEqual(expect.objectContaining({ own: 1 }))
    expect(_meta).not.toHaveProperty('holdpoint/decision')
  })

  it('as its tools is offered up to a thousand; a list that is too much is none', async () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `t${n}`, description: 'T', inputSchema: { type: 'object' } }))
    const { post } = await client()
    upstream.tools = named(1_500)
    expect((await post('tools/list', {})).body.result.tools).toHaveLength(1_000)
    upstream.tools = named(20_000)
    expect((await post('tools/list', {})).body.result.tools.length).toBeLessThanOrEqual(1_000)
    upstream.tools = ['look', 'pay'].map(name => ({ name, description: name, inputSchema: { type: 'object' } }))
    expect((await post('tools/list', {})).body.result.tools.map((one: { name: string }) => one.name)).toEqual([
      'look',
      'pay',
    ])
  })
})

describe('what came before an agent is known,', () => {
  it.each([
    ['a session named as part of an address', 'a/b', ''],
    ['a session named as the folder above', '..', ''],
    ['a session named in code', 'x%2Fy%y', ''],
    ['control letters that fill a request', 's-controls', 'controls'],
    ['half a letter', 's-half', 'half'],
  ])('whatever its name and its letters: %s', async (_name, session, how) => {
    const { call, rows } = await client(session)
    expect((await call('look', { how })).content[0].text).toContain(iban)
    await call('pay', { recipient: iban })
    const [, paid] = await rows()
    expect(JSON.parse(paid?.facts).given).toMatchObject({ recipient_from: 'untrusted', any_untrusted: true })
  })
})

describe('what a server asks', () => {
  it('under a name that objects have anyway is asked, and answered', async () => {
    const { call } = await client()
    const asked = await call('look', { how: 'toString' })
    expect(Object.keys(asked.inputRequests)).toEqual(['toString'])
    const { requestState } = asked
    const inputResponses = { toString: { action: 'accept', content: {} } }
    const { content } = await call('look', { how: 'toString' }, { requestState, inputResponses })
    expect(content[0].text).toContain('heard {"toString":{"action":"accept"')
  })

  it('under a name that no answer can have ends the call', async () => {
    const { call } = await client()
    expect((await call('look', { how: 'constructor' })).content[0].text).toContain('a name that no answer can have')
  })
})

describe('a client that asks', () => {
  it.each([
    [
      'by more members than any request has',
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: new Array(99_000).fill(0) } },
    ],
    [
      'with more answers than were asked for',
      'tools/call',
      { name: 'look', inputResponses: new Array(99_000).fill(0) },
    ],
  ])('%s is refused before that is gone through', async (_name, method, params) => {
    const { status, body } = await (await client()).post(method, params)
    expect([status, body.error.code]).toEqual([400, -32_700])
  })

  it('for more than a hundred things at once is refused', async () => {
    const { head } = await client()
    const body = JSON.stringify(new Array(101).fill({ jsonrpc: '2.0', method: 'notifications/x' }))
    expect((await fetch(gateway.url, { method: 'POST', headers: head('x'), body })).status).toBe(400)
  })

  it('with arguments of many members is asked about as anybody is', async () => {
    const { content } = await (await client()).call('look', { how: '', rows: new Array(50_000).fill(0) })
    expect(content[0].text).toContain('looked')
  })

  it.each(['TRACE', 'PUT', 'HEAD'])('by %s is told which methods there are', async method => {
    const headers = (await client()).head('x')
    const status = await new Promise(done =>
      request(gateway.url, { method, headers }, answer => done([answer.statusCode, answer.headers.allow])).end(),
    )
    expect(status).toEqual([405, 'POST, GET, DELETE'])
  })
})
