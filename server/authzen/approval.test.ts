import { describe, expect, it } from 'vitest'
import { approving, urn } from '@/server/testing/approving'
import { agree, speech } from '@/server/testing/authzen'

/*
 * AuthZEN Access Request and Approval Profile (draft 1), the half after a request: task, handle and cancellation. Every MUST of
 * decision point and access request service, under the title of its section.
 */
const { w, agent, evaluation, task, cancel, governor, owner, stranger, waiting, approved, again, contain } =
  await approving()

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
    const changed = await agree(w, hold, 'approve', { params: { ...asked.action.properties, amount: '5' } })
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
    const { body } = await w.submit(agent.key, { tool: 'pay', params: { n: crypto.randomUUID() } })
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
