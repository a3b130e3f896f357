import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
const scopes = [everything]
const soon = { timeout: 10_000, interval: 50 }
const look = { tool: 'wait.look', params: { of: 'bill' } }
const mail = { tool: 'wait.mail', params: { to: 'a' } }
beforeAll(() =>
  w.tools({
    'wait.look': { operation: 'read' },
    'wait.mail': { operation: 'send', external: true },
    'wait.pay': { operation: 'pay', reversible: false },
  }),
)

/** An agent whose calls say what they come after. */
async function agent(tools = '*') {
  const { id, key } = await w.agent({ scopes: scopes.map(one => ({ ...one, tool_pattern: tools })) })
  const submit = (action: object, context: object = {}, at = 0) =>
    w.submit(key, { ...action, context: { session: 's', ...context } }, {}, at)
  const read = async (act: string, wait = 0, at = 0) =>
    (await w.gate(key, 'GET', `/api/v1/actions/${act}`, undefined, { prefer: `wait=${wait}` }, at)).body
  const report = async (act: string, status: string) => {
    const told = await w.gate(key, 'POST', `/api/v1/actions/${act}/outcome`, { status })
    expect(told.status, JSON.stringify(told.body)).toBe(200)
  }
  return { id, key, submit, read, report }
}
type Agent = Awaited<ReturnType<typeof agent>>

/** An allowed action, and one that waits until it has succeeded. */
async function two(by: Agent, second: object = look, more: object = {}) {
  const first = (await by.submit(look)).body
  const { status, headers, body } = await by.submit({ ...second, ...more }, { after: [first.id] })
  expect(status, JSON.stringify(body)).toBe(202)
  expect(headers.get('location')).toBe(`/api/v1/actions/${body.id}`)
  expect(body).toMatchObject({ status: 'deferred', decision: null, hold: null, next_action: 'wait' })
  return { first: String(first.id), waits: String(body.id) }
}
async function review(held: { hold: { id: string } }, verdict: string) {
  const person = await w.signedIn(w.approver)
  const { body } = await person('GET', `/api/console/holds/${held.hold.id}`)
  const given = await person('POST', `/api/console/holds/${held.hold.id}/reviews`, {
    verdict,
    digest: body.shown_digest,
    ...(verdict === 'reject' ? { comment: 'no' } : {}),
  })
  expect(given.status, JSON.stringify(given.body)).toBe(201)
}

