import { describe, expect, it } from 'vitest'
import { approving, urn } from '@/server/testing/approving'
import { agree, bob, speech } from '@/server/testing/authzen'
import { claimsIn } from '@/server/testing/permits'
import { inForce, packWith } from '@/server/testing/policy'

/*
 * AuthZEN Access Request and Approval Profile (draft 1): the approval and the new evaluation. Every MUST of the decision point,
 * under the title of its section.
 */
const { w, agent, evaluation, task, cancel, stranger, waiting, approved, again, contain } = await approving()

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
      { action: { name: 'pay', properties: { ...asked.action.properties, amount: '11' } } },
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
