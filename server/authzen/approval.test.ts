import { describe, expect, it } from 'vitest'
import { agree, alice, bob, certified, speech } from '@/server/testing/authzen'
import { claimsIn } from '@/server/testing/permits'
import { inForce, packWith } from '@/server/testing/policy'

/*
 * AuthZEN Access Request and Approval Profile (draft 1), the half after a request: task, approval and new evaluation. Every
 * MUST of decision point and access request service, under the title of its section.
 */
const { w, agent, evaluation, requests, task, cancel } = await certified()
const urn = 'urn:openid:authzen:access-request:error'
const governor = await w.signedIn(w.governor)
const owner = await w.signedIn(w.owner)
const stranger = await w.agent()
let n = 0

/** A question that waits, its request, and the hold that people decide. */
async function waiting(more: Record<string, unknown> = {}) {
  const asked = {
    subject: alice,
    action: { name: 'pay', properties: { amount: '10', n: ++n } },
    resource: { type: 'account', id: 'DE89' },
    ...more,
  }
  const { context } = (await evaluation(asked)).body
  const denial = { evaluation_id: context.evaluation_id, expires_at: context.access_request.expires_at }
  const submitted = await requests({ ...asked, denial })
  const { rows } = await w.db.pool.query('select hold_id from action where id = $1', [context.action_id])
  return {
    asked,
    id: submitted.body.task.id as string,
    action: context.action_id as string,
    hold: rows[0].hold_id as string,
  }
}
type Waiting = Awaited<ReturnType<typeof waiting>>
async function approved(more: Record<string, unknown> = {}) {
  const found = await waiting(more)
  expect((await agree(w, found.hold)).status).toBe(201)
  const { body } = await task(found.id)
  expect(body.task.status).toBe('approved')
  return { ...found, approval: body.result.approval }
}
/** Asks again, with an approval. */
const again = async ({ asked }: Pick<Waiting, 'asked'>, approval: unknown, headers = {}) =>
  (await evaluation({ ...asked, context: { approval, time: 'now' } }, headers)).body
const contain = async (target: Record<string, unknown>, level: string) => {
  const { status, body } = await governor('POST', '/api/console/containment', { target, level, reason: 'wrong' })
  expect(status, JSON.stringify(body)).toBe(201)
}

describe('Task Status and Transitions', () => {
  it('pending says when to ask again, waits as long as it is told to, and ends once', async () => {
    const { id, hold } = await waiting()
    const pending = await task(id)
    expect(pending.status).toBe(200)
    expect(pending.headers.get('retry-after')).toBe('1')
    expect(pending.body).toMatchObject({ task: { id, status: 'pending', expires_at: expect.any(String) } })
    expect(pending.body).not.toHaveProperty('result')
    const waited = task(id, { prefer: 'wait=20' })
    await agree(w, hold)
    expect((await waited).body.task.status).toBe('approved')
    expect((await agree(w, hold, 'reject')).status).toBe(409)
    expect((await cancel(id)).body.type).toBe(`${urn}:invalid_task_state`)
    expect((await task(id)).body.task.status).toBe('approved')
  })

  it('denied: people said no; no result is there to be taken for an approval', async () => {
    const { asked, id, hold } = await waiting()
    await agree(w, hold, 'reject')
    const { body } = await task(id)
    expect(body).toMatchObject({ task: { status: 'denied', display: { description: 'Not like this.' } } })
    expect(body).not.toHaveProperty('result')
    expect((await evaluation(asked)).body).toMatchObject({
      decision: false,
      context: { reason: 'hold.rejected_recently' },
    })
    const forged = { id: `apr_${id.slice(4)}`, approved_until: '2100-01-01T00:00:00Z' }
    expect(await again({ asked }, forged)).toMatchObject({
      decision: false,
      context: { reason: 'approval_unverifiable' },
    })
  })

  it('denied: only something narrower was approved, and who asks here runs what it asked for', async () => {
    const { asked, id, hold, action } = await waiting()
    const changed = await agree(w, hold, 'approve', { params: { amount: '5', n } })
    expect(changed.status, JSON.stringify(changed.body)).toBe(201)
    expect((await task(id)).body.task.status).toBe('denied')
    const forged = { id: `apr_${action.slice(4)}`, approved_until: '2100-01-01T00:00:00Z' }
    for (const answer of [(await evaluation(asked)).body, await again({ asked }, forged)])
      expect(answer).toMatchObject({
        decision: false,
        context: { reason: 'constrained', constrained: { params: { amount: '5' } } },
      })
  })

  it('cancelled: by a switch', async () => {
    const { id } = await waiting({ context: { session: 's-killed' } })
    await contain({ type: 'session', id: `${agent.id}/s-killed` }, 'killed')
    await expect.poll(async () => (await task(id)).body.task.status, { timeout: 10_000 }).toBe('cancelled')
  })
})

