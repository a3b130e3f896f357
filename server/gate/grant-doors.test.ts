import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { applyChanges } from '@/server/engine/apply-changes'
import { inForce } from '@/server/testing/policy'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2)
await w.tools({ pay_invoice: { operation: 'pay', parameters: { amount: 'amount' } } })
const approver = await w.signedIn(w.approver, 1)

const payer = () => w.agent({ scopes: [{ ...everything, environments: ['production'] }] })

/** The agent asks for what its task needs; answers the grant and where people decide about it. */
async function envelope(key: string, task: string, count = 3) {
  const body = {
    task,
    reason: 'Pay the invoices of this month.',
    expires_in_seconds: 3_600,
    lines: [{ tool: 'pay_invoice', params: { amount: { at_most: '100' } }, count }],
  }
  const headers = { 'idempotency-key': randomUUID(), prefer: 'wait=0' }
  const { id, hold } = (await w.gate(key, 'POST', '/api/v1/grants', body, headers)).body
  return { id: String(id), hold: `/api/console/holds/${hold.id}` }
}

/** Somebody agrees, and it is carried out on this instance. */
async function agreed(hold: string, by: Person, at: number): Promise<void> {
  const { shown_digest: digest } = (await approver('GET', hold)).body
  expect((await by('POST', `${hold}/reviews`, { verdict: 'approve', digest })).status).toBe(201)
  const there = w.servers[at]?.app
  if (there) await applyChanges(there)
}

describe('an agent that waits for what its task needs', () => {
  it('goes on with its very next action, also where people agreed on another instance', async () => {
    const agent = await payer()
    const pay = (amount: string) =>
      w.submit(agent.key, { tool: 'pay_invoice', params: { amount }, context: { task: 't-1' } })
    expect((await pay('7')).body.status).toBe('held')
    const asked = await envelope(agent.key, 't-1')
    const waiting = w.gate(agent.key, 'GET', `/api/v1/grants/${asked.id}`, undefined, { prefer: 'wait=20' })
    await agreed(asked.hold, approver, 1)
    expect((await waiting).body.status).toBe('valid')
    expect((await pay('8')).body).toMatchObject({ status: 'allowed', decision: { by: 'grant' } })
  })

  it('finds it on an instance that has heard nothing since, and has not been asked', async () => {
    const agent = await payer()
    const pay = (amount: string, at: number) =>
      w.submit(agent.key, { tool: 'pay_invoice', params: { amount }, context: { task: 't-2' } }, {}, at)
    for (const at of [0, 1]) expect((await pay(`1${at}`, at)).body.status).toBe('held')
    const asked = await envelope(agent.key, 't-2')
    await agreed(asked.hold, approver, 1)
    const { rows } = await w.db.pool.query('select status from standing_grant where id = $1', [asked.id])
    expect(rows).toEqual([{ status: 'active' }])
    expect((await pay('20', 0)).body).toMatchObject({ status: 'allowed', decision: { by: 'grant' } })
  })

  it('A05 lifts no hold that asks for others than those who agreed, nor by the word of somebody who has left', async () => {
    const agent = await payer()
    const pay = (amount: string) =>
      w.submit(agent.key, { tool: 'pay_invoice', params: { amount }, context: { task: 't-3' } }, { prefer: 'wait=0' })
    const leaver = await w.person('Lea Leaver', [{ role: 'approver', team_id: w.team }])
    const asked = await envelope(agent.key, 't-3', 9)
    const lea = await w.signedIn(leaver)
    await agreed(asked.hold, lea, 1)
    expect((await pay('20')).body).toMatchObject({ status: 'allowed', decision: { by: 'grant' } })
    const before = await w.db.pool.query<{ source: string }>(
      'select source from policy_version order by version desc limit 1',
    )
    const source = before.rows[0]?.source ?? ''
    await inForce(
      w,
      `${source}
@id("governed") @reason("Those who govern decide this.") @approvals("1") @who("governing")
forbid (principal, action == Action::"pay", resource) unless { context.approved };`,
    )
    expect((await pay('21')).body).toMatchObject({ status: 'held' })
    await inForce(w, source)
    expect((await pay('22')).body).toMatchObject({ status: 'allowed', decision: { by: 'grant' } })
    const { rows } = await w.db.pool.query('select approved_by from standing_grant where id = $1', [asked.id])
    expect(rows).toEqual([{ approved_by: [leaver.id] }])
    await w.db.pool.query(`update person set status = 'disabled' where id = $1`, [leaver.id])
    await w.db.pool.query('update registry set version = version + 1')
    expect((await pay('23')).body).toMatchObject({ status: 'held' })
  })

  it('goes on by the word of whoever governs, whichever people the rule would ask', async () => {
    const alma = await w.person('Alma Administrator', [{ role: 'administrator', team_id: null }])
    const agent = await payer()
    const asked = await envelope(agent.key, 't-4')
    const administrator = await w.signedIn(alma)
    await agreed(asked.hold, administrator, 0)
    const paid = await w.submit(agent.key, { tool: 'pay_invoice', params: { amount: '20' }, context: { task: 't-4' } })
    expect(paid.body).toMatchObject({ status: 'allowed', decision: { by: 'grant' } })
  })
})

