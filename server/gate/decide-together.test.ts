import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

/** Several of one class in one request: each by its own digest, each with its own answer, or none at all. */
const w = await world()
const scopes = [everything]
let agent: { id: string; key: string }
let approver: Person
let second: Person
let n = 0

beforeAll(async () => {
  await w.tools({ run: {}, other: {}, wipe: { operation: 'delete', reversible: false } })
  agent = await w.agent({ scopes })
  approver = await w.signedIn(w.approver)
  second = await w.signedIn(await w.person('Vera Second', [{ role: 'approver', team_id: w.team }]))
  await w.db.pool.query('update registry set version = version + 1')
})

const held = async (tool = 'run', key = agent.key) => (await w.submit(key, { tool, params: { n: n++ } })).body
type Held = Awaited<ReturnType<typeof held>>
const some = (count: number, tool = 'run') => Promise.all(Array.from({ length: count }, () => held(tool)))
const look = (actions: readonly Held[], who = approver) =>
  Promise.all(
    actions.map(async one => {
      const seen = await who('POST', `/api/console/holds/${one.hold.id}/views`, { digest: one.digest })
      expect(seen.status).toBe(204)
    }),
  )
const decide = (actions: readonly Held[], verdict = 'approve', headers = {}, who = approver) =>
  who(
    'POST',
    '/api/console/holds/reviews',
    { verdict, items: actions.map(one => ({ hold: one.hold.id, digest: one.digest })) },
    headers,
  )
const statusOf = async (action: Held) =>
  (await w.gate(agent.key, 'GET', `/api/v1/actions/${action.id}`, undefined, { prefer: 'wait=0' })).body.status
const reviews = async (action: Held) =>
  (await w.db.pool.query('select 1 from review where hold_id = $1', [action.hold.id])).rows.length

describe('A15 several together', () => {
  it('are each approved by their own digest and recorded each by itself', async () => {
    const actions = await some(5)
    await look(actions)
    const done = await decide(actions)
    expect(done).toMatchObject({ status: 200 })
    expect(done.body.items).toEqual(actions.map(one => ({ hold: one.hold.id, status: 'approved', problem: null })))
    for (const one of actions) expect(await statusOf(one)).toBe('approved')
    const events = await w.events('hold.reviewed')
    for (const one of actions) expect(events.filter(event => event.subjects.includes(one.hold.id))).toHaveLength(1)
  })

  it('with one that has ended meanwhile: that one is refused, the others stand', async () => {
    const actions = await some(3)
    await look(actions)
    await w.gate(agent.key, 'POST', `/api/v1/actions/${actions[1]?.id}/cancel`, {})
    const { body } = await decide(actions)
    expect(body.items).toMatchObject([
      { status: 'approved', problem: null },
      { status: 'withdrawn', problem: { code: 'hold.closed', status: 409 } },
      { status: 'approved', problem: null },
    ])
  })

  it('A12 with one digest that is not what is shown: nothing is decided', async () => {
    const actions = await some(3)
    await look(actions)
    const forged = actions.map((one, at) => (at === 1 ? { ...one, digest: `sha256:${'0'.repeat(64)}` } : one))
    expect((await decide(forged)).body).toMatchObject({ code: 'hold.unseen', status: 409 })
    for (const one of actions) expect(await reviews(one)).toBe(0)
  })

  it.each([
    ['another tool', async () => [...(await some(2)), await held('other')], 'hold.mixed'],
    [
      'another agent',
      async () => [...(await some(2)), await held('run', (await w.agent({ scopes })).key)],
      'hold.mixed',
    ],
    ['what is of high risk, though all are alike', () => some(2, 'wipe'), 'hold.mixed'],
  ])('refuses %s as a whole', async (_, make, code) => {
    const actions = await make()
    await look(actions)
    expect((await decide(actions)).body).toMatchObject({ code, status: 409 })
    for (const one of actions) expect(await reviews(one)).toBe(0)
  })

  it('A26 refuses to approve what has not been shown to this very person', async () => {
    const actions = await some(2)
    await look(actions.slice(0, 1))
    await look(actions, second)
    expect((await decide(actions)).body).toMatchObject({ code: 'hold.unseen' })
    expect((await decide(actions, 'reject')).body.items).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  })

  it('A01 A25 asks of each who may decide it, and hides what may not be seen', async () => {
    const actions = await some(2)
    const owner = await w.signedIn(w.owner)
    await look(actions, owner)
    expect((await decide(actions, 'approve', {}, owner)).body.items).toMatchObject([
      { status: 'pending', problem: { code: 'hold.ineligible' } },
      { status: 'pending', problem: { code: 'hold.ineligible' } },
    ])
    expect((await decide(actions, 'approve', {}, await w.signedIn(w.outsider))).status).toBe(404)
  })

  it('asked again with the same key answers the same, and counts once', async () => {
    const actions = await some(2)
    await look(actions)
    const headers = { 'idempotency-key': randomUUID() }
    const first = await decide(actions, 'approve', headers)
    const again = await decide(actions, 'approve', headers)
    expect(again.body).toEqual(first.body)
    for (const one of actions) expect(await reviews(one)).toBe(1)
  })

  it('takes fifty at most and none twice', async () => {
    const [one] = await some(1)
    if (!one) throw new Error('nothing is held')
    expect((await decide([one, one])).status).toBe(400)
    expect((await decide(Array.from({ length: 51 }, () => one))).status).toBe(400)
  })
})