describe('an action that depends on others', () => {
  it('waits until they have succeeded, then it is decided by all the rules; whoever waits for it is told at once', async () => {
    const by = await agent()
    const { first, waits } = await two(by)
    const answered = by.read(waits, 30, 1)
    await by.report(first, 'succeeded')
    expect(await answered).toMatchObject({
      status: 'allowed',
      decision: { by: 'policy', code: 'policy.permitted' },
      permit: expect.any(String),
    })
  })

  it('is held for people once it is ready, with the whole time of a hold', async () => {
    const by = await agent()
    const { first, waits } = await two(by, mail)
    await w.test.moveClock(600)
    await by.report(first, 'succeeded')
    await vi.waitFor(async () => expect(await by.read(waits)).toMatchObject({ status: 'held' }), soon)
    const held = await by.read(waits)
    expect(Date.parse(held.hold.expires_at) - Date.parse(held.hold.opened_at)).toBe(4 * 3_600_000)
    await review(held, 'approve')
    expect(await by.read(waits, 10)).toMatchObject({ status: 'approved', decision: { by: 'human' } })
  })

  it('a deadline that its agent set runs on through all that it waits for', async () => {
    const by = await agent()
    const { first, waits } = await two(by, mail, { deadline_seconds: 900 })
    await w.test.moveClock(600)
    await by.report(first, 'succeeded')
    await vi.waitFor(async () => expect(await by.read(waits)).toMatchObject({ status: 'held' }), soon)
    const { hold } = await by.read(waits)
    expect(Date.parse(hold.expires_at) - Date.parse(hold.opened_at)).toBeLessThanOrEqual(300_000)
  })

  it('is denied with one that people reject, with one that failed, and with one that is not its agent’s', async () => {
    const by = await agent()
    const held = (await by.submit(mail)).body
    const child = (await by.submit(look, { parent: held.id })).body
    expect(child).toMatchObject({ status: 'deferred' })
    const answered = by.read(child.id, 30)
    await review(held, 'reject')
    const failed = { status: 'denied', decision: { code: 'dependency.failed', by: 'policy' }, next_action: 'stop' }
    expect(await answered).toMatchObject(failed)

    const { first, waits } = await two(by)
    await by.report(first, 'failed')
    expect(await by.read(waits, 30)).toMatchObject(failed)

    const stranger = await agent()
    const theirs = (await stranger.submit(mail)).body
    expect((await by.submit(look, { after: [theirs.id] })).body).toMatchObject(failed)
    // A parent is lineage: nobody learns from it how others stand.
    expect((await by.submit(look, { parent: theirs.id })).body).toMatchObject({ status: 'allowed' })
  })

  it('what is denied now does not wait, and a chain of more than five is denied', async () => {
    const by = await agent()
    const { first } = await two(by)
    const only = await agent('wait.look')
    const before = (await only.submit(look)).body
    expect((await only.submit(mail, { after: [before.id] })).body).toMatchObject({
      status: 'denied',
      decision: { code: 'scope.exceeded' },
    })
    let last = first
    for (let depth = 1; depth <= 5; depth++) {
      const { body } = await by.submit({ ...look, params: { depth } }, { after: [last] })
      expect(body, String(depth)).toMatchObject({ status: 'deferred' })
      last = body.id
    }
    expect((await by.submit(look, { after: [last] })).body).toMatchObject({
      status: 'denied',
      decision: { code: 'dependency.too_deep' },
    })
  })

  it('expires when they are not settled in time, is contained by a kill, frozen by a pause, and can be taken back', async () => {
    const by = await agent()
    const timed = await two(by, look, { deadline_seconds: 60 })
    await w.test.moveClock(61)
    expect(await by.read(timed.waits)).toMatchObject({
      status: 'expired',
      decision: { code: 'dependency.timeout', by: 'timeout' },
    })

    const back = await two(by)
    const cancelled = await w.gate(by.key, 'POST', `/api/v1/actions/${back.waits}/cancel`, {
      reason: 'changed my mind',
    })
    expect(cancelled.body).toMatchObject({ status: 'cancelled' })

    const gil = await w.signedIn(w.governor)
    const contain = async (level: string) =>
      (
        await gil('POST', '/api/console/containment', {
          target: { type: 'agent', id: by.id },
          level,
          reason: 'something is wrong',
        })
      ).body.id
    const frozen = await two(by)
    const pause = await contain('paused')
    await by.report(frozen.first, 'succeeded')
    expect(await by.read(frozen.waits, 2)).toMatchObject({ status: 'deferred' })
    await gil('POST', `/api/console/containment/${pause}/lift`, { reason: 'fine again' })
    expect(await by.read(frozen.waits, 30)).toMatchObject({ status: 'allowed' })

    const killed = await two(by)
    await contain('killed')
    expect(await by.read(killed.waits, 30)).toMatchObject({ status: 'contained' })
  })

  it('uses what people agreed to in advance only when it goes: a step of a plan passes after the one before it', async () => {
    const by = await agent()
    const plan = await w.gate(
      by.key,
      'POST',
      '/api/v1/plans',
      { steps: [look, mail] },
      { 'idempotency-key': randomUUID() },
    )
    await review(plan.body, 'approve')
    const step = (action: object, more: object = {}) => by.submit(action, { plan: plan.body.id, ...more })
    await vi.waitFor(
      async () => expect((await w.gate(by.key, 'GET', `/api/v1/plans/${plan.body.id}`)).body.status).toBe('approved'),
      soon,
    )
    const first = (await step(look)).body
    const second = (await step(mail, { after: [first.id] })).body
    expect(second).toMatchObject({ status: 'deferred' })
    await by.report(first.id, 'succeeded')
    expect(await by.read(second.id, 30)).toMatchObject({ status: 'allowed', decision: { code: 'plan.step' } })
  })

  it('waits for people to say what its tool is first, then for the others', async () => {
    const by = await agent()
    const first = (await by.submit(look)).body
    const tool = `wait.new ${randomUUID()}`
    const call = (await by.submit({ tool, params: {} }, { after: [first.id] })).body
    expect(call).toMatchObject({ status: 'held' })
    const gil = await w.signedIn(w.governor)
    const { body } = await gil('GET', `/api/console/tools?q=${encodeURIComponent(tool)}`)
    const given = { operation: 'read', reversible: true, sensitivity: 'internal' }
    const classified = await gil('POST', `/api/console/tools/${body.items[0].id}/classify`, given, {
      'if-match': body.items[0].etag,
    })
    expect(classified.status).toBe(200)
    await vi.waitFor(async () => expect(await by.read(call.id)).toMatchObject({ status: 'deferred', hold: null }), soon)
    await by.report(first.id, 'succeeded')
    expect(await by.read(call.id, 30)).toMatchObject({ status: 'allowed' })
  })

  it('INV-02 is decided once, however many instances settle it while its agent takes it back', async () => {
    const by = await agent()
    for (let round = 0; round < 10; round++) {
      const { first, waits } = await two(by)
      const cancel = w.gate(by.key, 'POST', `/api/v1/actions/${waits}/cancel`, {}, {}, 1)
      await Promise.all([by.report(first, 'succeeded'), cancel])
      const end = await by.read(waits, 30, round % 2)
      expect(['allowed', 'cancelled']).toContain(end.status)
      const { rows } = await w.db.pool.query(
        `select count(*)::integer as n from event where type = 'action.decided' and subjects @> array[$1]`,
        [waits],
      )
      expect(rows).toEqual([{ n: 1 }])
    }
  })

  it('what cannot be read as ids of actions is refused', async () => {
    const by = await agent()
    for (const after of ['act_1', ['nobody'], Array.from({ length: 11 }, () => 'act_00000000000000000000000000')]) {
      const { status, body } = await by.submit(look, { after })
      expect(status).toBe(400)
      expect(body.errors[0].pointer).toBe('/context/after')
    }
  })
})
