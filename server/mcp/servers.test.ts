import { createServer } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { everything, world } from '@/server/testing/world'

const w = await world(1, { fetchAllow: ['127.0.0.1'], mcpCommands: ['allowed-server'] })
const path = '/api/console/mcp-servers'
const [administrator, governor, viewer, outsider] = [
  await w.signedIn(w.administrator),
  await w.signedIn(w.governor),
  await w.signedIn(w.viewer),
  await w.signedIn(w.outsider),
]
const folder = upstreamFolder()
const url = await httpUpstreams()(folder)

/** A server on loopback that answers every request alike. */
async function answering(status: number, headers: Record<string, string> = {}, body = ''): Promise<string> {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.setHeader('x-asked', String(asked))
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  servers.push(server)
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`
}
const servers: ReturnType<typeof createServer>[] = []
afterAll(() => {
  for (const one of servers) one.close()
})

describe('who may change what stands behind Holdpoint', () => {
  it('administrators and governors of the organisation; a governor of one team, and a viewer, may look at its origin alone', async () => {
    const made = await administrator('POST', path, { name: 'mine', url: `${url}?k=in-the-address` })
    expect(made.status).toBe(201)
    expect(made.body.url).toBe(`${url}?k=in-the-address`)
    expect((await governor('GET', path)).body.may_add).toBe(true)
    for (const one of [viewer, outsider]) expect((await one('GET', path)).body.may_add).toBe(false)
    expect((await viewer('POST', path, { name: 'no', url })).status).toBe(403)
    expect((await outsider('POST', path, { name: 'no', url })).status).toBe(403)
    for (const one of [viewer, outsider]) {
      const { body } = await one('GET', `${path}/${made.body.id}`)
      expect(body).toMatchObject({ url: new URL(url).origin, may_change: false })
      expect((await one('DELETE', `${path}/${made.body.id}`)).status).toBe(403)
    }
    expect((await administrator('DELETE', `${path}/${made.body.id}`)).status).toBe(204)
    expect((await administrator('GET', `${path}/${made.body.id}`)).status).toBe(404)
  })

  it('adding and changing one takes a sign-in of the last ten minutes, taking one away does not', async () => {
    const made = await governor('POST', path, { name: 'fresh', url })
    const stale = await w.signedIn(w.governor)
    await w.db.pool.query(
      `update sign_in set confirmed_at = confirmed_at - interval '11 minutes' where person_id = $1`,
      [w.governor.id],
    )
    expect((await stale('POST', path, { name: 'other', url })).body.code).toBe('session.stale')
    const change = await stale('PUT', `${path}/${made.body.id}`, { url }, { 'if-match': made.body.etag })
    expect(change.body.code).toBe('session.stale')
    expect((await stale('DELETE', `${path}/${made.body.id}`)).status).toBe(204)
  })
})

describe('X01–X04: an address that people typed in', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/mcp',
    'https://10.0.0.7/mcp',
    'https://[::1]/mcp',
    'https://[::ffff:10.0.0.1]/mcp',
    'https://user:pw@8.8.8.8/mcp',
    'file:///etc/passwd',
    'https://8.8.8.8/mcp#x',
  ])('%s is refused at its field, and nothing is kept', async address => {
    const answer = await administrator('POST', path, { name: 'inside', url: address })
    expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid'])
    expect(answer.body.errors[0].pointer).toBe('/url')
  })

  it('is not followed to where it redirects, and says so', async () => {
    const metadata = await answering(302, { location: 'http://169.254.169.254/latest/' })
    const answer = await administrator('POST', path, { name: 'moved', url: metadata })
    expect([answer.status, answer.body.code]).toEqual([409, 'mcp_server.unreachable'])
    expect(answer.body.detail).toBe('It redirects, which is not followed.')
  })

  it.each([
    [401, 'It refuses what it is shown as credentials (HTTP 401).'],
    [404, 'There is no MCP server at this address (HTTP 404).'],
    [200, 'What answers there does not speak MCP.'],
  ])('that answers %i is not kept, and the reason is in plain words', async (status, detail) => {
    const answer = await administrator('POST', path, {
      name: 'odd',
      url: await answering(status, { 'content-type': 'text/html' }, 'hello'),
    })
    expect(answer.body).toMatchObject({ code: 'mcp_server.unreachable', detail })
    expect((await administrator('GET', path)).body.items).toEqual([])
  })

  it('where nobody listens is not kept', async () => {
    const answer = await administrator('POST', path, { name: 'gone', url: 'http://127.0.0.1:1/mcp' })
    expect(answer.body).toMatchObject({ code: 'mcp_server.unreachable', detail: 'Nobody listens at this address.' })
  })
})

describe('a command typed into a browser', () => {
  it.each(['sh', '/bin/sh', 'npx', 'allowed-server2', './allowed-server', 'allowed-server '])(
    '%j is not started: only what the operator named is, exactly as it was named',
    async command => {
      const answer = await administrator('POST', path, { name: 'code', command })
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/command'])
    },
  )

  it('that the operator named is started, and one that is not there is not kept', async () => {
    const answer = await administrator('POST', path, { name: 'code', command: 'allowed-server' })
    expect(answer.body.detail).toBe('There is no such command where Holdpoint runs.')
  })

  it.each(['PATH', 'LD_PRELOAD', 'NODE_OPTIONS', 'BASH_ENV', 'PYTHONPATH', 'npm_config_registry'])(
    'cannot be made another by the variable %s',
    async name => {
      const answer = await administrator('POST', path, {
        name: 'code',
        command: 'allowed-server',
        env: { [name]: 'x' },
      })
      expect(answer.status).toBe(400)
    },
  )
})

describe('its secrets', () => {
  it('stay with the place that has them: whoever moves the server says them again', async () => {
    const headers = { Authorization: 'Bearer kept-secret-123' }
    const made = await administrator('POST', path, { name: 'kept', url, headers })
    const at = `${path}/${made.body.id}`
    const elsewhere = await answering(500)
    const moved = await administrator(
      'PUT',
      at,
      { url: elsewhere, keep: ['Authorization'] },
      { 'if-match': made.body.etag },
    )
    expect([moved.status, moved.body.errors[0].pointer]).toEqual([400, '/keep'])
    const unset = await administrator('PUT', at, { url, keep: ['X-Other'] }, { 'if-match': made.body.etag })
    expect(unset.status).toBe(400)
    const again = await administrator(
      'PUT',
      at,
      { url, keep: ['Authorization'], timeout_seconds: 30, classification: 'restricted' },
      { 'if-match': made.body.etag },
    )
    expect(again.body).toMatchObject({ secrets: ['Authorization'], timeout_seconds: 30, classification: 'restricted' })
    const old = await administrator('PUT', at, { url }, { 'if-match': made.body.etag })
    expect(old.status).toBe(412)
    expect((await administrator('PUT', at, { url }, { 'if-match': again.body.etag })).body.secrets).toEqual([])
    const types = (await w.events()).map(one => one.type).filter(type => type.startsWith('mcp_server.'))
    expect(types.slice(-3)).toEqual(['mcp_server.added', 'mcp_server.changed', 'mcp_server.changed'])
    await administrator('DELETE', at)
  })

  it('are gone from the database when it is taken away', async () => {
    const made = await administrator('POST', path, { name: 'wiped', url, headers: { 'X-Key': 'wiped-secret-123' } })
    await administrator('DELETE', `${path}/${made.body.id}`)
    const { rows } = await w.db.pool.query('select wrapped, sealed, secrets from mcp_server where id = $1', [
      made.body.id,
    ])
    expect(rows).toEqual([{ wrapped: null, sealed: null, secrets: [] }])
  })
})

it('one name is one server, in whatever case, and can be had again once it is free', async () => {
  const made = await administrator('POST', path, { name: 'One', url })
  expect((await administrator('POST', path, { name: 'oNE', url })).body.code).toBe('mcp_server.exists')
  await administrator('DELETE', `${path}/${made.body.id}`)
  const again = await administrator('POST', path, { name: 'one', url })
  expect(again.status).toBe(201)
  await administrator('DELETE', `${path}/${again.body.id}`)
})

it('asking a server that has gone says why, and its line remembers it', async () => {
  const made = await administrator('POST', path, { name: 'fades', url })
  await w.db.pool.query(`update mcp_server set url = 'http://127.0.0.1:1/mcp' where id = $1`, [made.body.id])
  const { body } = await governor('POST', `${path}/${made.body.id}/test`)
  expect(body).toMatchObject({
    reached: false,
    detail: 'Nobody listens at this address.',
    server: { state: 'failing' },
  })
  await administrator('DELETE', `${path}/${made.body.id}`)
})

it('an agent’s key opens none of these doors', async () => {
  const { key } = await w.agent({
    scopes: [everything],
  })
  expect((await w.gate(key, 'GET', path)).status).toBe(401)
})
