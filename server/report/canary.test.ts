import { describe, expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'
import { endCanaries } from './canaries'

const w = await world(2)
await w.tools({ pay: { operation: 'pay' }, look: { operation: 'read' } })
const administrator = await w.signedIn(w.administrator)
const approver = await w.signedIn(w.approver)
const governor = await w.signedIn(w.governor)
const owner = await w.signedIn(w.owner)
const real = await w.agent({
  scopes: [everything],
})

const path = '/api/console/reports/canaries'
const test = {
  template: 'new_account',
  tool: 'pay',
  agent_name: 'Invoice runner',
  application_id: w.application,
}
async function inject(): Promise<string> {
  const { status, body } = await administrator('POST', path, test)
  expect(status, JSON.stringify(body)).toBe(201)
  return body.hold_id
}
const look = async (by: Person, hold: string) => (await by('GET', `/api/console/holds/${hold}`)).body
const label = async (by: Person, hold: string) => (await by('GET', `${path}/of/${hold}`)).body.canary
async function decide(by: Person, hold: string, verdict: string) {
  const { shown_digest: digest } = await look(by, hold)
  const given = await by('POST', `/api/console/holds/${hold}/reviews`, { verdict, digest })
  expect(given.status, JSON.stringify(given.body)).toBe(201)
}
const ended = () => Promise.all(w.servers.map(one => endCanaries(one.app)))

describe('a test request', () => {
  it('is injected by administrators alone, with a classified tool of its operation, never under a real agent’s name', async () => {
    for (const one of [approver, governor, owner]) expect((await one('POST', path, test)).status).toBe(403)
    for (const odd of [{ template: 'none' }, { tool: 'look' }, { tool: 'unheard_of' }])
      expect((await administrator('POST', path, { ...test, ...odd })).status).toBe(400)
    const name = (await administrator('GET', `/api/console/agents/${real.id}`)).body.name
    expect((await administrator('POST', path, { ...test, agent_name: name })).status).toBe(400)
    expect(await w.events('canary.ended')).toEqual([])
  })

  it('looks like any other until it has ended: nothing that a reviewer or the log says tells it apart', async () => {
    const hold = await inject()
    const seen = await look(approver, hold)
    expect(seen).toMatchObject({ status: 'pending', agent: { name: 'Invoice runner' }, tool: 'pay' })
    expect(JSON.stringify(seen)).not.toMatch(/canary|test request/i)
    expect(await label(approver, hold)).toBeNull()
    for (const one of [approver, governor]) expect((await one('GET', path)).status).toBe(403)
    const { rows } = await w.db.pool.query<{ body: string }>('select body from event')
    expect(rows.filter(row => /canary|cny_/i.test(row.body.replace(/"idempotency[^,]*/, '')))).toEqual([])
    const queue = await approver('GET', '/api/console/holds?mine=1')
    expect(queue.body.items.map((one: { id: string }) => one.id)).toContain(hold)
    // Who injected it is on its side: they do not decide it.
    expect((await look(administrator, hold)).me.may_approve).toBe(false)

    await decide(approver, hold, 'reject')
    expect(await label(approver, hold)).toMatchObject({ outcome: 'caught', wrong: expect.stringContaining('account') })
    await Promise.all([ended(), ended()])
    const events = await w.events('canary.ended')
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      data: { hold, template: 'new_account', injected_by: w.administrator.id, outcome: 'caught' },
    })
  })

  it('is never carried out: approved, no permit is made of it, and its agent gets no key with which to ask for one', async () => {
    const hold = await inject()
    await decide(approver, hold, 'approve')
    await ended()
    expect(await label(approver, hold)).toMatchObject({ outcome: 'missed' })
    const { rows } = await w.db.pool.query('select agent_id, action_id from canary where hold_id = $1', [hold])
    const [{ agent_id, action_id }] = rows
    for (const one of [administrator, governor]) {
      const issued = await one('POST', `/api/console/agents/${agent_id}/credentials`, { name: 'mine' })
      expect(issued.status).toBe(403)
    }
    const { rows: keys } = await w.db.pool.query('select id from credential where agent_id = $1', [agent_id])
    expect(keys).toHaveLength(1)
    const rotated = await administrator('POST', `/api/console/agents/${agent_id}/credentials/${keys[0].id}/rotate`, {})
    expect(rotated.status).toBe(403)
    const straight = w.db.pool.query(
      "insert into credential (id, agent_id, name, hash, created_by, created_at) values ('crd_x', $1, '', sha256('x'), 'x', now())",
      [agent_id],
    )
    await expect(straight).rejects.toThrow('gets no key')
    // Another agent's key reads none of it.
    expect((await w.gate(real.key, 'GET', `/api/v1/actions/${action_id}`)).status).toBe(404)
    expect(await w.events('permit.consumed')).toEqual([])
    const { rows: uses } = await w.db.pool.query('select 1 from permit_use where action_id = $1', [action_id])
    expect(uses).toEqual([])
  })

  it('counts in nobody’s figures but its own: caught and missed, to the reviewer and to who leads', async () => {
    await expect
      .poll(async () => (await approver('GET', '/api/console/reports/own')).body.canaries, { timeout: 10_000 })
      .toEqual({ caught: 1, missed: 1, undecided: 0 })
    expect((await approver('GET', '/api/console/reports/own')).body.figures).toMatchObject({ decided: 0 })
    expect((await governor('GET', '/api/console/reports/team')).body.figures).toMatchObject({ decided: 0, people: 0 })
    const mine = (await owner('GET', '/api/console/reports/agents')).body.items
    expect(mine.map((one: { agent: { id: string } }) => one.agent.id)).toEqual([real.id])
    const { body } = await administrator('GET', path)
    expect(body.items.map((one: { outcome: string }) => one.outcome)).toEqual(['missed', 'caught'])
    expect(body.templates.length).toBeGreaterThan(3)
    const stranger = await w.signedIn(w.outsider)
    expect((await stranger('GET', `${path}/of/${body.items[0].hold_id}`)).status).toBe(404)
  })

  it('that nobody decides is neither caught nor missed', async () => {
    const hold = await inject()
    await w.test.moveClock(5 * 3_600)
    await expect.poll(async () => label(approver, hold), { timeout: 15_000 }).toMatchObject({ outcome: 'undecided' })
    await ended()
    expect((await w.events('canary.ended')).map(one => one.data.outcome)).toEqual(['caught', 'missed', 'undecided'])
  })
})
