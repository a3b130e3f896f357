import { describe, expect, it } from 'vitest'
import { approvalInForce, ruleAsking } from '@/server/testing/approval-policies'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world()
const governor = await w.signedIn(w.governor)
const second = await w.signedIn(await w.person('Sam Second', [{ role: 'governor', team_id: null }]))
/** Governs the other team alone. */
const outsider = await w.signedIn(w.outsider)
const both = await w.signedIn(
  await w.person('Bo Both', [
    { role: 'governor', team_id: w.team },
    { role: 'governor', team_id: w.otherTeam },
  ]),
)
await w.tools({
  look: { operation: 'read' },
  run: {},
  pay: { operation: 'pay', parameters: { to: 'recipient', amount: 'amount' } },
})
const tool = async (name: string) => {
  const { body } = await governor('GET', `/api/console/tools?q=${name}`)
  return body.items.find((one: { name: string }) => one.name === name)
}
const call = async (key: string, name: string, params: object = {}) =>
  (await w.submit(key, { tool: name, params })).body
const agree = async (by: Person, hold: string) => {
  const { shown_digest: digest } = (await by('GET', `/api/console/holds/${hold}`)).body
  expect((await by('POST', `/api/console/holds/${hold}/reviews`, { verdict: 'approve', digest })).status).toBe(201)
}
const harmless = { operation: 'read', reversible: true, sensitivity: 'public', asks_person: true }

describe('the catalogue, which counts for every team,', () => {
  it('is not told by one team’s governor what a new tool is: other teams’ calls wait under it', async () => {
    const agent = await w.agent({ scopes: [everything] })
    const held = await call(agent.key, 'wire.money', { to: 'x' })
    expect(held.status).toBe('held')
    const { id } = await tool('wire.money')
    expect((await outsider('POST', `/api/console/tools/${id}/classify`, harmless)).status).toBe(403)
    const made = { name: 'crm__pay', source: 'x', classification: harmless }
    expect((await outsider('POST', '/api/console/tools', made)).status).toBe(403)
    expect(await tool('crm__pay')).toBeUndefined()
    const still = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=0' })
    expect(still.body.status).toBe('held')
  })

  it('takes no definition of a classified tool from one team’s governor, whole imports included', async () => {
    const agent = await w.agent({ scopes: [everything] })
    await call(agent.key, 'first.use')
    const { id } = await tool('first.use')
    const is = { operation: 'read', reversible: true, sensitivity: 'internal' }
    await governor('POST', `/api/console/tools/${id}/classify`, is)
    const poisoned = { name: 'first.use', description: 'Poisoned.', inputSchema: { type: 'object' } }
    const bring = (by: Person, tools: object[]) =>
      by('POST', '/api/console/tools/import', { source: 'evil', tools }).then(one => one.status)
    expect(await bring(outsider, [{ name: 'quite.new' }, poisoned])).toBe(403)
    expect(await tool('quite.new')).toBeUndefined()
    expect(await tool('first.use')).toMatchObject({ status: 'classified', source: '', description: '' })
    expect(await bring(outsider, [{ name: 'quite.new' }])).toBe(200)
    expect(await bring(governor, [poisoned])).toBe(200)
    expect(await bring(outsider, [poisoned])).toBe(200)
    expect(await bring(outsider, [{ ...poisoned, description: 'Worse.' }])).toBe(403)
  })

  it('gives a tool that named its server to no other one, though nobody had described it', async () => {
    const classification = { operation: 'read', reversible: true, sensitivity: 'internal' }
    await governor('POST', '/api/console/tools', { name: 'bank.look', source: 'bank', classification })
    const reporter = await w.agent({
      kind: 'service_account',
      scopes: [{ ...everything, tool_pattern: 'holdpoint.catalogue', resource_pattern: 'tools:*' }],
    })
    const report = async (source: string, description: string) => {
      const tools = [{ name: 'bank.look', description, inputSchema: { type: 'object' } }]
      return (await w.gate(reporter.key, 'POST', '/api/v1/tools', { source, tools })).body.items[0]
    }
    expect(await report('evil', 'Poisoned.')).toMatchObject({ status: 'drifted', accepted: { description: '' } })
    const agent = await w.agent({ scopes: [everything] })
    expect((await call(agent.key, 'bank.look')).status).toBe('held')
  })

  it('tells of agents only to whom they may be known', async () => {
    const agent = await w.agent({ scopes: [everything] })
    await w.submit(agent.key, { tool: 'unheard.of', params: {}, context: { session: 'private' } })
    const { id } = await tool('unheard.of')
    const read = async (by: Person) => (await by('GET', `/api/console/tools/${id}`)).body
    const mine = { id: agent.id }
    expect(await read(governor)).toMatchObject({
      waiting: [{ session: 'private', agent: mine }],
      first_seen_agent: mine,
    })
    const strangers = [
      await w.person('No Body'),
      await w.person('Vi Other', [{ role: 'viewer', team_id: w.otherTeam }]),
    ]
    for (const one of [...strangers, w.outsider]) {
      const told = await read(await w.signedIn(one))
      expect(told).toMatchObject({ waiting: [], waiting_calls: 1, agents: [], first_seen_agent: null })
      expect(JSON.stringify(told)).not.toContain(agent.id)
    }
  })
})

