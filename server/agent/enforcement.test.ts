import { beforeAll, describe, expect, it } from 'vitest'
import { readEvent } from '@/lib/audit/catalogue'
import { fold } from '@/lib/audit/fold'
import { everything, type Person, type World, world } from '@/server/testing/world'

const w: World = await world(2)
const scopes = [everything]
const day = 86_400
let governor: Person
let administrator: Person
let second: Person
let approver: Person
let viewer: Person
let owner: Person
let outsider: Person

beforeAll(async () => {
  await w.tools({
    look: { operation: 'read' },
    run: { parameters: { n: 'count' } },
    burn: { reversible: false },
    pay: { operation: 'pay', parameters: { amount: 'amount' } },
    vault: { operation: 'secret' },
    grantor: { operation: 'privilege' },
  })
  const sam = await w.person('Sam Second', [{ role: 'governor', team_id: null }])
  governor = await w.signedIn(w.governor)
  administrator = await w.signedIn(w.administrator)
  second = await w.signedIn(sam)
  approver = await w.signedIn(w.approver)
  viewer = await w.signedIn(w.viewer)
  owner = await w.signedIn(w.owner)
  outsider = await w.signedIn(w.outsider)
})

const path = '/api/console/enforcement'
const agentOf = () => w.agent({ scopes: scopes.map(one => ({ ...one, ask: 'writes' as const })) })
const settle = (good: () => Promise<boolean>) => expect.poll(good, { timeout: 10_000, interval: 50 }).toBe(true)

const ask = (who: Person, id: string, more: Record<string, unknown> = {}) =>
  who('POST', path, {
    target: { type: id.startsWith('tea') ? 'team' : 'agent', id },
    days: 7,
    reason: 'to see',
    ...more,
  })

/** Asks, and has a second person agree. Answers the window once it is open. */
async function observe(id: string, more: Record<string, unknown> = {}) {
  const asked = await ask(governor, id, more)
  expect(asked.status).toBe(202)
  const hold = `/api/console/holds/${asked.body.hold_id}`
  const { shown_digest } = (await second('GET', hold)).body
  expect((await second('POST', `${hold}/reviews`, { verdict: 'approve', digest: shown_digest })).status).toBe(201)
  const open = async () => (await governor('GET', `${path}?status=open&target=${id}`)).body.items
  await settle(async () => (await open()).length === 1)
  return (await open())[0]
}

const run = async (key: string, more: Record<string, unknown> = {}) =>
  (await w.submit(key, { tool: 'run', params: { n: 1 }, ...more })).body

