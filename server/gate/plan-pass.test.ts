import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
const scopes = [everything]
const soon = { timeout: 10_000, interval: 50 }
beforeAll(() =>
  w.tools({
    'plan.look': { operation: 'read' },
    'plan.mail': { operation: 'send', external: true },
    'plan.pay': { operation: 'pay', reversible: false },
  }),
)
const look = { tool: 'plan.look', params: { of: 'bill' } }
const mail = (to: string) => ({ tool: 'plan.mail', params: { to } })

/** A plan that people have approved, and a way to submit under it. */
async function approved(steps: object[], more: object = {}) {
  const agent = await w.agent({ scopes })
  const given = await w.gate(
    agent.key,
    'POST',
    '/api/v1/plans',
    { steps, ...more },
    { 'idempotency-key': randomUUID() },
  )
  expect(given.status, JSON.stringify(given.body)).toBe(202)
  const { id, hold } = given.body
  const person = await w.signedIn(w.approver)
  const { body } = await person('GET', `/api/console/holds/${hold.id}`)
  await person('POST', `/api/console/holds/${hold.id}/reviews`, { verdict: 'approve', digest: body.shown_digest })
  const read = async () => (await w.gate(agent.key, 'GET', `/api/v1/plans/${id}`)).body
  await vi.waitFor(async () => expect(await read()).toMatchObject({ status: 'approved' }), soon)
  const submit = async (action: object, at = 0, key = agent.key) =>
    (await w.submit(key, { ...action, context: { plan: id, session: 's' } }, {}, at)).body
  return { agent, id: String(id), read, submit }
}
const passes = { status: 'allowed', decision: { by: 'grant', code: 'plan.step' } }

describe('G15 the steps of an approved plan', () => {
  it('pass once, in order, exactly as shown; then it is done', async () => {
    const plan = await approved([look, mail('a'), mail('b')])
    expect(await plan.submit(mail('a'))).toMatchObject({ status: 'held' })
    expect(await plan.submit(look)).toMatchObject({ status: 'allowed', decision: { by: 'policy' } })
    expect(await plan.submit(mail('z'))).toMatchObject({ status: 'held' })
    const first = await plan.submit(mail('a'))
    expect(first).toMatchObject(passes)
    expect(await plan.submit(mail('a'))).toMatchObject({ status: 'held' })
    expect(await plan.submit(mail('b'), 1)).toMatchObject(passes)
    expect(await plan.submit(mail('b'))).toMatchObject({ status: 'held' })
    const after = await plan.read()
    expect(after.status).toBe('done')
    expect(after.steps[1]).toMatchObject({ status: 'passed', action: first.id })
    expect((await w.events('plan.passed')).filter(one => one.data.plan === plan.id)).toHaveLength(3)
  })

  it('anything else under it is asked at the class of the whole, also what would be allowed alone', async () => {
    const plan = await approved([mail('a')], { session: 's' })
    const held = await plan.submit(look)
    expect(held).toMatchObject({ status: 'held' })
    const person = await w.signedIn(w.approver)
    const { body } = await person('GET', `/api/console/holds/${held.hold.id}`)
    expect(body.why).toContainEqual(expect.objectContaining({ id: 'plan' }))
  })

  it('another agent, another session, a plan that is taken back or over: nothing passes', async () => {
    const plan = await approved([mail('a')], { session: 's', expires_in_seconds: 600 })
    const other = await w.agent({ scopes })
    expect(await plan.submit(mail('a'), 0, other.key)).toMatchObject({ status: 'held' })
    const elsewhere = { ...mail('a'), context: { plan: plan.id, session: 't' } }
    expect((await w.submit(plan.agent.key, elsewhere)).body).toMatchObject({ status: 'held' })
    await w.gate(plan.agent.key, 'POST', `/api/v1/plans/${plan.id}/cancel`, {})
    expect(await plan.submit(mail('a'))).toMatchObject({ status: 'held' })
    expect((await plan.read()).steps).toMatchObject([{ status: 'waiting' }])
  })

  it('a switch, a claim that differs and a wider demand win over it', async () => {
    const plan = await approved([mail('a')])
    expect(await plan.submit({ ...mail('a'), operation: 'read' })).toMatchObject({ status: 'held' })
    const gil = await w.signedIn(w.governor)
    const target = { type: 'agent', id: plan.agent.id }
    await gil('POST', '/api/console/containment', { target, level: 'paused', reason: 'wait' })
    expect(await plan.submit(mail('a'))).toMatchObject({ status: 'denied', decision: { code: 'containment.paused' } })
    expect((await plan.read()).steps).toMatchObject([{ status: 'next' }])
  })

  it('INV-21 fifty at once on two instances: one passes', async () => {
    const plan = await approved([mail('a'), mail('b')])
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => plan.submit(mail('a'), n % 2)))
    expect(answers.filter(one => one.status === 'allowed')).toHaveLength(1)
    expect(answers.filter(one => one.status === 'held')).toHaveLength(49)
  })
})
