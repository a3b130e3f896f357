import { beforeAll, describe, expect, it } from 'vitest'
import type { Running } from '@/server/start'
import { type Browser, browser } from '@/server/testing/browser'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { startServer } from '@/server/testing/server'

let world: TestRegistry
let running: Running
let administrator: Browser
let governor: Browser
let owner: Browser
let viewer: Browser
let outsider: Browser
beforeAll(async () => {
  world = await registry()
  running = await startServer(world.test.url)
  const [a, g, o, v, x] = [world.administrator, world.governor, world.owner, world.viewer, world.outsider]
  administrator = await browser(running, a)
  governor = await browser(running, g)
  owner = await browser(running, o)
  viewer = await browser(running, v)
  outsider = await browser(running, x)
})

let named = 0
const words = [
  'Quartz',
  'Basalt',
  'Granite',
  'Marble',
  'Slate',
  'Gneiss',
  'Schist',
  'Chert',
  'Dolomite',
  'Flint',
  'Gabbro',
  'Tuff',
  'Pumice',
  'Obsidian',
]
const name = () => `${words[named++ % words.length]} bot${'x'.repeat(Math.floor(named / words.length))}`
const fresh = async (more: object = {}) =>
  (await administrator('POST', '/agents', { name: name(), application_id: world.application, ...more })).body
const scope = { tool_pattern: 'crm.*', operations: ['read', 'update'], environments: ['production'] }

describe('registering', () => {
  it('answers the whole agent, with the scopes of its preset', async () => {
    const { status, body, etag } = await administrator('POST', '/agents', {
      name: 'Invoice clerk',
      kind: 'bot',
      purpose: 'Files invoices',
      application_id: world.application,
      environment: 'staging',
      preset: 'writes_ask',
      scopes: [{ ...scope, ask: 'never' }],
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: 'Invoice clerk',
      status: 'registered',
      environment: 'staging',
      team: { id: world.team },
      owner: { id: world.owner.id, inherited: true },
      backup: { id: world.backup.id },
      containment: null,
      may_edit: true,
      credentials: [],
    })
    expect(body.scopes).toMatchObject([
      { tool_pattern: '*', ask: 'writes', environments: ['development', 'staging'] },
      { tool_pattern: 'crm.*', ask: 'never' },
    ])
    expect(etag).toBe(`"${String(body.etag)}"`)
  })

  it('U18 refuses a name that is another agent’s, or looks like it, or claims a status', async () => {
    expect(
      (await administrator('POST', '/agents', { name: 'Payroll clerk', application_id: world.application })).status,
    ).toBe(201)
    for (const twin of ['Payroll clerk', 'payroll clerk', 'Pаyroll clerk', 'PAYROLL CLERK']) {
      expect(
        await administrator('POST', '/agents', { name: twin, application_id: world.application }),
        twin,
      ).toMatchObject({ status: 409, body: { code: 'agent.confusable' } })
    }
    for (const wrong of ['Payroll-Bot (verified)', 'a\u202eb', '<script>alert(1)</script>', 'x'.repeat(81)]) {
      expect(
        await administrator('POST', '/agents', { name: wrong, application_id: world.application }),
        wrong,
      ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } })
    }
  })

  it('refuses owner and backup who are one, unknown or disabled, at the field', async () => {
    const gone = await world.person('Gone Person')
    await world.db.pool.query(`update person set status = 'disabled' where id = $1`, [gone.id])
    for (const [wrong, pointer] of [
      [{ owner_id: world.viewer.id, backup_id: world.viewer.id }, '/backup_id'],
      [{ owner_id: gone.id }, '/owner_id'],
      [{ backup_id: world.owner.id }, '/backup_id'],
      [{ owner_id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV' }, '/owner_id'],
    ] as const) {
      expect(
        await administrator('POST', '/agents', { name: name(), application_id: world.application, ...wrong }),
      ).toMatchObject({ status: 400, body: { code: 'agent.owner_invalid', errors: [{ pointer }] } })
    }
  })
})

