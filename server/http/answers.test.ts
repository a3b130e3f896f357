import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hearApprovalPolicies } from '@/server/testing/approval-policies'
import { hearing } from '@/server/testing/heard'
import { hearAuthzen } from '@/server/testing/heard-authzen'
import { hearChannels, hearDestinations } from '@/server/testing/heard-channels'
import { hearDeciding } from '@/server/testing/heard-deciding'
import { hearDevice } from '@/server/testing/heard-device'
import { hearEscalation } from '@/server/testing/heard-escalation'
import { hearHook } from '@/server/testing/heard-hook'
import { hearMcp } from '@/server/testing/heard-mcp'
import { hearOnCall } from '@/server/testing/heard-on-call'
import { hearPasskeys } from '@/server/testing/heard-passkeys'
import { hearPeople } from '@/server/testing/heard-people'
import { hearReports } from '@/server/testing/heard-report'
import { hearStanding } from '@/server/testing/heard-standing'
import { hearWebhooks } from '@/server/testing/heard-webhooks'
import { slackShaped } from '@/server/testing/slack'
import { everything, type Reply, world } from '@/server/testing/world'
import { doors } from './doors'

const slack = await slackShaped()
afterAll(slack.close)
const w = await world(1, { mcpCommands: [process.execPath], fetchAllow: ['127.0.0.1'], slackApi: slack.url })
const { document, paths, seen, wrong, as, machine, anybody } = await hearing(w)
const [governor, owner, approver] = [await as(w.governor), await as(w.owner), await as(w.approver)]
const administrator = await as(w.administrator)
beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, write: {}, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
})

