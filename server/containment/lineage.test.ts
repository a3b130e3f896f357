import { expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world()
await w.tools({ look: { operation: 'read' } })
const governor = await w.signedIn(w.governor)
const administrator = await w.signedIn(w.administrator)
const other = await w.signedIn(await w.person('Gerda Governor', [{ role: 'governor', team_id: null }]))
const scopes = [{ ...everything, operations: ['read'], environments: ['production'] }]
let n = 0

/** Registers over HTTP, as a person does, and gives it a key. */
async function register(name: string, body: Record<string, unknown> = {}) {
  const given = { name, application_id: w.application, environment: 'production', scopes, ...body }
  const agent = await governor('POST', '/api/console/agents', given)
  expect(agent.status).toBe(201)
  const issued = await governor('POST', `/api/console/agents/${agent.body.id}/credentials`, {})
  return { ...agent.body, key: issued.body.key, credential: issued.body.id }
}
const stop = (target: Record<string, string>, level: string) =>
  administrator('POST', '/api/console/containment', { target, level, reason: 'It is wrong.' })
const look = (key: string) => w.submit(key, { tool: 'look', params: { n: n++ } })

async function agree(by: Person, hold: string) {
  const { body } = await by('GET', `/api/console/holds/${hold}`)
  return by('POST', `/api/console/holds/${hold}/reviews`, { verdict: 'approve', digest: body.shown_digest })
}

it('K06: a killed agent that is registered anew, under another name, is killed, until two people lift that too', async () => {
  const old = await register('Payroll robot')
  const killed = await stop({ type: 'agent', id: old.id }, 'killed')
  await governor('POST', `/api/console/agents/${old.id}/retire`, { reason: 'starting again' })
  const next = await register('Wages machine')
  expect(next.containment).toMatchObject({ level: 'killed', reason: expect.stringContaining('Payroll robot') })
  expect((await look(next.key)).body).toMatchObject({ status: 'denied', decision: { code: 'containment.killed' } })
  expect((await w.events('containment.engaged')).at(-1)).toMatchObject({
    by: { id: w.governor.id },
    data: { target_id: next.id, level: 'killed' },
  })
  // Lifting the first does not lift what was inherited (K11).
  const first = await governor('POST', `/api/console/containment/${killed.body.id}/lift`, { reason: 'it is gone' })
  expect((await agree(administrator, first.body.hold_id)).body).toMatchObject({ status: 'applied' })
  expect((await look(next.key)).body.decision.code).toBe('containment.killed')
  const second = await administrator('POST', `/api/console/containment/${next.containment.id}/lift`, {
    reason: 'rebuilt',
  })
  expect(second.status).toBe(202)
  // Who registered it is on its side: somebody else has to agree.
  expect((await agree(governor, second.body.hold_id)).body).toMatchObject({ code: 'hold.ineligible' })
  expect((await agree(other, second.body.hold_id)).body).toMatchObject({ status: 'applied' })
  expect((await look(next.key)).body.decision.verdict).toBe('allow')
})

it('K06: an agent of another application or owner inherits nothing, and neither does one of a paused agent', async () => {
  const old = await register('Strict ledger')
  await stop({ type: 'agent', id: old.id }, 'quarantined')
  expect((await register('Distant cousin', { application_id: w.otherApplication })).containment).toBeNull()
  expect((await register('Adopted child', { owner_id: w.viewer.id })).containment).toBeNull()
  expect((await register('Plain heir')).containment).toMatchObject({ level: 'quarantined' })
})

it('K06: a key that replaces a killed one is killed', async () => {
  const agent = await register('Key turner', { owner_id: w.approver.id, backup_id: w.viewer.id })
  await stop({ type: 'credential', id: agent.credential }, 'killed')
  const path = `/api/console/agents/${agent.id}/credentials/${agent.credential}/rotate`
  const rotated = await governor('POST', path, {})
  expect(rotated.status).toBe(201)
  expect((await look(rotated.body.key)).body.decision.code).toBe('containment.killed')
  // A key of its own is the remedy for one that leaked.
  const issued = await governor('POST', `/api/console/agents/${agent.id}/credentials`, {})
  expect((await look(issued.body.key)).body.decision.verdict).toBe('allow')
})