describe('Task Handle Authorization', () => {
  it('a leaked handle tells nobody else anything, not even that there is such a task', async () => {
    const { id } = await approved()
    const other = speech(w, stranger.key)
    const unknown = await other.task(`arq_${'0'.repeat(26)}`)
    for (const answer of [await other.task(id), await other.cancel(id), await other.task('x')]) {
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect({ ...answer.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' })
      expect(answer.body.type).toBe(`${urn}:unknown_task`)
    }
  })

  it('an action that was not asked for here is no task', async () => {
    const { body } = await w.submit(agent.key, { tool: 'pay', params: { n: ++n } })
    expect((await task(`arq_${body.id.slice(4)}`)).body.type).toBe(`${urn}:unknown_task`)
  })

  it('a status names no approver, no rule and no policy', async () => {
    const { id } = await approved()
    const said = JSON.stringify((await task(id)).body)
    for (const secret of [w.approver.id, w.approver.name, w.approver.email, 'high-impact', 'policy_version'])
      expect(said).not.toContain(secret)
  })

  it('Task Handle Portability: another key of the same agent follows it', async () => {
    const { id } = await approved()
    const { body } = await governor('POST', `/api/console/agents/${agent.id}/credentials`, { name: 'second' })
    expect((await speech(w, body.key).task(id)).body.task.status).toBe('approved')
  })
})

describe('Cancellation', () => {
  it.each([
    ['with a reason', { reason: 'changed_mind', comment: 'Not needed.' }],
    ['with no body', undefined],
  ])('%s: 200 with the task, cancelled; a second time is invalid_task_state', async (_, body) => {
    const { asked, id, action } = await waiting()
    const ended = await cancel(id, body)
    expect(ended.status, JSON.stringify(ended.body)).toBe(200)
    expect(ended.body).toMatchObject({ task: { id, status: 'cancelled' } })
    expect(ended.body.task).not.toHaveProperty('links')
    const twice = await cancel(id, body)
    expect(twice).toMatchObject({ status: 409, body: { type: `${urn}:invalid_task_state` } })
    const forged = { id: `apr_${action.slice(4)}`, approved_until: '2100-01-01T00:00:00Z' }
    expect((await again({ asked }, forged)).decision).toBe(false)
  })

  it('nobody else cancels it', async () => {
    const { id } = await waiting()
    expect((await cancel(id, {}, {}, stranger.key)).status).toBe(404)
    expect((await task(id)).body.task.status).toBe('pending')
  })
})

it('Approver Eligibility: the agent’s owner approves nothing, and its task stays pending', async () => {
  const { asked, id, hold } = await waiting()
  const { body } = await owner('GET', `/api/console/holds/${hold}`)
  const review = { verdict: 'approve', digest: body.shown_digest }
  expect((await owner('POST', `/api/console/holds/${hold}/reviews`, review)).status).toBe(403)
  expect((await task(id)).body.task.status).toBe('pending')
  expect((await evaluation(asked)).body.decision).toBe(false)
})

it('Run the Task: the log tells of denial, request, approval and use, in that order', async () => {
  const found = await approved()
  expect((await again(found, found.approval)).decision).toBe(true)
  const told = (await w.events()).filter(one => one.subjects.includes(found.action)).map(one => one.type)
  const wanted = ['hold.opened', 'access.requested', 'hold.approved', 'permit.consumed']
  expect(told.filter(type => wanted.includes(type))).toEqual(wanted)
})

describe('Approval Result and Re-evaluation', () => {
  it('the same evaluation with the approval unchanged is permitted, and says until when', async () => {
    const found = await approved()
    expect(found.approval).toEqual({
      id: expect.stringMatching(/^apr_[0-9A-Z]{26}$/),
      approved_at: expect.any(String),
      approved_until: expect.any(String),
      state: expect.any(String),
    })
    const { id, approved_until } = found.approval
    expect(await again(found, found.approval)).toEqual({
      decision: true,
      context: { action_id: found.action, evaluation_id: found.action, approval: { id, approved_until } },
    })
  })

  it('Approval State: a JWS that names its signer, this decision point and the approval', async () => {
    const { approval, action, id } = await approved()
    expect(claimsIn(approval.state)).toMatchObject({
      iss: expect.stringMatching(/^urn:holdpoint:/),
      aud: w.servers[0]?.app.config.url,
      sub: agent.id,
      jti: approval.id,
      task: id,
      evaluation_id: action,
    })
  })

  it('Approval Reference by Lookup: the state may be left out; what is stored counts, not what is presented', async () => {
    const found = await approved()
    const { id } = found.approval
    expect((await again(found, { id, approved_until: '1999-01-01T00:00:00Z' })).decision).toBe(true)
  })

  it('approval_unverifiable: unknown, malformed, forged, mixed up, another agent’s, or not decided yet', async () => {
    const [one, two] = [await approved(), await approved()]
    const open = await waiting()
    const [head = '', payload = '', signature = ''] = one.approval.state.split('.')
    const forged = Buffer.from(JSON.stringify({ ...claimsIn(one.approval.state), exp: 4_102_444_800 })).toString(
      'base64url',
    )
    for (const wrong of [
      'text',
      null,
      {},
      { id: 7 },
      { ...one.approval, id: `apr_${'0'.repeat(26)}` },
      { ...one.approval, id: one.action },
      { ...one.approval, id: two.approval.id },
      { ...one.approval, state: two.approval.state },
      { ...one.approval, state: `${head}.${forged}.${signature}` },
      { ...one.approval, state: `${head}.${payload}.${signature.slice(0, -3)}AAA` },
      { ...one.approval, state: { id: one.approval.id } },
      { id: `apr_${open.id.slice(4)}`, approved_until: one.approval.approved_until },
    ])
      expect(await again(one, wrong), JSON.stringify(wrong)).toMatchObject({
        decision: false,
        context: { reason: 'approval_unverifiable', next_action: 'none' },
      })
    const theirs = await speech(w, stranger.key).evaluation({ ...one.asked, context: { approval: one.approval } })
    expect(theirs.body).toMatchObject({ decision: false, context: { reason: 'approval_unverifiable' } })
    expect((await again(one, one.approval)).decision).toBe(true)
  })

  it('out_of_scope: for another question it counts for nothing, and a fresh request can be made', async () => {
    const { asked, approval } = await approved()
    for (const other of [
      { subject: bob },
      { action: { name: 'pay', properties: { amount: '11', n } } },
      { resource: { type: 'account', id: 'GB29' } },
    ]) {
      const answer = await again({ asked: { ...asked, ...other } }, approval)
      expect(answer).toMatchObject({
        decision: false,
        context: {
          reason: 'out_of_scope',
          next_action: 'request',
          access_request: { expires_at: expect.any(String), binding_token: expect.any(String) },
        },
      })
    }
    expect((await again({ asked }, approval)).decision).toBe(true)
  })

  it('approval_expired: a second use of one approval is none; the same request is told the same again', async () => {
    const found = await approved()
    const headers = { 'x-request-id': 'the one request' }
    expect((await again(found, found.approval, headers)).decision).toBe(true)
    expect((await again(found, found.approval, headers)).decision).toBe(true)
    const replayed = await again(found, found.approval)
    expect(replayed).toMatchObject({ decision: false, context: { reason: 'approval_expired', next_action: 'request' } })
    expect(replayed.context.access_request).toBeDefined()
    expect(replayed.context.action_id).not.toBe(found.action)
  })

  it('policy_denied: neither a switch nor today’s policy is overridden by an approval', async () => {
    const [one, two] = [await approved({ context: { session: 's-stop' } }), await approved()]
    await contain({ type: 'session', id: `${agent.id}/s-stop` }, 'killed')
    const context = { session: 's-stop', approval: one.approval }
    expect((await evaluation({ ...one.asked, context })).body).toMatchObject({
      decision: false,
      context: { reason: 'policy_denied', next_action: 'none' },
    })
    await inForce(
      w,
      packWith('@id("never") @reason("Never.") forbid (principal, action, resource) when { context.tool == "pay" };'),
    )
    expect(await again(two, two.approval)).toMatchObject({
      decision: false,
      context: { reason: 'policy_denied', next_action: 'none' },
    })
    await inForce(w, packWith(''))
  })
})

it('a 1.0 client that knows nothing of all this asks the same question again, and is permitted once', async () => {
  const { asked, hold } = await waiting()
  expect((await evaluation(asked)).body.decision).toBe(false)
  const waited = evaluation(asked, { prefer: 'wait=20' })
  await agree(w, hold)
  expect((await waited).body.decision).toBe(true)
  expect((await evaluation(asked)).body).toMatchObject({ decision: false, context: { reason: 'approval_required' } })
})

it('approved_until is over, then the handle: approval_expired, and task_expired after a week', async () => {
  const [found, late] = [await approved(), await waiting()]
  await w.test.moveClock(3_600)
  expect(await again(found, found.approval)).toMatchObject({
    decision: false,
    context: { reason: 'approval_expired', next_action: 'request', access_request: { expires_at: expect.any(String) } },
  })
  expect((await task(found.id)).body.task.status).toBe('approved')
  await w.test.moveClock(4 * 3_600)
  expect((await task(late.id)).body).toMatchObject({ task: { status: 'expired' } })
  await w.test.moveClock(7 * 86_400)
  for (const answer of [await task(found.id), await cancel(found.id), await task(late.id)])
    expect(answer).toMatchObject({ status: 410, body: { type: `${urn}:task_expired` } })
})
