import { beforeAll, describe, expect, it } from 'vitest'
import { agentEvents } from '@/lib/agent/events'
import { containmentEvents } from '@/lib/containment/events'
import { toolEvents } from '@/lib/tool/events'
import type { Running } from '@/server/start'
import { type Browser, browser } from '@/server/testing/browser'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { startServer } from '@/server/testing/server'

type Row = Record<string, unknown>
const catalogue = { ...agentEvents, ...toolEvents, ...containmentEvents }
const isKnown = (type: string): type is keyof typeof catalogue => type in catalogue

/** The registry as the log alone tells it. */
class Told {
  readonly agents = new Map<string, Row>()
  readonly credentials = new Map<string, Row>()
  readonly scopes = new Map<string, Row>()
  readonly tools = new Map<string, Row>()
  readonly patterns = new Map<string, Row>()
  readonly containments = new Map<string, Row>()

  apply(type: string, data: Row): unknown {
    const id = (name: string) => String(data[name])
    const change = (map: Map<string, Row>, key: string, more: Row) => map.set(key, { ...map.get(key), ...more })
    const { agent_id, credential_id, scope_id, tool_id, pattern_id, containment_id, ...rest } = data
    switch (type) {
      case 'agent.registered':
        return change(this.agents, id('agent_id'), { ...rest, status: 'registered' })
      case 'agent.updated':
        return change(this.agents, id('agent_id'), rest)
      case 'agent.activated':
        return change(this.agents, id('agent_id'), { status: 'active' })
      case 'agent.retired':
        return change(this.agents, id('agent_id'), { status: 'retired' })
      case 'credential.issued':
        return change(this.credentials, id('credential_id'), { agent_id, ...rest, revoked: false, exposed: false })
      case 'credential.rotated':
        return change(this.credentials, id('credential_id'), { expires_at: rest.expires_at })
      case 'credential.revoked':
        return change(this.credentials, id('credential_id'), { revoked: true })
      case 'credential.exposed':
        return change(this.credentials, id('credential_id'), { exposed: true })
      case 'scope.granted':
        return change(this.scopes, id('scope_id'), { agent_id, ...rest, revoked: false })
      case 'scope.revoked':
        return change(this.scopes, id('scope_id'), { revoked: true })
      case 'tool.created':
      case 'tool.imported':
      case 'tool.updated':
        return change(this.tools, id('tool_id'), rest)
      case 'tool.first_used':
        return change(this.tools, id('tool_id'), { name: rest.name, source: '', schema_digest: null })
      case 'tool.classified':
        return change(this.tools, id('tool_id'), rest)
      case 'resource_pattern.created':
      case 'resource_pattern.updated':
        return change(this.patterns, id('pattern_id'), rest)
      case 'resource_pattern.deleted':
        return this.patterns.delete(id('pattern_id'))
      case 'containment.engaged':
        return change(this.containments, id('containment_id'), { ...rest, lifted_at: null })
      case 'containment.renewed':
        return change(this.containments, id('containment_id'), { epoch: rest.epoch })
      case 'containment.lifted':
        return change(this.containments, id('containment_id'), { lifted_at: rest.lifted_at })
      default:
        return null
    }
  }
}

let world: TestRegistry
let running: Running
let administrator: Browser
let governor: Browser
beforeAll(async () => {
  world = await registry()
  running = await startServer(world.test.url)
  administrator = await browser(running, world.administrator)
  governor = await browser(running, world.governor)
})

async function stored(sql: string): Promise<Map<string, Row>> {
  const { rows } = await world.db.pool.query<Row>(sql)
  return new Map(rows.map(({ id, ...rest }) => [String(id), JSON.parse(JSON.stringify(rest))]))
}

