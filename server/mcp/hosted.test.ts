import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { decideHold } from '@/server/testing/deciding'
import { newClient, oldClient, rawCall, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { startServer } from '@/server/testing/server'
import { everything, type Reply, world } from '@/server/testing/world'

const w = await world(2, { fetchAllow: ['127.0.0.1'], mcpCommands: [process.execPath] })
const [here, there] = w.servers.map(one => `${one.url}/mcp`)
const governor = await w.signedIn(w.governor)
const approver = await w.signedIn(w.approver)
const serveHttp = httpUpstreams()
const bank = upstreamFolder()
const shop = upstreamFolder()
const scope = everything
const secret = 'Bearer upstream-secret-0123456789'

const bankUrl = await serveHttp(bank)
const add = (body: object): Promise<Reply> => governor('POST', '/api/console/mcp-servers', body)
const added = await add({ name: 'bank', url: bankUrl, headers: { Authorization: secret } })
await w.tools({ shop__look: { operation: 'read' } })

async function classify(name: string, operation: string): Promise<void> {
  const { body } = await governor('GET', `/api/console/tools?q=${name}`)
  const said = { operation, reversible: true, sensitivity: 'internal' }
  const answer = await governor('POST', `/api/console/tools/${body.items[0].id}/classify`, said)
  expect(answer.status).toBe(200)
}

/** Who used the permits of an agent, in order, and whether by the clock of the decision: it is read once a transaction. */
async function usesOf(agent: string): Promise<unknown[]> {
  const { rows } = await w.db.pool.query<{ body: string; at_once: boolean }>(
    `select e.body, u.at = a.decided_at as at_once from permit_use u
     join action a on a.id = u.action_id join event e on e.type = 'permit.consumed' and e.subjects @> array[a.id]
     where a.agent_id = $1 order by u.at`,
    [agent],
  )
  return rows.map(({ body, at_once }) => ({ by: JSON.parse(body).by, at_once }))
}

it('a server that is added is asked at once, and what it offers waits in the catalogue to be classified', async () => {
  expect(added.status).toBe(201)
  expect(added.body).toMatchObject({
    name: 'bank',
    state: 'reachable',
    tools: 3,
    to_classify: 3,
    secrets: ['Authorization'],
  })
  const { body } = await governor('GET', '/api/console/tools?status=unclassified')
  expect(body.items.map((one: { name: string }) => one.name)).toEqual(['bank__look', 'bank__pay', 'bank__tell'])
  await classify('bank__look', 'read')
  await classify('bank__pay', 'pay')
})

it('INV-21 what passes is executed against its permit by Holdpoint itself, and counts as brokered', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const client = await newClient(here ?? '', key)
  for (const recipient of ['a', 'b'])
    expect(await client.call('bank__look', { recipient })).toMatchObject({ isError: false })
  const { body } = await governor('GET', `/api/console/coverage?agent=${id}`)
  expect(body.items).toMatchObject([{ tool: 'bank__look', enforcement: 'brokered', allowed: 2, verified: 2 }])
  expect(await usesOf(id)).toEqual(Array(2).fill({ by: { kind: 'system', id: 'gateway' }, at_once: true }))
})

it('INV-21 INV-26 what is allowed is decided and used in one transaction; what people approve is used by itself, once', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const client = await newClient(there ?? '', key)
  // The server is connected by now, on this instance too.
  expect((await client.list()).length).toBeGreaterThan(0)
  for (const recipient of ['c', 'd', 'e'])
    expect(await client.call('bank__look', { recipient })).toMatchObject({ isError: false })
  const own = { kind: 'system', id: 'gateway' }
  expect(await usesOf(id)).toEqual(Array(3).fill({ by: own, at_once: true }))
  const calling = client.call('bank__pay', { amount: '8' })
  await decideHold(approver, id, { verdict: 'approve' })
  expect(await calling).toMatchObject({ isError: false })
  expect(await usesOf(id)).toEqual([...Array(3).fill({ by: own, at_once: true }), { by: own, at_once: false }])
})

const clients = [
  ['2026-07-28', newClient],
  ['2025-11-25', oldClient],
] as const