it('a broken glass is heard of by everybody, and what its agent asked before by its own people alone', async () => {
  const agent = await w.agent({ scopes: [everything] })
  const lines = [{ tool: 'pay', operation: 'pay', environment: 'production', count: 5, params: {} }]
  const asked = { agent_id: agent.id, kind: 'break_glass', reason: 'x', expires_in_seconds: 600, approvals: 1, lines }
  const { body } = await governor('POST', '/api/console/grants', asked)
  await agree(second, body.hold_id)
  const nobody = await w.signedIn(await w.person('Nell Nobody'))
  const status = async (by: Person, path: string) => (await by('GET', `/api/console/grants/${body.id}${path}`)).status
  await expect.poll(() => status(nobody, ''), { timeout: 20_000 }).toBe(200)
  expect(await status(nobody, '/coverage')).toBe(404)
  expect(await status(governor, '/coverage')).toBe(200)
})

describe('scopes that reach past a team', () => {
  it.each([
    ['holdpoint.record', 'agent:*'],
    ['holdpoint.vouch', 'agent:agt_*'],
    ['holdpoint.catalogue', 'tools:*'],
  ])('are the organisation’s to give: %s', async (tool_pattern, resource_pattern) => {
    const scope = { ...everything, tool_pattern, resource_pattern }
    const body = {
      name: `Gateway of ${resource_pattern.slice(0, -2)}`,
      kind: 'service_account',
      application_id: w.otherApplication,
      environment: 'production',
    }
    expect((await outsider('POST', '/api/console/agents', { ...body, scopes: [scope] })).status).toBe(403)
    const made = await outsider('POST', '/api/console/agents', { ...body, scopes: [everything] })
    expect(made.status).toBe(201)
    const grant = (by: Person) => by('POST', `/api/console/agents/${made.body.id}/scopes`, scope)
    expect((await grant(outsider)).status).toBe(403)
    expect((await grant(governor)).status).toBe(201)
  })
})

describe('an application whose agents work', () => {
  const path = `/api/console/applications/${w.application}`

  it('is moved out of a team that is killed by nobody alone, and the switch holds until a second person agrees', async () => {
    const agent = await w.agent({ scopes: [everything] })
    const target = { type: 'team', id: w.team }
    const thrown = await governor('POST', '/api/console/containment', { target, level: 'killed', reason: 'x' })
    expect(thrown.status).toBe(201)
    const asked = await both('PATCH', path, { team_id: w.otherTeam })
    expect(asked.status).toBe(202)
    expect((await call(agent.key, 'look', { n: 1 })).status).toBe('denied')
    expect((await governor('GET', `/api/console/holds/${asked.body.hold_id}`)).body).toMatchObject({
      title: expect.stringMatching(/^Move the application “.+” to the team “.+”$/),
    })
    await agree(governor, asked.body.hold_id)
    await expect.poll(async () => (await governor('GET', path)).body.team.id, { timeout: 20_000 }).toBe(w.otherTeam)
    expect((await call(agent.key, 'look', { n: 2 })).status).toBe('allowed')
    const back = await both('PATCH', path, { team_id: w.team })
    await agree(second, back.body.hold_id)
    await expect.poll(async () => (await governor('GET', path)).body.team.id, { timeout: 20_000 }).toBe(w.team)
    const lifted = await governor('POST', `/api/console/containment/${thrown.body.id}/lift`, { reason: 'x' })
    await agree(second, lifted.body.hold_id)
    await expect.poll(async () => (await call(agent.key, 'look', { n: 3 })).status, { timeout: 20_000 }).toBe('allowed')
  })

  it('changes its team apart from who answers for it', async () => {
    await w.agent({ scopes: [everything] })
    const patch = { team_id: w.otherTeam, owner_id: w.backup.id, backup_id: null }
    expect((await governor('PATCH', path, patch)).status).toBe(400)
  })
})