describe('the log of the registry', () => {
  it('INV-36 tells agents, keys, scopes, tools, patterns and switches exactly as they are stored', async () => {
    const scope = { tool_pattern: 'crm.*', operations: ['read'], environments: ['production'] }
    const agents: string[] = []
    for (const [at, name] of ['Amber', 'Beryl', 'Coral', 'Diamond', 'Emerald', 'Fluorite'].entries()) {
      const made = await administrator('POST', '/agents', {
        name,
        application_id: world.application,
        environment: at % 2 ? 'production' : 'development',
        preset: at % 3 ? 'drafts' : 'writes_ask',
        scopes: [scope],
        ...(at % 2 ? { owner_id: world.approver.id } : {}),
      })
      agents.push(String(made.body.id))
      const key = (await administrator('POST', `/agents/${agents[at]}/credentials`, {})).body
      if (at % 3 === 0)
        await administrator('POST', `/agents/${agents[at]}/credentials/${String(key.id)}/rotate`, {
          overlap_seconds: at,
        })
      if (at % 3 === 1) await administrator('DELETE', `/agents/${agents[at]}/credentials/${String(key.id)}`)
      if (at === 2) await administrator('GET', `/agents?q=${String(key.key)}`)
    }
    await administrator('PATCH', `/agents/${agents[0]}`, {
      purpose: 'Edited',
      tier: 'high',
      owner_id: world.backup.id,
      backup_id: world.owner.id,
      limits: { per_second: 5 },
    })
    await administrator('POST', `/agents/${agents[2]}/scopes`, {
      ...scope,
      tenants: ['acme'],
      expires_at: '2030-01-01T00:00:00.000Z',
    })
    const widened = await administrator('POST', `/agents/${agents[3]}/scopes`, { ...scope, ask: 'never' })
    const hold = (await governor('GET', `/holds/${String(widened.body.hold_id)}`)).body
    await governor('POST', `/holds/${String(widened.body.hold_id)}/reviews`, {
      verdict: 'approve',
      digest: hold.shown_digest,
    })
    await expect
      .poll(async () => (await governor('GET', `/holds/${String(widened.body.hold_id)}`)).body.status, {
        timeout: 10_000,
      })
      .toBe('applied')
    const lines = (await administrator('GET', `/agents/${agents[1]}/scopes`)).body.items ?? []
    await administrator('DELETE', `/agents/${agents[1]}/scopes/${String(lines[0]?.id)}`)
    await administrator('POST', `/agents/${agents[5]}/retire`, { reason: 'done' })
    await administrator('POST', '/tools/import', {
      source: 'one',
      tools: [{ name: 'a', parameters: {} }, { name: 'b' }],
    })
    await administrator('POST', '/tools/import', { source: 'two', tools: [{ name: 'b', description: 'changed' }] })
    const tool = (
      await administrator('POST', '/tools', {
        name: 'c',
        classification: { operation: 'pay', reversible: false, parameters: { x: 'amount' } },
      })
    ).body
    await administrator('POST', `/tools/${String(tool.id)}/classify`, {
      operation: 'pay',
      reversible: false,
      external: true,
      parameters: { x: 'amount' },
      sentence: 'Pay {x}',
    })
    const pattern = (await administrator('POST', '/resource-patterns', { tenant: 'acme' })).body
    await administrator('POST', '/resource-patterns', { environment: 'production' })
    await administrator('DELETE', `/resource-patterns/${String(pattern.id)}`)
    const paused = await governor('POST', '/containment', {
      target: { type: 'agent', id: agents[0] },
      level: 'paused',
      reason: 'odd',
    })
    expect(paused.status).toBe(201)
    expect((await governor('POST', `/containment/${String(paused.body.id)}/lift`, { reason: 'fine' })).status).toBe(200)
    const kill = { target: { type: 'agent', id: agents[1] }, level: 'killed', reason: 'bad' }
    expect((await governor('POST', '/containment', kill)).status).toBe(201)
    expect((await administrator('POST', '/containment', kill)).status).toBe(200)

    const told = new Told()
    for (const { type, data } of await world.events()) {
      if (!isKnown(type)) continue
      expect(catalogue[type].safeParse(data), `${type} ${JSON.stringify(data)}`).toMatchObject({ success: true })
      told.apply(type, data)
    }
    expect(told.credentials).toEqual(
      await stored(
        'select id, agent_id, name, expires_at, revoked_at is not null as revoked, exposed_at is not null as exposed from credential',
      ),
    )
    expect(told.scopes).toEqual(
      await stored(
        'select id, agent_id, tool_pattern, resource_pattern, operations, ceiling, environments, tenants, ask, expires_at, revoked_at is not null as revoked from scope',
      ),
    )
    const agentsNow = await stored(
      'select id, name, kind, purpose, application_id, environment, tier, owner_id, backup_id, limits, status from agent',
    )
    for (const row of agentsNow.values()) row.limits = JSON.parse(String(row.limits))
    expect(told.agents).toEqual(agentsNow)
    const toolsNow = await stored(
      'select id, name, source, schema_digest, status, operation, reversible, external, asks_person, sensitivity, parameters, sentence from tool',
    )
    for (const [id, { status, parameters, ...row }] of toolsNow) {
      const { name, source, schema_digest } = row
      expect(told.tools.get(id), String(name)).toEqual(
        status === 'classified'
          ? { ...row, parameters: JSON.parse(String(parameters)) }
          : { name, source, schema_digest },
      )
    }
    expect(told.tools.size).toBe(toolsNow.size)
    expect(told.patterns).toEqual(
      await stored('select id, type_pattern, id_pattern, environment, tenant, classification from resource_pattern'),
    )
    expect(told.containments).toEqual(
      await stored(
        'select id, target_type, target_id, level, reason, epoch, created_at as "from", lifted_at from containment',
      ),
    )
  })

  it('I03 holds no key, no hash and no content', async () => {
    const { rows } = await world.db.pool.query<{ hash: string }>(`select encode(hash, 'hex') as hash from credential`)
    const log = JSON.stringify(await world.events())
    for (const { hash } of rows) expect(log).not.toContain(hash)
    expect(log).not.toMatch(/hp_[0-9A-Z]{26}_/)
  })
})