describe.each(clients)('an unmodified client of %s at /mcp', (_, connect) => {
  it('lists what stands behind Holdpoint, and has what policy allows done at once', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    const client = await connect(here ?? '', key)
    expect((await client.list()).map(one => one.name)).toEqual(['bank__pay', 'bank__look', 'bank__tell'])
    const before = bank.calls().length
    expect(await client.call('bank__look', { recipient: 'x' })).toMatchObject({ isError: false })
    expect(bank.calls().slice(before)).toEqual([{ name: 'look', arguments: { recipient: 'x' } }])
  })

  it('waits while people decide, and what they approve is run once; what they reject is not', async () => {
    const { id, key } = await w.agent({ scopes: [scope] })
    const client = await connect(there ?? '', key)
    const before = bank.calls().length
    const calling = client.call('bank__pay', { amount: '5' })
    await decideHold(approver, id, { verdict: 'approve' })
    expect(await calling).toMatchObject({ isError: false, text: 'done pay {"amount":"5"}' })
    expect(bank.calls().slice(before)).toHaveLength(1)
    const second = client.call('bank__pay', { amount: '6' })
    await decideHold(approver, id, { verdict: 'reject', comment: 'not this month' })
    expect(await second).toMatchObject({ isError: true, decision: { status: 'denied', code: 'hold.rejected' } })
    expect(bank.calls().slice(before)).toHaveLength(1)
  })
})

it('what a tool returned is recorded by Holdpoint itself, so that the next call’s arguments are known to come from there', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const client = await oldClient(here ?? '', key)
  await client.call('bank__look', { recipient: 'iban-DE89-3704-0044-0532' })
  const calling = client.call('bank__pay', { recipient: 'iban-DE89-3704-0044-0532' })
  await vi.waitFor(async () => {
    const { body } = await governor('GET', `/api/console/holds?status=open&agent=${id}`)
    expect(body.items).toHaveLength(1)
    const hold = await governor('GET', `/api/console/holds/${body.items[0].id}`)
    expect(JSON.stringify(hold.body)).toContain('"reported_by":"gateway"')
  })
  await decideHold(approver, id, { verdict: 'approve' })
  expect(await calling).toMatchObject({ isError: false })
  const [event] = await w.events('session.recorded')
  expect(event?.by).toEqual({ kind: 'system', id: 'gateway' })
})

it('a server added, changed and removed on one instance is so on the other, without a restart', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const client = await newClient(there ?? '', key)
  const shopUrl = await serveHttp(shop)
  const made = await add({ name: 'shop', url: shopUrl })
  expect((await client.list()).map(one => one.name)).toContain('shop__look')
  expect(await client.call('shop__look', {})).toMatchObject({ isError: false })
  const before = bank.calls().length
  const moved = await governor(
    'PUT',
    `/api/console/mcp-servers/${made.body.id}`,
    { url: bankUrl },
    { 'if-match': made.body.etag },
  )
  expect(moved.status).toBe(200)
  // A call that comes before this instance has heard of it is not sent (unhinted.test.ts); a list asks what is true now.
  await client.list()
  expect(await client.call('shop__look', { n: 'moved' })).toMatchObject({ isError: false })
  expect(bank.calls().slice(before)).toEqual([{ name: 'look', arguments: { n: 'moved' } }])
  const gone = await governor('DELETE', `/api/console/mcp-servers/${made.body.id}`)
  expect(gone.status).toBe(204)
  expect((await client.list()).map(one => one.name)).not.toContain('shop__look')
  await expect(client.call('shop__look', {})).rejects.toThrow('Unknown tool')
  expect(shop.calls()).toHaveLength(1)
})

it('a call that waits while its server is removed is not sent, whatever people decide', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const made = await add({ name: 'till', url: await serveHttp(shop) })
  await classify('till__pay', 'pay')
  const client = await newClient(here ?? '', key)
  const before = shop.calls().length
  const calling = client.call('till__pay', { amount: '7' })
  await vi.waitFor(async () => {
    const { body } = await governor('GET', `/api/console/holds?status=open&agent=${id}`)
    expect(body.items).toHaveLength(1)
  })
  await governor('DELETE', `/api/console/mcp-servers/${made.body.id}`)
  await decideHold(approver, id, { verdict: 'approve' })
  expect(await calling).toMatchObject({ isError: true, decision: { status: 'failed' } })
  expect(shop.calls()).toHaveLength(before)
})

