import { beforeAll, describe, expect, it } from 'vitest'
import { presetScopes } from '@/lib/agent/preset'
import type { Running } from '@/server/start'
import { type Browser, browser } from '@/server/testing/browser'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { startServer } from '@/server/testing/server'
import { mostUnclassified, registerFirstUse } from './first-use'

let world: TestRegistry
let running: Running
let administrator: Browser
let governor: Browser
let viewer: Browser
beforeAll(async () => {
  world = await registry()
  running = await startServer(world.test.url)
  administrator = await browser(running, world.administrator)
  governor = await browser(running, world.governor)
  viewer = await browser(running, world.viewer)
})

const pay = {
  operation: 'pay',
  reversible: false,
  sensitivity: 'confidential',
  parameters: { amount: 'amount', recipient: 'recipient' },
  sentence: 'Pay {amount} to {recipient}',
}
const idOf = async (tool: string) =>
  String((await administrator('GET', `/tools?q=${tool}`)).body.items?.find(item => item.name === tool)?.id)
const wide = () => ({
  scopes: presetScopes('high_impact_asks', 'development').map(line => ({
    ...line,
    operations: [...line.operations],
    environments: [...line.environments],
    tenants: [...line.tenants],
    expires_at: null,
  })),
})

function submit(key: string, body: object, wait: number, idempotency: string, signal?: AbortSignal) {
  return fetch(`${running.url}/api/v1/actions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': idempotency,
      prefer: `wait=${wait}`,
    },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
}

describe('the catalogue', () => {
  it('takes an MCP list in: unclassified, with suggestions that decide nothing', async () => {
    const tools = [
      {
        name: 'send_money',
        description: 'Sends <b>money</b>',
        inputSchema: {
          type: 'object',
          properties: { recipient: { type: 'string', description: 'Who' }, amount: { type: 'number' } },
        },
        annotations: { readOnlyHint: true },
      },
      { name: 'get_balance', inputSchema: { type: 'object' } },
    ]
    const first = await administrator('POST', '/tools/import', { source: 'bank', tools })
    expect(first).toMatchObject({
      status: 200,
      body: { added: ['send_money', 'get_balance'], changed: [], unchanged: [] },
    })
    expect(
      (await administrator('POST', '/tools/import', { source: 'bank', format: 'mcp', document: { tools } })).body,
    ).toMatchObject({ added: [], unchanged: ['send_money', 'get_balance'] })
    const changed = [{ ...tools[0], inputSchema: { type: 'object', properties: {} } }]
    expect((await administrator('POST', '/tools/import', { source: 'bank', tools: changed })).body).toMatchObject({
      changed: ['send_money'],
    })
    const { body } = await administrator('GET', `/tools/${await idOf('send_money')}`)
    expect(body).toMatchObject({
      status: 'unclassified',
      classified: null,
      source: 'bank',
      hints: { operation: 'pay', reversible: false },
      waiting: [],
    })
  })

  it('is written by governors alone', async () => {
    expect((await viewer('POST', '/tools', { name: 'x' })).status).toBe(403)
    expect((await viewer('POST', '/tools/import', { tools: [{ name: 'x' }] })).status).toBe(403)
    expect((await viewer('POST', `/tools/${await idOf('send_money')}/classify`, pay)).status).toBe(403)
    expect((await viewer('GET', '/tools')).status).toBe(200)
  })

  it('takes what a person says, once, over what they saw', async () => {
    const id = await idOf('send_money')
    const { body } = await administrator('GET', `/tools/${id}`)
    expect(
      await administrator('PATCH', `/tools/${id}`, { classification: pay }, { 'if-match': '"v999"' }),
    ).toMatchObject({ status: 412 })
    expect(
      await administrator('PATCH', `/tools/${id}`, { classification: pay }, { 'if-match': `"${String(body.etag)}"` }),
    ).toMatchObject({
      status: 200,
      body: {
        status: 'classified',
        classified: { operation: 'pay', external: false, asks_person: false },
        classified_by: { id: world.administrator.id },
      },
    })
    expect((await world.events('tool.classified')).at(-1)).toMatchObject({ data: { tool_id: id, ...pay } })
  })

  it('says something stricter at once, and something weaker only with a second person', async () => {
    const id = await idOf('send_money')
    expect((await administrator('POST', `/tools/${id}/classify`, { ...pay, external: true })).status).toBe(200)
    const asked = await administrator('POST', `/tools/${id}/classify`, { ...pay, operation: 'read', reversible: true })
    expect(asked.status).toBe(202)
    expect((await administrator('GET', `/tools/${id}`)).body).toMatchObject({
      classified: { operation: 'pay', external: true },
    })
    const hold = (await governor('GET', `/holds/${String(asked.body.hold_id)}`)).body
    expect(
      (
        await governor('POST', `/holds/${String(asked.body.hold_id)}/reviews`, {
          verdict: 'approve',
          digest: hold.shown_digest,
        })
      ).status,
    ).toBe(201)
    await expect
      .poll(async () => (await administrator('GET', `/tools/${id}`)).body.classified, { timeout: 10_000 })
      .toMatchObject({ operation: 'read' })
  })

  it('adds one by hand, classified at once, and refuses the same name', async () => {
    expect(
      await administrator('POST', '/tools', {
        name: 'get_weather',
        classification: { operation: 'read', reversible: true, sensitivity: 'public' },
      }),
    ).toMatchObject({ status: 201, body: { status: 'classified' } })
    expect(await administrator('POST', '/tools', { name: 'get_weather' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/name' }] },
    })
    for (const wrong of [
      { name: '' },
      { name: 'a\u202eb' },
      { name: 'x', classification: { operation: 'fly' } },
      { name: 'x', classification: { ...pay, parameters: { amount: 'gold' } } },
      { name: 'x', extra: 1 },
    ]) {
      expect((await administrator('POST', '/tools', wrong)).status, JSON.stringify(wrong)).toBe(400)
    }
  })

  it('keeps patterns of resources: written by the organisation, with etag, on record', async () => {
    const made = await administrator('POST', '/resource-patterns', {
      type_pattern: 'bank_account',
      id_pattern: 'UK*',
      classification: 'restricted',
    })
    expect(made).toMatchObject({ status: 201, body: { environment: null, classification: 'restricted' } })
    const path = `/resource-patterns/${String(made.body.id)}`
    expect(
      (
        await administrator(
          'PATCH',
          path,
          { type_pattern: 'bank_account', tenant: 'acme' },
          { 'if-match': `"${String(made.body.etag)}"` },
        )
      ).body,
    ).toMatchObject({ tenant: 'acme', id_pattern: '*' })
    expect(
      (
        await administrator(
          'PATCH',
          path,
          { type_pattern: 'x', tenant: 'acme' },
          { 'if-match': `"${String(made.body.etag)}"` },
        )
      ).status,
    ).toBe(412)
    expect((await viewer('DELETE', path)).status).toBe(403)
    expect((await administrator('DELETE', path)).status).toBe(204)
    expect((await administrator('DELETE', path)).status).toBe(404)
    expect((await administrator('POST', '/resource-patterns', { type_pattern: 'x' })).status).toBe(400)
    expect(
      (await world.events()).filter(one => one.type.startsWith('resource_pattern.')).map(one => one.type.split('.')[1]),
    ).toEqual(['created', 'updated', 'deleted'])
  })
})

describe('first use', () => {
  it('makes one tool of one name, however many meet it at once', async () => {
    const { id } = await world.agent()
    const found = await Promise.all(
      Array.from({ length: 10 }, () =>
        registerFirstUse(running.app, { name: 'new_tool', agent_id: id, parameters: ['amount', 'to'] }),
      ),
    )
    expect(new Set(found.map(tool => tool?.id)).size).toBe(1)
    expect((await world.events('tool.first_used')).filter(one => one.data.name === 'new_tool')).toHaveLength(1)
    expect((await administrator('GET', `/tools/${found[0]?.id}`)).body).toMatchObject({
      first_seen_agent: { id },
      parameters: [{ name: 'amount' }, { name: 'to' }],
      hints: { parameters: { amount: 'amount', to: 'recipient' } },
      classify_hold_id: expect.stringMatching(/^hld_/),
    })
  })

  it(`stops at ${mostUnclassified} that nobody has classified, each agent for itself`, async () => {
    const [one, two] = [await world.agent(), await world.agent()]
    for (let i = 0; i < mostUnclassified; i++)
      expect(
        await registerFirstUse(running.app, { name: `flood_${i}`, agent_id: one.id, parameters: [] }),
      ).not.toBeNull()
    // What is turned away moves nothing: no gate reads its registry anew for it, however often it comes.
    const version = async () => (await running.app.db.pool.query('select version from registry')).rows[0].version
    const before = await version()
    for (let i = 0; i < 3; i++)
      expect(await registerFirstUse(running.app, { name: `more_${i}`, agent_id: one.id, parameters: [] })).toBeNull()
    expect(await version()).toBe(before)
    expect(await registerFirstUse(running.app, { name: 'flood_0', agent_id: one.id, parameters: [] })).not.toBeNull()
    expect(await registerFirstUse(running.app, { name: 'more_0', agent_id: two.id, parameters: [] })).not.toBeNull()
  })

  it(`stops at ${mostUnclassified} also where many come at once`, async () => {
    const { id } = await world.agent()
    const names = Array.from({ length: mostUnclassified + 15 }, (_, n) => `rush_${n}`)
    const found = await Promise.all(
      names.map(name => registerFirstUse(running.app, { name, agent_id: id, parameters: [] })),
    )
    expect(found.filter(tool => tool !== null)).toHaveLength(mostUnclassified)
  })

  it('parks calls of a new tool under its one item, and classifying it decides them anew', async () => {
    const { key } = await world.agent({ environment: 'development', ...wide() })
    const calls = [
      submit(key, { tool: 'lookup_rate', params: { day: '1' } }, 20, 'k1'),
      submit(key, { tool: 'lookup_rate', params: { day: '2' } }, 20, 'k2'),
    ]
    await expect
      .poll(async () => (await administrator('GET', '/tools?q=lookup_rate')).body.items?.[0]?.waiting_calls, {
        timeout: 10_000,
      })
      .toBe(2)
    const tool = await administrator('GET', `/tools/${await idOf('lookup_rate')}`)
    expect(tool.body).toMatchObject({ status: 'unclassified', waiting: [{}, {}] })
    expect(
      (
        await administrator(
          'POST',
          `/tools/${String(tool.body.id)}/classify`,
          { operation: 'read', reversible: true, sensitivity: 'internal' },
          { 'if-match': `"${String(tool.body.etag)}"` },
        )
      ).status,
    ).toBe(200)
    const answers = await Promise.all(
      (await Promise.all(calls)).map(async call => ({ status: call.status, body: await call.json() })),
    )
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { status: 'allowed' } })
  })
})

describe('revoking', () => {
  it('K12 ends an open wait within a second, and the next use is 401', async () => {
    const { id, key } = await world.agent({ environment: 'development', ...wide() })
    const waiting = submit(key, { tool: 'brand_new_tool', params: {} }, 30, 'k')
    await expect
      .poll(async () => (await administrator('GET', '/tools?q=brand_new_tool')).body.items?.[0]?.waiting_calls, {
        timeout: 10_000,
      })
      .toBe(1)
    const revoked = performance.now()
    expect((await administrator('DELETE', `/agents/${id}/credentials/crd_${key.slice(3, 29)}`)).status).toBe(204)
    const answer = await waiting
    expect(performance.now() - revoked).toBeLessThan(1_000)
    expect(answer.status).toBe(401)
    expect((await submit(key, { tool: 'brand_new_tool', params: {} }, 0, 'k')).status).toBe(401)
  })
})