describe('the doors of containment', () => {
  it('answer 201, 200 for the same again, 409 for weaker, 202 for lifting a kill', async () => {
    const { id } = await world.agent()
    const order = (level: string) => ({ target: { type: 'agent', id }, level, reason: 'odd' })
    const first = await governor('POST', '/containment', order('quarantined'))
    expect(first).toMatchObject({
      status: 201,
      body: { target: { type: 'agent', id }, level: 'quarantined', by: { id: world.governor.id } },
    })
    expect(await administrator('POST', '/containment', order('quarantined'))).toMatchObject({
      status: 200,
      body: { id: first.body.id },
    })
    expect(await governor('POST', '/containment', order('paused'))).toMatchObject({
      status: 409,
      body: { code: 'containment.weaker', containment: { level: 'quarantined' } },
    })
    // The administrator registered the agent and could never agree: nothing is opened that nobody could decide.
    expect(
      await governor('POST', `/containment/${String(first.body.id)}/lift`, { reason: 'understood' }),
    ).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining(world.administrator.name) },
    })
    await world.person('Gus Governor', [{ role: 'governor', team_id: null }])
    const asked = await governor('POST', `/containment/${String(first.body.id)}/lift`, { reason: 'understood' })
    expect(asked).toMatchObject({ status: 202, body: { hold_id: expect.stringMatching(/^hld_/) } })
    expect(
      (await governor('GET', '/containment?status=in_force')).body.items?.find(item => item.id === first.body.id),
    ).toMatchObject({ lift_hold_id: asked.body.hold_id, may_lift: false })
    expect((await governor('GET', `/agents/${id}`)).body).toMatchObject({ containment: { level: 'quarantined' } })
    expect((await governor('GET', `/containment/preview?type=agent&id=${id}&level=killed`)).body).toMatchObject({
      agents: 1,
    })
  })

  it('P07 refuse what does not fit', async () => {
    for (const wrong of [
      {},
      { target: { type: 'agent' }, level: 'killed', reason: 'x' },
      { target: { type: 'agent', id: '*' }, level: 'killed', reason: 'x' },
      { target: { type: 'organisation', id: 'x' }, level: 'killed', reason: 'x' },
      { target: { type: 'environment', id: 'moon' }, level: 'paused', reason: 'x' },
      { target: { type: 'organisation' }, level: 'dead', reason: 'x' },
      { target: { type: 'organisation' }, level: 'paused', reason: '' },
      { target: { type: 'organisation' }, level: 'paused', reason: 'a\u202eb' },
      { target: { type: 'organisation' }, level: 'paused', reason: 'x', until: 1 },
    ]) {
      expect((await governor('POST', '/containment', wrong)).status, JSON.stringify(wrong)).toBe(400)
    }
    expect((await governor('GET', '/containment?status=x')).status).toBe(400)
    expect((await governor('GET', '/containment/preview?type=agent&id=*')).status).toBe(404)
  })
})