describe('every answer is what the document says', () => {
  it('the document itself is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(z.record(z.string(), z.unknown()).parse(document))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    const ids = Object.values(paths).flatMap(methods => Object.values(methods).map(one => one.operationId))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('people, teams and applications', async () => hearPeople(w, { anybody, owner, administrator }))

  it('agents, their keys and scopes, and what holds them back', async () => {
    const scopes = [{ ...everything }]
    const body = { name: 'Answering agent', application_id: w.application, environment: 'production', scopes }
    const agent = await governor('POST', '/agents', {}, body)
    await governor('POST', '/agents', {}, body)
    await governor('POST', '/agents', {}, { ...body, name: 3 })
    const issued = await governor('POST', '/agents/{id}/credentials', agent.body, { name: 'first' })
    const pair = { id: agent.body.id, cid: issued.body.id }
    await governor('POST', '/agents/{id}/credentials/{cid}/rotate', pair, {})
    await governor('PATCH', '/agents/{id}', agent.body, { purpose: 'answers' })
    await governor('PATCH', '/agents/{id}', agent.body, { tier: 'low' })
    await governor('GET', '/agents')
    await governor('GET', '/agents/{id}', agent.body)
    await governor('GET', '/agents/{id}/story', agent.body)
    await governor('GET', '/agents/{id}/credentials', agent.body)
    await governor('GET', '/agents/{id}/scopes', agent.body)
    const young = await governor('POST', '/agents', {}, { ...body, name: 'Young sapling', environment: 'development' })
    await governor('POST', '/agents/{id}/scopes', young.body, everything)
    await governor('POST', '/agents/{id}/scopes', agent.body, {
      ...everything,
      tenants: ['acme'],
      resource_pattern: 'x*',
    })
    await governor('POST', '/agents/{id}/retire', young.body, { reason: 'not needed' })
    await governor('POST', '/agents/{id}/retire', young.body, { reason: 'not needed' })
    await machine(issued.body.key)('GET', '/api/v1/agent')
    const target = { type: 'agent', id: agent.body.id }
    await governor('GET', '/containment/preview', { '?': `?type=agent&id=${agent.body.id}` })
    const paused = await governor('POST', '/containment', {}, { target, level: 'paused', reason: 'try' })
    await governor('POST', '/containment', {}, { target, level: 'guarded', reason: 'try' })
    await governor('GET', '/agents/{id}', agent.body)
    await machine(issued.body.key)('GET', '/api/v1/agent')
    await governor('GET', '/containment')
    await governor('POST', '/containment/{id}/lift', paused.body, { reason: 'done' })
    await governor('POST', '/containment/{id}/lift', paused.body, { reason: 'done' })
    const killed = await governor('POST', '/containment', {}, { target, level: 'killed', reason: 'try' })
    await administrator('POST', '/containment/{id}/lift', killed.body, { reason: 'done' })
  })

  it('tools, resources and policy', async () => {
    const tools = [{ name: 'mail', inputSchema: { type: 'object', properties: { to: { type: 'string' } } } }]
    await governor('POST', '/tools/import', {}, { source: 'test', tools })
    const tool = await governor('POST', '/tools', {}, { name: 'by hand' })
    await governor('GET', '/tools')
    await governor('GET', '/tools/{id}', tool.body)
    const said = { operation: 'delete', reversible: false, sensitivity: 'internal' }
    await governor('POST', '/tools/{id}/classify', tool.body, said)
    await governor('PATCH', '/tools/{id}', tool.body, { description: 'deletes' })
    await governor('PATCH', '/tools/{id}', tool.body, { classification: { ...said, operation: 'read' } })
    const pattern = await governor(
      'POST',
      '/resource-patterns',
      {},
      { type_pattern: 'db*', classification: 'restricted' },
    )
    await governor('PATCH', '/resource-patterns/{id}', pattern.body, { type_pattern: 'd*', tenant: 'acme' })
    await governor('GET', '/resource-patterns')
    const policy = await governor('GET', '/policy')
    await governor('GET', '/policy/versions')
    const draft = await governor('POST', '/policy/drafts', {}, { title: 'A draft' })
    await governor('GET', '/policy/drafts')
    await governor('GET', '/policy/drafts/{id}', draft.body)
    await governor('PATCH', '/policy/drafts/{id}', draft.body, { source: 'permit(' }, { 'if-match': '"v9"' })
    await governor('PATCH', '/policy/drafts/{id}', draft.body, { source: 'permit(' })
    await governor('POST', '/policy/drafts/{id}/check', draft.body)
    await governor('POST', '/policy/check', {}, { source: 'permit(' })
    await governor('POST', '/policy/drafts/{id}/propose', draft.body, { note: 'broken' })
    await governor('PATCH', '/policy/drafts/{id}', draft.body, { source: policy.body.source, based_on: 99 })
    await governor('POST', '/policy/drafts/{id}/propose', draft.body, { note: 'overtaken' })
    await governor('PATCH', '/policy/drafts/{id}', draft.body, { based_on: 1 })
    const refused = async ({ body: { hold_id: id } }: Reply) => {
      const { body } = await administrator('GET', '/holds/{id}', { id })
      await administrator('POST', '/holds/{id}/reviews', { id }, { verdict: 'reject', digest: body.shown_digest })
    }
    await refused(await governor('POST', '/policy/drafts/{id}/propose', draft.body, { note: 'the same' }))
    await governor('DELETE', '/policy/drafts/{id}', draft.body)
    await governor('GET', '/policy/versions/{version}', { version: '1' })
    await refused(await governor('POST', '/policy/versions/{version}/restore', { version: '1' }, { note: 'back' }))
    await governor('POST', '/policy', {}, { source: policy.body.source, note: 'the same' })
    await governor('POST', '/policy', {}, { source: 'permit(', note: 'broken' })
    const source = policy.body.source
    const reading = { name: 'Reading', given: { operation: 'read' }, want: 'allow' }
    const added = await governor('POST', '/policy/cases', {}, reading)
    await governor('POST', '/policy/cases', {}, reading)
    await governor('GET', '/policy/cases')
    await governor('GET', '/policy/cases/export')
    await governor('POST', '/policy/cases/run', {}, { source })
    await governor('POST', '/policy/cases/import', {}, { cases: [reading] })
    await governor('PUT', '/policy/cases/{id}', added.body, { ...reading, want: 'deny' })
    await governor('POST', '/policy', {}, { source, note: 'fails its case' })
    await governor('DELETE', '/policy/cases/{id}', added.body)
    await governor('POST', '/policy/replay', {}, { source })
    await governor('POST', '/policy/shadow', {}, { source })
    await governor('GET', '/policy/shadow')
    await governor('POST', '/policy/shadow/stop')
    await governor('POST', '/policy/what-if', {}, { facts: { operation: 'pay', amount: '5.00' } })
  })

  it('watching only, calendars and sources', async () => {
    const team = { id: w.otherTeam }
    const watched = { target: { type: 'team', id: w.otherTeam }, days: 1, reason: 'to see' }
    const asked = await governor('POST', '/enforcement', {}, watched)
    await governor('POST', '/enforcement', {}, watched)
    const hold = { id: asked.body.hold_id }
    const { shown_digest: digest } = (await administrator('GET', '/holds/{id}', hold)).body
    await administrator('POST', '/holds/{id}/reviews', hold, { verdict: 'approve', digest })
    const open = async () => (await governor('GET', '/enforcement', { '?': '?status=open' })).body.items
    await expect.poll(async () => (await open()).length, { timeout: 10_000 }).toBe(1)
    await governor('GET', '/teams/{id}/readiness', team)
    await governor('GET', '/agents/{id}/readiness', { id: (await w.agent()).id })
    const [window] = await open()
    await governor('POST', '/enforcement', {}, watched)
    await governor('POST', '/enforcement/{id}/end', window, { reason: 'enough' })
    await governor('POST', '/enforcement/{id}/end', window, { reason: 'enough' })
    await governor('PUT', '/teams/{id}/calendar', team, { time_zone: 'UTC', working_hours: { 1: ['09:00', '17:00'] } })
    await governor('PUT', '/teams/{id}/calendar', team, { time_zone: 'UTC', working_hours: { 1: ['09:00', '18:00'] } })
    const source = { name: 'CMDB', type_pattern: 'customer', url: 'https://93.184.215.14/{id}' }
    const made = await governor('POST', '/resource-sources', {}, source)
    const agreed = { id: made.body.hold_id }
    const shown = (await administrator('GET', '/holds/{id}', agreed)).body
    await administrator('POST', '/holds/{id}/reviews', agreed, { verdict: 'approve', digest: shown.shown_digest })
    const sources = async () => (await governor('GET', '/resource-sources')).body.items
    await expect.poll(async () => (await sources()).length, { timeout: 10_000 }).toBe(1)
    const [known] = await sources()
    await governor('PUT', '/resource-sources/{id}', known, { ...source, name: 'Another' })
    await governor('DELETE', '/resource-sources/{id}', known)
    const waiting = { id: (await sources())[0].waiting_hold_id }
    const other = (await administrator('GET', '/holds/{id}', waiting)).body
    await administrator('POST', '/holds/{id}/reviews', waiting, {
      verdict: 'reject',
      digest: other.shown_digest,
      comment: 'no',
    })
    await governor('DELETE', '/resource-sources/{id}', known)
  })

  it('the gate, the queue and the log', async () => {
    const everyTool = { ...everything, operations: [...everything.operations], environments: ['production' as const] }
    const { id, key } = await w.agent({ scopes: [everyTool] })
    const agent = machine(key)
    const actions = '/api/v1/actions'
    const ask = (tool: string, params: unknown, more = {}, headers = {}) =>
      agent('POST', actions, {}, { tool, params, ...more }, { 'idempotency-key': crypto.randomUUID(), ...headers })
    const permitted = await ask('look', {})
    const using = { permit: permitted.body.permit, tool: 'look', params: {}, consume: true }
    await agent('POST', '/api/v1/permits/verify', {}, using)
    await agent('POST', '/api/v1/permits/verify', {}, using)
    await agent('GET', '/.well-known/jwks.json')
    await governor('GET', '/coverage', {}, undefined)
    await administrator('POST', '/permits/rotate', {}, { reason: 'it was in a backup' })
    await ask('look', {}, { operation: 'read' }, { 'idempotency-key': 'one' })
    await ask('look', { other: 1 }, {}, { 'idempotency-key': 'one' })
    await ask('write', {}, { wrong: true })
    await agent('POST', actions, {}, { tool: 'write', params: {} })
    const context = { session: 's-1', acting_for: 'emma', sources: [{ kind: 'user', text: 'pay 12' }] }
    const resource = { type: 'account', id: 'x', environment: 'production' }
    const paying = await ask(
      'pay',
      { amount: '12' },
      { context, resource, intent: 'pay', impact: { reversible: true } },
    )
    const writing = await ask('write', { a: 1 })
    const unknown = await ask('never seen', { to: 'x' })
    const taken = await ask('write', { a: 2 })
    await agent('POST', '/api/v1/actions/{id}/cancel', { id: taken.body.id }, { reason: 'not needed' })
    await hearDeciding({ agent, approver, owner })
    await approver('GET', '/holds')
    const hold = { id: paying.body.hold.id }
    const shown = await approver('GET', '/holds/{id}', hold)
    const digest = shown.body.shown_digest
    await approver('POST', '/holds/{id}/views', hold, { digest })
    await hearPasskeys(approver, administrator, w.approver.id, hold.id)
    await approver('POST', '/holds/{id}/reviews', hold, { verdict: 'ask', digest, note: 'why?' })
    await approver('POST', '/holds/{id}/reviews', hold, { verdict: 'approve', digest: `sha256:${'0'.repeat(64)}` })
    await owner('POST', '/holds/{id}/reviews', hold, { verdict: 'approve', digest })
    await approver('POST', '/holds/{id}/reviews', hold, { verdict: 'approve', digest, params: { amount: '11' } })
    await approver('POST', '/holds/{id}/reviews', hold, { verdict: 'reject', digest })
    const one = { id: paying.body.id }
    await agent('GET', '/api/v1/actions/{id}', one)
    await agent('POST', '/api/v1/actions/{id}/cancel', one, {})
    await agent('POST', '/api/v1/actions/{id}/outcome', one, { status: 'unknown', summary: 'timed out' })
    await approver('POST', '/actions/{id}/reconcile', one, { status: 'failed' })
    await approver('GET', '/holds/{id}', hold)
    await agent('POST', '/api/v1/actions/{id}/outcome', { id: writing.body.id }, { status: 'failed' })
    const rejected = { id: writing.body.hold.id }
    await approver('POST', '/holds/{id}/reject-and-contain', rejected, { digest: writing.body.digest, comment: 'no' })
    await agent('GET', '/api/v1/actions')
    await agent('GET', '/api/v1/actions/{id}', { id: 'act_none' })
    await governor('GET', '/holds/{id}', { id: unknown.body.hold.id })
    await governor('GET', '/holds', { '?': '?status=all' })
    await governor('GET', '/actions')
    await governor('GET', '/actions/{id}', one)
    await governor('GET', '/actions/{id}/explain', one)
    await governor('GET', '/agents/{id}/actions', { id })
    await governor('GET', '/sessions')
    await governor('GET', '/tools', { '?': '?status=unclassified' })
    await governor('GET', '/audit')
    await expect.poll(async () => (await governor('GET', '/audit/checkpoint')).status).toBe(200)
    await expect
      .poll(async () => (await governor('GET', '/audit/proof/{id}', one)).status, { timeout: 5_000 })
      .toBe(200)
    await governor('GET', '/audit/export')
    await governor('GET', '/audit/regression')
    for (const path of ['/health/live', '/health/ready', '/metrics']) await anybody('GET', path)
  })

  it('command lines', () => hearDevice(anybody, owner))

  it('plans and standing approvals', () => hearStanding(w, { governor, approver, administrator, machine, as }))

  it('webhooks', () => hearWebhooks(w, governor, machine))

  it('MCP servers', () => hearMcp(governor))

  it('escalation', async () => hearEscalation(w, governor, (await w.agent()).id))

  it('channels', async () => {
    await hearChannels(slack, administrator)
    await hearDestinations(slack.url, administrator)
  })

  it('approval policies and managers', () =>
    hearApprovalPolicies({ administrator, governor }, w.owner.id, w.approver.id))

  it('who is on call', () => hearOnCall(governor, w.governor))

  it('AuthZEN and its approval profile', () => hearAuthzen(w, machine))

  it('reports', async () => hearReports({ administrator, governor, viewer: await as(w.viewer) }))

  it('the hook of Claude Code', () => hearHook(w, machine))

  it('nothing was answered that is not in the document', () => expect(wrong).toEqual([]))

  it('every door that answers with something has been heard', () => {
    const silent = doors.filter(({ method, path, answer }) => {
      const statuses = [...(seen.get(`${method} ${path}`) ?? [])]
      return answer !== null && !statuses.some(status => status < 300)
    })
    expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })
})