describe('a wait for a grant', () => {
  it('K12 ends with the key that waits, on whatever instance', async () => {
    const agent = await payer()
    const asked = await envelope(agent.key, 'gone')
    const waiting = w.gate(agent.key, 'GET', `/api/v1/grants/${asked.id}`, undefined, { prefer: 'wait=60' }, 1)
    await expect.poll(() => w.servers[1]?.app.gate.waiters.count(agent.id)).toBe(1)
    const governor = await w.signedIn(w.governor)
    const path = `/api/console/agents/${agent.id}/credentials`
    const [credential] = (await governor('GET', path)).body.items
    expect((await governor('DELETE', `${path}/${credential.id}`)).status).toBe(204)
    expect(await waiting).toMatchObject({ status: 401, body: { code: 'credential.invalid' } })
  })

  it('is one of those that its agent may have, and past them is answered as things stand', async () => {
    const agent = await w.agent({ scopes: [{ ...everything, environments: ['production'] }], limits: { waits: 1 } })
    const asked = await envelope(agent.key, 'few')
    const over = new AbortController()
    const url = `${w.servers[0]?.url}/api/v1/grants/${asked.id}`
    const headers = { authorization: `Bearer ${agent.key}`, prefer: 'wait=60' }
    const waiting = fetch(url, { headers, signal: over.signal })
    await expect.poll(() => w.servers[0]?.app.gate.waiters.count(agent.id)).toBe(1)
    const second = await w.gate(agent.key, 'GET', `/api/v1/grants/${asked.id}`, undefined, { prefer: 'wait=60' })
    expect(second.body.status).toBe('waiting')
    over.abort()
    await expect(waiting).rejects.toThrow()
    await expect.poll(() => w.servers[0]?.app.gate.waiters.count(agent.id)).toBe(0)
  })
})

it('an agent has twenty asks and twenty plans that wait, however many it makes at once', async () => {
  const agent = await w.agent({ scopes: [everything] })
  const post = (path: string, body: object, at: number) =>
    w.gate(agent.key, 'POST', path, body, { 'idempotency-key': randomUUID(), prefer: 'wait=0' }, at % 2)
  const lines = [{ tool: 'pay_invoice', count: 1 }]
  const asks = await Promise.all(
    Array.from({ length: 32 }, (_, at) =>
      post('/api/v1/grants', { task: `t-${at}`, reason: 'r', expires_in_seconds: 600, lines }, at),
    ),
  )
  const steps = [{ tool: 'pay_invoice', params: { amount: '5' } }]
  const plans = await Promise.all(Array.from({ length: 32 }, (_, at) => post('/api/v1/plans', { steps }, at)))
  for (const [what, all] of Object.entries({ asks, plans })) {
    const taken = all.filter(one => one.status === 202)
    const refused = all.filter(one => one.status === 429 && one.body.code === 'limit.open_holds')
    expect([what, taken.length, refused.length]).toEqual([what, 20, 12])
  }
})