it('how an action has ended is said by nobody on the side that asked: it releases what waits for that', async () => {
  const pat = await w.person('Pat Owner', [{ role: 'approver', team_id: w.team }])
  const agent = await w.agent({ scopes: [everything], owner_id: pat.id })
  const first = await call(agent.key, 'look', { once: 1 })
  await w.gate(
    agent.key,
    'POST',
    `/api/v1/actions/${first.id}/outcome`,
    { status: 'unknown' },
    { 'idempotency-key': 'o1' },
  )
  expect((await call(agent.key, 'look', { once: 1 })).status).toBe('held')
  const say = async (by: Person) =>
    (await by('POST', `/api/console/actions/${first.id}/reconcile`, { status: 'failed' })).status
  expect(await say(await w.signedIn(pat))).toBe(403)
  const meant = await w.person('Mia Meant', [{ role: 'approver', team_id: w.team }])
  const forHer = (await w.submit(agent.key, { tool: 'look', params: { n: 9 }, context: { acting_for: meant.email } }))
    .body
  await w.gate(agent.key, 'POST', `/api/v1/actions/${forHer.id}/outcome`, { status: 'unknown' })
  const mia = await w.signedIn(meant)
  expect((await mia('POST', `/api/console/actions/${forHer.id}/reconcile`, { status: 'failed' })).status).toBe(403)
  expect(await say(await w.signedIn(w.approver))).toBe(204)
})

it('what an argument means is taken away by two people: a rule about recipients would no longer ask', async () => {
  await inForce(
    w,
    packWith(
      `@id("to-strangers") @reason("strangers") forbid (principal, action == Action::"pay", resource) when { ["untrusted", "unknown", "agent"].contains(context.recipient_from) };`,
    ),
  )
  const agent = await w.agent({ scopes: [everything] })
  const pay = async (amount: string) => (await call(agent.key, 'pay', { to: 'GB29NWBK60161331926819', amount })).status
  expect(await pay('1')).toBe('denied')
  const { id, classified } = await tool('pay')
  const without = { ...classified, parameters: { amount: 'amount' } }
  const asked = await governor('POST', `/api/console/tools/${id}/classify`, without)
  expect(asked.status).toBe(202)
  expect((await second('GET', `/api/console/holds/${asked.body.hold_id}`)).body).toMatchObject({
    title: 'Change what the tool “pay” is said to be',
    why: [{ sentence: 'Its calls may then pass where people or rules stop them today.' }],
  })
  expect(await pay('2')).toBe('denied')
})

it('what is the organisation’s is read by no administrator of one team: test requests, channels, what these gave up on', async () => {
  const small = await w.signedIn(await w.person('Tea Admin', [{ role: 'administrator', team_id: w.otherTeam }]))
  const paths = ['reports/canaries', 'channels', 'channels/mail/dead']
  for (const path of paths) expect([path, (await small('GET', `/api/console/${path}`)).status]).toEqual([path, 403])
})

it('nobody lets themselves decide by an escalation policy that they write, in the place of those whom two have agreed to ask', async () => {
  const key = 'fin-check'
  await w.tools({ [key]: { operation: 'read' } })
  const asked = { approvals: 1, who: [{ relation: 'role' as const, role: 'approver' as const, team_id: w.team }] }
  await approvalInForce(w, key, { stages: [{ label: 'Payments', need: asked }] })
  await inForce(w, packWith(ruleAsking(key)))
  const agent = await w.agent({ scopes: [everything], application_id: w.otherApplication })
  const held = await call(agent.key, key)
  const colleague = await w.person('Cora Colleague', [{ role: 'governor', team_id: w.otherTeam }])
  const may = async (by: Person) => (await by('GET', `/api/console/holds/${held.hold.id}`)).body.me.may_approve
  const who = [w.outsider.id, colleague.id].map(person_id => ({ kind: 'person', person_id }))
  const body = { name: 'Mine', team_id: w.otherTeam, levels: [{ who, after: { seconds: 0 }, adds: true }] }
  expect((await outsider('POST', '/api/console/escalation', body)).status).toBe(201)
  const cora = await w.signedIn(colleague)
  await expect.poll(() => may(cora), { timeout: 20_000 }).toBe(true)
  expect(await may(outsider)).toBe(false)
})