describe('keys', () => {
  it('I03 shows a key once: in no list, no page and no event after that', async () => {
    const agent = await fresh()
    const issued = await administrator('POST', `/agents/${agent.id}/credentials`, {})
    expect(issued.status).toBe(201)
    const key = String(issued.body.key)
    expect(key).toMatch(/^hp_/)
    const all = [
      await administrator('GET', `/agents/${agent.id}`),
      await administrator('GET', `/agents/${agent.id}/credentials`),
      await administrator('GET', '/agents?limit=200'),
      { body: await world.events() },
    ]
    for (const { body } of all) expect(JSON.stringify(body)).not.toContain(key.slice(30, 45))
    expect((await administrator('GET', `/agents/${agent.id}`)).body).toMatchObject({
      status: 'active',
      credentials: [{ state: 'active', last_used_at: null, age_days: 0 }],
    })
  })

  it('I04 refuses a key without an end or with one too far away', async () => {
    const agent = await fresh()
    for (const wrong of [
      { expires_in_days: 366 },
      { expires_in_days: null },
      { expires_at: null },
      { expires_in_days: '90' },
    ]) {
      expect(
        (await administrator('POST', `/agents/${agent.id}/credentials`, wrong)).status,
        JSON.stringify(wrong),
      ).toBe(400)
    }
  })

  it('I02 I12 a key opens no door of people, and one in an address is refused and flagged', async () => {
    const { id, key } = await world.agent()
    for (const path of ['/agents', `/agents/${id}`, '/tools', '/containment']) {
      const response = await fetch(`${running.url}/api/console${path}`, { headers: { authorization: `Bearer ${key}` } })
      expect(response.status, path).toBe(401)
    }
    expect((await administrator('GET', `/agents?q=${key}`)).status).toBe(400)
    expect((await administrator('GET', `/agents/${id}`)).body.credentials).toMatchObject([
      { exposed_at: expect.stringContaining('T') },
    ])
  })
})