it('an executable that the operator named is started, with the variables that were said and the operator’s own not', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const { command, args } = shop.stdio
  vi.stubEnv('UPSTREAM_SECRET', 'of-the-operator-himself')
  const bare = await add({ name: 'bare', command, args })
  await classify('bare__tell', 'read')
  const made = await add({ name: 'piped', command, args, env: { UPSTREAM_SECRET: 'a-secret-of-the-pipe' } })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ kind: 'command', state: 'reachable', secrets: ['UPSTREAM_SECRET'], tools: 3 })
  await classify('piped__tell', 'read')
  const client = await oldClient(there ?? '', key)
  const heard = await client.call('piped__tell', {})
  expect(heard.text).toContain('[secret]')
  expect((await client.call('bare__tell', {})).text).toBe('done tell {}')
  vi.unstubAllEnvs()
  await governor('DELETE', `/api/console/mcp-servers/${bare.body.id}`)
  await governor('DELETE', `/api/console/mcp-servers/${made.body.id}`)
})

it('without a key that opens, and with one in the address or beside a cookie, there is a problem and no stack', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const knock = async (headers: Record<string, string>, query = '') => {
    const answer = await fetch(`${here}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    })
    return [answer.status, answer.headers.get('content-type'), (await answer.json()).code]
  }
  const problem = 'application/problem+json'
  expect(await knock({})).toEqual([401, problem, 'credential.missing'])
  expect(await knock({ authorization: 'Bearer hp_nobody' })).toEqual([401, problem, 'credential.invalid'])
  const authorization = `Bearer ${key}`
  expect(await knock({ authorization, origin: 'https://evil.example' })).toEqual([
    403,
    problem,
    'request.forbidden_origin',
  ])
  expect(await knock({ authorization }, `?key=${key}`)).toEqual([400, problem, 'credential.in_query'])
  const other = await w.agent({ scopes: [scope] })
  const words = await fetch(here ?? '', {
    method: 'POST',
    headers: { authorization: `Bearer ${other.key}` },
    body: 'no json',
  })
  expect([words.status, (await words.json()).code]).toEqual([400, 'request.malformed'])
})

it('a secret stands in no answer, no event and no line of the database as it was typed', async () => {
  const list = await governor('GET', '/api/console/mcp-servers')
  expect(JSON.stringify(list.body)).not.toContain('upstream-secret')
  expect(JSON.stringify(await w.events())).not.toContain('upstream-secret')
  const { rows } = await w.db.pool.query('select m::text as line from mcp_server m')
  expect(JSON.stringify(rows)).not.toContain('upstream-secret')
  expect(JSON.stringify(await w.events('mcp_server.added'))).toContain('"secrets":["Authorization"]')
})

it('an instance that is stopped in mid-call brings the call to its end, answers it and reports it', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const third = await startServer(w.test.url, { fetchAllow: ['127.0.0.1'] })
  const before = bank.calls().length
  writeFileSync(join(bank.folder, 'wait'), '')
  const calling = rawCall(`${third.url}/mcp`, key, 'stopped', 'bank__look', { recipient: 'stop' })
  await vi.waitFor(() => expect(bank.calls().length).toBe(before + 1), { timeout: 10_000 })
  const stopping = third.stop()
  rmSync(join(bank.folder, 'wait'))
  writeFileSync(join(bank.folder, 'go'), '')
  expect(await calling).toContain('done look')
  await stopping
  expect((await w.gate(key, 'GET', '/api/v1/actions')).body.items).toMatchObject([{ outcome: 'succeeded' }])
})

it('a server that accepts and says nothing keeps nobody from the tools of the others', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>(done => silent.listen(0, '127.0.0.1', done))
  const address = silent.address()
  const made = await add({ name: 'mute', url: bankUrl })
  await w.db.pool.query('update mcp_server set url = $2 where id = $1', [
    made.body.id,
    `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`,
  ])
  await w.db.pool.query('update registry set version = version + 1')
  const { key } = await w.agent({ scopes: [scope] })
  const client = await newClient(here ?? '', key)
  const from = performance.now()
  expect((await client.list()).map(one => one.name)).toEqual(['bank__pay', 'bank__look', 'bank__tell'])
  expect(performance.now() - from).toBeLessThan(10_000)
  expect(await client.call('bank__look', {})).toMatchObject({ isError: false })
  await governor('DELETE', `/api/console/mcp-servers/${made.body.id}`)
  silent.closeAllConnections()
  silent.close()
})
