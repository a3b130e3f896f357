import { expect } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import type { Caller } from './heard'
import { everything, type World } from './world'

interface Callers {
  readonly governor: Caller
  readonly approver: Caller
  readonly administrator: Caller
  readonly machine: (key: string) => Caller
  readonly as: (person: SignedIn) => Promise<Caller>
}

/** Asks for plans and standing approvals, agrees to them, uses up what they have, and looks at all of it. */
export async function hearStanding(
  w: World,
  { governor, approver, administrator, machine, as }: Callers,
): Promise<void> {
  const whole = everything
  const everyScope = [whole]
  const { id, key } = await w.agent({ scopes: everyScope })
  const agent = machine(key)
  const steps = [{ tool: 'write', params: {} }]
  const headers = { 'idempotency-key': 'plan' }
  const plan = await agent('POST', '/api/v1/plans', {}, { steps }, headers)
  await agent('POST', '/api/v1/plans', {}, { steps: [...steps, ...steps] }, headers)
  await agent('GET', '/api/v1/plans/{id}', plan.body)
  await agent('GET', '/api/v1/plans/{id}', { id: 'none' })
  await agent('POST', '/api/v1/plans/{id}/cancel', plan.body, {})

  const open = everything
  const recorder = await w.agent({ scopes: [{ ...open, tool_pattern: 'holdpoint.record' }] })
  const system = machine((await w.agent({ kind: 'service_account', scopes: everyScope })).key)
  for (const one of [agent, system]) await one('POST', '/api/v1/permits/ungated', {}, { tool: 'pay', done: false })
  const told = { agent: id, session: 's', sources: [{ kind: 'tool_result', text: 'An invoice.' }] }
  await machine(recorder.key)('POST', '/api/v1/sources', {}, told)
  await agent('POST', '/api/v1/sources', {}, told)
  await machine(recorder.key)('POST', '/api/v1/sources', {}, { ...told, sources: [] })

  const reporter = await w.agent({ scopes: [{ ...open, tool_pattern: 'holdpoint.catalogue' }] })
  const definitions = { source: 'bank', tools: [{ name: 'bank__see', inputSchema: {} }] }
  await machine(reporter.key)('POST', '/api/v1/tools', {}, definitions)
  await agent('POST', '/api/v1/tools', {}, definitions)
  await agent('POST', '/api/v1/tools', {}, {})

  const line = { tool: 'pay', params: { amount: { at_most: '10' } }, count: 2 }
  const envelope = { task: 't', reason: 'Pay.', expires_in_seconds: 600, lines: [line] }
  const asked = await agent('POST', '/api/v1/grants', {}, envelope, { 'idempotency-key': 'envelope' })
  await agent('POST', '/api/v1/grants', {}, { ...envelope, lines: [] })
  await agent('GET', '/api/v1/grants')
  await agree(approver, asked.body.hold.id)
  await expect.poll(async () => (await agent('GET', '/api/v1/grants/{id}', asked.body)).body.status).toBe('valid')
  await agent('POST', '/api/v1/grants/{id}/end', asked.body, { reason: 'done' })

  const loud = {
    agent_id: id,
    kind: 'break_glass',
    reason: 'The ledger is on fire.',
    expires_in_seconds: 600,
    lines: [line],
  }
  await administrator('POST', '/grants/preview', {}, loud)
  const proposed = await administrator('POST', '/grants', {}, loud)
  expect(proposed.status, JSON.stringify(proposed.body)).toBe(202)
  await agree(governor, proposed.body.hold_id)
  const grant = { id: proposed.body.id }
  await expect.poll(async () => (await governor('GET', '/grants/{id}', grant)).body.status).toBe('valid')
  await governor('GET', '/grants', { '?': '?show=live&kind=break_glass' })
  await governor('GET', '/grants/{id}/coverage', grant)
  await governor('POST', '/grants/{id}/revoke', grant, { reason: 'It is out.' })
  const auditor = await as(await w.person('Aud Auditor', [{ role: 'auditor', team_id: null }]))
  await auditor('POST', '/grants/{id}/review', grant, { verdict: 'justified', note: 'It burned.' })
  await approver('GET', '/grants/suggestions')
  await governor('GET', '/policy/health')
}

async function agree(who: Caller, hold: string): Promise<void> {
  const { body } = await who('GET', '/holds/{id}', { id: hold })
  const done = await who('POST', '/holds/{id}/reviews', { id: hold }, { verdict: 'approve', digest: body.shown_digest })
  expect(done.status, JSON.stringify(done.body)).toBe(201)
}