describe('who may', () => {
  it('I13 answers 404 to the other team, 403 to who may only look, and changes nothing', async () => {
    const agent = await fresh({ environment: 'production' })
    const key = (await administrator('POST', `/agents/${agent.id}/credentials`, {})).body
    const [line] = (await fresh({ scopes: [scope] })).scopes as { id: string }[]
    const before = (await administrator('GET', `/agents/${agent.id}`)).body
    const attempts: [string, string, unknown?][] = [
      ['PATCH', `/agents/${agent.id}`, { purpose: 'mine now' }],
      ['POST', `/agents/${agent.id}/retire`, { reason: 'x' }],
      ['POST', `/agents/${agent.id}/credentials`, {}],
      ['DELETE', `/agents/${agent.id}/credentials/${key.id}`],
      ['POST', `/agents/${agent.id}/credentials/${key.id}/rotate`, {}],
      ['POST', `/agents/${agent.id}/scopes`, scope],
      ['DELETE', `/agents/${agent.id}/scopes/${line?.id}`],
    ]
    for (const [method, path, body] of attempts) {
      expect((await outsider(method, path, body)).status, `outsider ${method} ${path}`).toBe(404)
      expect((await viewer(method, path, body)).status, `viewer ${method} ${path}`).toBe(403)
      expect((await owner(method, path, body)).status, `owner ${method} ${path}`).toBe(403)
    }
    for (const path of ['', '/actions', '/credentials', '/scopes', '/story']) {
      expect((await outsider('GET', `/agents/${agent.id}${path}`)).status, path).toBe(404)
      expect((await owner('GET', `/agents/${agent.id}${path}`)).status, path).toBe(200)
      expect((await viewer('GET', `/agents/${agent.id}${path}`)).status, path).toBe(200)
    }
    expect((await administrator('GET', `/agents/${agent.id}`)).body).toEqual(before)
    expect((await outsider('POST', '/agents', { name: name(), application_id: world.application })).status).toBe(400)
    expect((await outsider('POST', '/agents', { name: name(), application_id: world.otherApplication })).status).toBe(
      201,
    )
  })

  it('I13 another agent’s key or scope is a missing one', async () => {
    const [mine, other] = [await fresh({ scopes: [scope] }), await fresh()]
    const key = (await administrator('POST', `/agents/${mine.id}/credentials`, {})).body
    const [line] = mine.scopes as { id: string }[]
    expect((await administrator('DELETE', `/agents/${other.id}/credentials/${key.id}`)).status).toBe(404)
    expect((await administrator('DELETE', `/agents/${other.id}/scopes/${line?.id}`)).status).toBe(404)
    expect((await administrator('GET', `/agents/${mine.id}`)).body).toMatchObject({
      credentials: [{ state: 'active' }],
      scopes: [{ id: line?.id }],
    })
  })

  it('I14 an agent’s own key changes nothing of its registration', async () => {
    const { id, key } = await world.agent()
    for (const [method, path] of [
      ['PATCH', ''],
      ['POST', '/scopes'],
      ['POST', '/credentials'],
      ['POST', '/retire'],
    ] as const) {
      const response = await fetch(`${running.url}/api/console/agents/${id}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, origin: running.url, 'content-type': 'application/json' },
        body: '{"tier":"low"}',
      })
      expect(response.status).toBe(401)
    }
  })

  it('lists to everybody what is theirs to see', async () => {
    const ids = async (who: Browser) => ((await who('GET', '/agents?limit=200')).body.items ?? []).map(item => item.id)
    const agent = await fresh()
    expect(await ids(viewer)).toContain(agent.id)
    expect(await ids(owner)).toContain(agent.id)
    expect(await ids(outsider)).not.toContain(agent.id)
  })
})

describe('editing', () => {
  it('takes If-Match: 412 when it is not today’s, and both etags differ after an edit', async () => {
    const agent = await fresh()
    const edited = await administrator(
      'PATCH',
      `/agents/${agent.id}`,
      { purpose: 'first' },
      { 'if-match': `"${String(agent.etag)}"` },
    )
    expect(edited).toMatchObject({ status: 200, body: { purpose: 'first' } })
    expect(
      await administrator(
        'PATCH',
        `/agents/${agent.id}`,
        { purpose: 'second' },
        { 'if-match': `"${String(agent.etag)}"` },
      ),
    ).toMatchObject({ status: 412, body: { code: 'request.precondition_failed' } })
    expect(edited.etag).not.toBe(agent.etag)
    const retire = (etag: unknown) =>
      administrator('POST', `/agents/${agent.id}/retire`, { reason: 'done' }, { 'if-match': `"${String(etag)}"` })
    expect((await retire(agent.etag)).status).toBe(412)
    expect(await retire(edited.body.etag)).toMatchObject({ status: 200, body: { status: 'retired', may_edit: false } })
  })

  it('I08 a scope for a working agent in production waits for a second person, a wildcard too, and then is there', async () => {
    const agent = await fresh({ environment: 'production' })
    await administrator('POST', `/agents/${agent.id}/credentials`, {})
    const asked = await administrator('POST', `/agents/${agent.id}/scopes`, scope)
    expect(asked.status).toBe(202)
    expect(asked.body.hold_id).toMatch(/^hld_/)
    const other = await fresh({ environment: 'production' })
    await administrator('POST', `/agents/${other.id}/credentials`, {})
    const all = await administrator('POST', `/agents/${other.id}/scopes`, { ...scope, tool_pattern: '*' })
    expect(all.status).toBe(202)
    for (const { id } of [agent, other])
      expect((await administrator('GET', `/agents/${id}/scopes`)).body.items).toEqual([])
    const hold = (await governor('GET', `/holds/${String(asked.body.hold_id)}`)).body
    const review = { verdict: 'approve', digest: hold.shown_digest }
    expect((await administrator('POST', `/holds/${String(asked.body.hold_id)}/reviews`, review)).status).toBe(403)
    expect((await governor('POST', `/holds/${String(asked.body.hold_id)}/reviews`, review)).status).toBe(201)
    await expect
      .poll(async () => (await administrator('GET', `/agents/${agent.id}/scopes`)).body.items, { timeout: 10_000 })
      .toMatchObject([{ tool_pattern: 'crm.*' }])
    expect((await world.events('scope.granted')).at(-1)).toMatchObject({
      by: { id: world.administrator.id },
      data: { agent_id: agent.id },
    })
  })

  it('moving a working agent out of production waits too, and is stale once the agent has changed', async () => {
    const agent = await fresh({ environment: 'production' })
    await administrator('POST', `/agents/${agent.id}/credentials`, {})
    const asked = await administrator('PATCH', `/agents/${agent.id}`, { environment: 'development' })
    expect(asked.status).toBe(202)
    expect((await administrator('PATCH', `/agents/${agent.id}`, { purpose: 'edited meanwhile' })).status).toBe(200)
    const hold = (await governor('GET', `/holds/${String(asked.body.hold_id)}`)).body
    await governor('POST', `/holds/${String(asked.body.hold_id)}/reviews`, {
      verdict: 'approve',
      digest: hold.shown_digest,
    })
    await expect
      .poll(async () => (await governor('GET', `/holds/${String(asked.body.hold_id)}`)).body.status, {
        timeout: 10_000,
      })
      .toBe('failed')
    expect((await administrator('GET', `/agents/${agent.id}`)).body).toMatchObject({
      environment: 'production',
      purpose: 'edited meanwhile',
    })
  })
})
