import { beforeAll, describe, expect, it } from 'vitest'
import { permitSpeech } from '@/server/testing/permits'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scopes = [everything]
const parameters = { amount: 'amount', bcc: 'recipient', to: 'recipient' }
beforeAll(async () => {
  await w.tools({
    'duty.read': { operation: 'read' },
    'cap.run': { operation: 'create', parameters },
  })
  await inForce(
    w,
    packWith(`
    @id("duty") @reason("Reading this is logged.") @obligation("log; mask:iban; execute_within:5m")
    permit (principal, action == Action::"read", resource) when { context.tool == "duty.read" };
    @id("cap") @reason("At most 500 at once.") @constrain("cap $amount 500; drop bcc; execute_within 5m")
    forbid (principal, action, resource) when { context.tool == "cap.run" } unless { context.constrained };`),
  )
})
const create = (params: object) => ({ tool: 'cap.run', params, resource: { environment: 'development' } })

describe('an action that a rule narrowed', () => {
  it('A22 INV-16 is allowed with less than was asked, and says so; the same bytes at every later read (INV-02)', async () => {
    const agent = await w.agent({ scopes, environment: 'development' })
    const asked = { amount: '700.00', to: 'a', bcc: 'b' }
    const { body } = await w.submit(agent.key, create(asked))
    expect(body).toMatchObject({
      status: 'allowed',
      modified: true,
      params: { amount: '500', to: 'a' },
      decision: { by: 'policy', code: 'policy.constrained', reason: 'At most 500 at once.' },
    })
    expect(Object.keys(body.params)).toEqual(['amount', 'to'])
    expect(body.executable_digest).not.toBe(body.digest)
    expect(Date.parse(body.execute_by) - Date.parse(body.decision.decided_at)).toBe(300_000)
    const gil = await w.signedIn(w.governor)
    expect((await gil('GET', `/api/console/actions/${body.id}`)).body.narrowed).toEqual([
      'every amount ≤ 500',
      'bcc left out',
      'within 300 s',
    ])
    const again = (await w.gate(agent.key, 'GET', `/api/v1/actions/${body.id}`)).body
    for (const name of ['decision', 'digest', 'params', 'modified', 'executable_digest', 'obligations', 'execute_by'])
      expect(again[name]).toEqual(body[name])
  })

  it('A23 its permit is good for what is left of it, never for what was asked', async () => {
    const agent = await w.agent({ scopes, environment: 'development' })
    const executor = await w.agent({ scopes, kind: 'service_account', environment: 'development' })
    const asked = { amount: '700.00', to: 'a', bcc: 'b' }
    const { body } = await w.submit(agent.key, create(asked))
    const using = { tool: 'cap.run', resource: { environment: 'development' } }
    const { verify } = permitSpeech(w)
    expect((await verify(executor.key, body.permit, { ...using, params: asked })).body).toMatchObject({
      valid: false,
      reason: 'params_mismatch',
    })
    expect((await verify(executor.key, body.permit, { ...using, params: body.params })).body).toMatchObject({
      valid: true,
    })
  })

  it('A22 what cannot be narrowed safely is not allowed', async () => {
    const agent = await w.agent({ scopes, environment: 'development' })
    for (const params of [{ amount: '7e2', to: 'a' }, { to: 'a' }, { amount: '700', bcc: 'b' }])
      expect((await w.submit(agent.key, create(params))).body, JSON.stringify(params)).toMatchObject({
        status: 'denied',
      })
  })
})

describe('obligations', () => {
  const allowed = async () => {
    const agent = await w.agent({ scopes })
    const { body } = await w.submit(agent.key, { tool: 'duty.read', params: { id: crypto.randomUUID() } })
    expect(body).toMatchObject({ status: 'allowed', obligations: [{ id: 'obl_1' }, { id: 'obl_2' }, { id: 'obl_3' }] })
    const report = (outcome: object) => w.gate(agent.key, 'POST', `/api/v1/actions/${body.id}/outcome`, outcome)
    const reported = async () =>
      (await w.events('action.reported')).filter(one => one.data.action === body.id).map(one => one.data)
    return { body, report, reported }
  }

  it('are told with the decision, and what became of each is in the log: done, failed, or never reported', async () => {
    const { body, report, reported } = await allowed()
    const outcome = {
      status: 'succeeded',
      obligations: [
        { id: 'obl_1', status: 'done' },
        { id: 'obl_2', status: 'failed', note: 'no such field' },
      ],
    }
    expect((await report(outcome)).status).toBeLessThan(300)
    expect((await report(outcome)).status).toBeLessThan(300)
    expect(await reported()).toMatchObject([
      { obligations: { done: ['obl_1'], failed: ['obl_2'], missing: ['obl_3'] } },
    ])
    expect((await reported())[0]).not.toHaveProperty('late')
    const gil = await w.signedIn(w.governor)
    expect((await gil('GET', `/api/console/actions/${body.id}`)).body.kept).toMatchObject([
      { id: 'obl_1', state: 'done' },
      { id: 'obl_2', state: 'failed', note: 'no such field' },
      { id: 'obl_3', state: 'missing' },
    ])
  })

  it('O03 a report that names none of them, or one twice, is refused', async () => {
    const { report, reported } = await allowed()
    const one = { id: 'obl_1', status: 'done' }
    for (const obligations of [
      [{ ...one, id: 'obl_9' }],
      [one, one],
      [{ ...one, status: 'skipped' }],
      [{ ...one, by: 'me' }],
    ])
      expect(await report({ status: 'succeeded', obligations })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid' },
      })
    expect(await reported()).toEqual([])
  })

  it('what had to be executed within a time and was reported after it is marked late', async () => {
    const { report, reported } = await allowed()
    await w.test.moveClock(301)
    expect((await report({ status: 'succeeded' })).status).toBeLessThan(300)
    expect(await reported()).toMatchObject([{ late: true }])
  })
})