describe('O06: watching only', () => {
  it('takes two people, is enforced until then, and is told to agent, list, page, health and metrics', async () => {
    const agent = await agentOf()
    expect((await run(agent.key)).status).toBe('held')
    const asked = await ask(governor, agent.id)
    expect(asked.status).toBe(202)
    expect((await run(agent.key, { params: { n: 2 } })).status).toBe('held')
    const hold = `/api/console/holds/${asked.body.hold_id}`
    const detail = (await second('GET', hold)).body
    expect(detail.title).toMatch(/Watch “.*” only, without enforcing for 7 days/)
    const { shown_digest: digest } = detail
    const by = (who: Person) => who('POST', `${hold}/reviews`, { verdict: 'approve', digest })
    expect((await by(governor)).status).toBe(403)
    expect((await by(owner)).status).toBe(403)
    expect((await by(administrator)).status).toBe(403)
    expect((await by(second)).status).toBe(201)
    await settle(async () => (await governor('GET', `${path}?status=open&target=${agent.id}`)).body.items.length === 1)

    const seen = await run(agent.key, { params: { n: 3 } })
    expect(seen).toMatchObject({
      status: 'allowed',
      enforced: false,
      decision: { verdict: 'allow', code: 'policy.observed' },
      would_be: { status: 'held' },
    })
    const self = (await w.gate(agent.key, 'GET', '/api/v1/agent')).body
    expect(self.enforcement).toEqual({ mode: 'observe', until: expect.any(String) })
    const page = (await viewer('GET', `/api/console/agents/${agent.id}`)).body
    expect(page.observed).toMatchObject({ reason: 'to see', by: { name: w.governor.name }, target: 'agent' })
    const listed = (await viewer('GET', '/api/console/agents?limit=200')).body.items
    expect(listed.find((one: { id: string }) => one.id === agent.id).observed).not.toBeNull()
    const url = w.servers[0]?.url ?? ''
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ready', observing: 1 })
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('holdpoint_observing{target="agent"} 1')
  })

  it('payments, privileges, secrets and what cannot be undone are enforced even while watching', async () => {
    const agent = await agentOf()
    await observe(agent.id)
    for (const [tool, more] of [
      ['pay', { params: { amount: '9000.00' } }],
      ['grantor', {}],
      ['vault', {}],
      ['burn', {}],
      ['never.seen.before', {}],
      ['run', { operation: 'pay' }],
      ['run', { impact: { reversible: false } }],
    ] as const) {
      const { body } = await w.submit(agent.key, { tool, params: {}, ...more })
      expect([tool, body.status]).toEqual([tool, 'held'])
    }
  })

  it('scope and switches bind even while watching', async () => {
    const agent = await w.agent({
      scopes: [
        { ...scopes[0], tool_pattern: 'run', ask: 'writes', operations: ['execute'], environments: ['production'] },
      ],
    })
    await observe(agent.id)
    expect((await run(agent.key)).status).toBe('allowed')
    expect((await w.submit(agent.key, { tool: 'look', params: {} })).body.decision.code).toBe('scope.exceeded')
    const target = { type: 'agent', id: agent.id }
    const guarded = await governor('POST', '/api/console/containment', { target, level: 'guarded', reason: 'careful' })
    expect(guarded.status).toBe(201)
    expect((await run(agent.key, { params: { n: 4 } })).status).toBe('held')
    await governor('POST', '/api/console/containment', { target, level: 'paused', reason: 'stop' })
    expect((await run(agent.key, { params: { n: 5 } })).decision.code).toBe('containment.paused')
  })

  it('ends at once by one person, on every instance, and only once', async () => {
    const agent = await agentOf()
    const window = await observe(agent.id)
    const end = (who: Person) => who('POST', `${path}/${window.id}/end`, { reason: 'enough' })
    expect((await end(viewer)).status).toBe(403)
    expect((await end(outsider)).status).toBe(404)
    expect((await end(owner)).body).toMatchObject({ state: 'ended', ended_by: { name: w.owner.name } })
    for (const at of [0, 1]) {
      const { body } = await w.submit(agent.key, { tool: 'run', params: { n: 10 + at } }, {}, at)
      expect([body.status, body.enforced]).toEqual(['held', true])
    }
    expect((await end(approver)).status).toBe(409)
    await expect(
      w.db.pool.query('update enforcement_window set ended_at = null where id = $1', [window.id]),
    ).rejects.toThrow()
    await expect(w.db.pool.query(`update enforcement_window set until = until + interval '1 day'`)).rejects.toThrow()
  })

  it('reaches a team’s agents, those of no other, and is told of as the team’s', async () => {
    const [mine, other] = [await agentOf(), await w.agent({ scopes, application_id: w.otherApplication })]
    const window = await observe(w.team)
    expect(await run(mine.key, { params: { n: 6 } })).toMatchObject({ status: 'allowed', enforced: false })
    expect((await w.submit(other.key, { tool: 'burn', params: {} })).body.enforced).toBe(true)
    expect((await governor('GET', `/api/console/agents/${mine.id}`)).body.observed.target).toBe('team')
    expect((await governor('GET', `/api/console/agents/${other.id}`)).body.observed).toBeNull()
    await approver('POST', `${path}/${window.id}/end`, { reason: 'enough' })
  })

  it('is refused to those who may not, for longer than 30 days, and where it is so already', async () => {
    const agent = await agentOf()
    for (const who of [viewer, approver, owner]) expect((await ask(who, agent.id)).status).toBe(403)
    expect((await ask(outsider, agent.id)).status).toBe(404)
    for (const days of [0, 31, 1.5]) expect((await ask(governor, agent.id, { days })).status).toBe(400)
    expect((await ask(governor, `agt_${'0'.repeat(26)}`)).status).toBe(404)
    await observe(agent.id)
    expect((await ask(governor, agent.id)).body.code).toBe('enforcement.observed')
  })

  it('an agent that has changed since it was asked for is not watched', async () => {
    const agent = await agentOf()
    const { body } = await ask(governor, agent.id)
    await administrator('PATCH', `/api/console/agents/${agent.id}`, { purpose: 'Another one' })
    const hold = `/api/console/holds/${body.hold_id}`
    const { shown_digest } = (await second('GET', hold)).body
    await second('POST', `${hold}/reviews`, { verdict: 'approve', digest: shown_digest })
    await settle(async () => (await second('GET', hold)).body.status === 'failed')
    expect((await run(agent.key)).status).toBe('held')
  })

  it('says what enforcing would have done: by rule, tool and hour, and which alike ones', async () => {
    const agent = await agentOf()
    await observe(agent.id)
    for (let n = 20; n < 26; n++) await run(agent.key, { params: { n } })
    await w.submit(agent.key, { tool: 'look', params: {} })
    const { status, body } = await viewer('GET', `/api/console/agents/${agent.id}/readiness`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      would_be: { held: 6, denied: 0 },
      actions: 7,
      days: 14,
      capped: false,
      time_zone: 'UTC',
    })
    expect(body.by_tool).toEqual([{ tool: 'run', held: 6, denied: 0 }])
    expect(body.by_rule[0]).toMatchObject({ held: 6, sentence: expect.any(String) })
    expect(body.alike).toEqual([expect.objectContaining({ tool: 'run', held: 6, share: 1 })])
    expect(body.window.may_end).toBe(false)
    expect((await outsider('GET', `/api/console/agents/${agent.id}/readiness`)).status).toBe(404)
    const team = (await governor('GET', `/api/console/teams/${w.team}/readiness`)).body
    expect(team.would_be.held).toBeGreaterThanOrEqual(6)
  })

  it('runs out by the clock alone, is written down, and the log alone tells it all (INV-36)', async () => {
    const agent = await agentOf()
    const window = await observe(agent.id, { days: 1 })
    await w.test.moveClock(day + 1)
    governor = await w.signedIn(w.governor)
    expect((await run(agent.key, { params: { n: 30 } })).status).toBe('held')
    const one = async () => (await governor('GET', `${path}?target=${agent.id}`)).body.items[0]
    await settle(async () => (await one()).state === 'ended')
    expect(await one()).toMatchObject({ ended_at: window.until, ended_by: null })
    const { rows } = await w.db.pool.query('select body from event order by id')
    const events = rows.flatMap(row => {
      const read = readEvent(JSON.parse(row.body))
      return read.ok ? [read.event] : []
    })
    const stored = await w.db.pool.query(
      `select id, target_type || '/' || target_id as target, from_at, until, ended_at from enforcement_window`,
    )
    expect(Object.fromEntries(fold(events).windows)).toEqual(
      Object.fromEntries(
        stored.rows.map(({ id, target, from_at, until, ended_at }) => [
          id,
          {
            target,
            from: from_at.toISOString(),
            until: until.toISOString(),
            ended_at: ended_at?.toISOString() ?? null,
          },
        ]),
      ),
    )
  })
})
