import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { actionDigest } from '@/lib/kernel/digest'
import { everything, world } from '@/server/testing/world'

const w = await world(1)
let key = ''
let approver: Awaited<ReturnType<typeof w.signedIn>>

beforeAll(async () => {
  await w.tools({
    look: { operation: 'read' },
    run: {},
    pay: { operation: 'pay', parameters: { amount: 'amount' } },
    wipe: { operation: 'delete', reversible: false },
  })
  key = (
    await w.agent({
      scopes: [everything],
    })
  ).key
  approver = await w.signedIn(w.approver)
})

describe('the gate', () => {
  it('allows a read in scope, and says by which rule', async () => {
    const { status, body } = await w.submit(key, { tool: 'look', operation: 'read' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'allowed',
      decision: { verdict: 'allow', by: 'policy', code: 'policy.permitted' },
      next_action: 'execute',
    })
    expect(body.digest).toBe(actionDigest({ tool: 'look', resource: null, params: {} }))
  })

  it('holds a write in production: 202 with where to ask again', async () => {
    const { status, headers, body } = await w.submit(key, { tool: 'run', params: { n: 1 } })
    expect(status).toBe(202)
    expect(headers.get('location')).toBe(`/api/v1/actions/${body.id}`)
    expect(body).toMatchObject({ status: 'held', decision: null, next_action: 'wait' })
    expect(body.hold.id).toMatch(/^hld_/)
  })

  it('answers the waiting agent as soon as people approve what they were shown', async () => {
    const held = (await w.submit(key, { tool: 'run', params: { n: 2 } })).body
    const waiting = w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=20' })
    const hold = (await approver('GET', `/api/console/holds/${held.hold.id}`)).body
    expect(hold).toMatchObject({ shown_digest: held.digest, action: { params: { n: 2 } }, me: { may_approve: true } })
    const review = await approver('POST', `/api/console/holds/${held.hold.id}/reviews`, {
      verdict: 'approve',
      digest: hold.shown_digest,
      comment: 'fine',
    })
    expect(review.status).toBe(201)
    const answer = await waiting
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'approved', decision: { by: 'human', reason: 'fine' }, params: { n: 2 } },
    })
    const late = await approver('POST', `/api/console/holds/${held.hold.id}/reviews`, {
      verdict: 'reject',
      digest: hold.shown_digest,
    })
    expect(late).toMatchObject({ status: 409, body: { code: 'hold.closed', hold: { status: 'approved' } } })
  })

  it('no means no: the same digest is denied within the hour', async () => {
    const action = { tool: 'run', params: { n: 3 } }
    const held = (await w.submit(key, action)).body
    await approver('POST', `/api/console/holds/${held.hold.id}/reviews`, {
      verdict: 'reject',
      digest: held.digest,
      comment: 'never',
    })
    expect((await w.gate(key, 'GET', `/api/v1/actions/${held.id}`)).body).toMatchObject({
      status: 'rejected',
      decision: { reason: 'never' },
      next_action: 'revise',
    })
    expect((await w.submit(key, action)).body).toMatchObject({
      status: 'denied',
      decision: { code: 'hold.rejected_recently' },
    })
  })

  it('INV-05 the same key with the same body is the same action, with another body 409', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await w.submit(key, { tool: 'run', params: { n: 4 } }, headers)
    const again = await w.submit(key, { tool: 'run', params: { n: 4 } }, headers)
    expect(again.body.id).toBe(first.body.id)
    expect(await w.submit(key, { tool: 'run', params: { n: 5 } }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency.conflict' },
    })
  })

  it('G18 needs an idempotency key unless the tool only reads', async () => {
    expect(await w.gate(key, 'POST', '/api/v1/actions', { tool: 'run', params: {} })).toMatchObject({
      status: 400,
      body: { code: 'idempotency.required' },
    })
    expect((await w.gate(key, 'POST', '/api/v1/actions', { tool: 'look', params: {} })).status).toBe(200)
  })

  it('expires what nobody decided, as a denial', async () => {
    const { body } = await w.submit(key, { tool: 'run', params: { n: 6 }, deadline_seconds: 1 }, { prefer: 'wait=10' })
    expect(body).toMatchObject({
      status: 'expired',
      decision: { verdict: 'deny', by: 'timeout', code: 'hold.expired' },
      next_action: 'stop',
    })
  })

  it('lets the agent take a waiting action back, and nobody a decided one', async () => {
    const held = (await w.submit(key, { tool: 'run', params: { n: 7 } })).body
    const cancelled = await w.gate(key, 'POST', `/api/v1/actions/${held.id}/cancel`, { reason: 'changed my mind' })
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', decision: { by: 'agent' } } })
    expect(await w.gate(key, 'POST', `/api/v1/actions/${held.id}/cancel`, {})).toMatchObject({
      status: 409,
      body: { code: 'action.decided', action: { status: 'cancelled' } },
    })
  })

  it('needs two people for what cannot be undone in production, each counted once', async () => {
    const other = await w.signedIn(await w.person('Second Approver', [{ role: 'approver', team_id: w.team }]))
    await w.db.pool.query('update registry set version = version + 1')
    const held = (await w.submit(key, { tool: 'wipe', params: { table: 'x' } })).body
    const path = `/api/console/holds/${held.hold.id}/reviews`
    const first = await approver('POST', path, { verdict: 'approve', digest: held.digest })
    expect(first).toMatchObject({ status: 201, body: { status: 'pending', approvals: { received: 1, required: 2 } } })
    expect(await approver('POST', path, { verdict: 'approve', digest: held.digest })).toMatchObject({
      status: 409,
      body: { code: 'hold.reviewed' },
    })
    expect(await other('POST', path, { verdict: 'approve', digest: held.digest })).toMatchObject({
      status: 201,
      body: { status: 'approved' },
    })
  })

  it('A01 the owner of the agent may reject, never approve', async () => {
    const owner = await w.signedIn(w.owner)
    const held = (await w.submit(key, { tool: 'run', params: { n: 8 } })).body
    const path = `/api/console/holds/${held.hold.id}/reviews`
    expect(await owner('POST', path, { verdict: 'approve', digest: held.digest })).toMatchObject({
      status: 403,
      body: { code: 'hold.ineligible' },
    })
    expect(await owner('POST', path, { verdict: 'reject', digest: held.digest })).toMatchObject({
      status: 201,
      body: { status: 'rejected' },
    })
  })

  it('A25 people of another team do not even learn that it exists', async () => {
    const outsider = await w.signedIn(w.outsider)
    const held = (await w.submit(key, { tool: 'run', params: { n: 9 } })).body
    expect((await outsider('GET', `/api/console/holds/${held.hold.id}`)).status).toBe(404)
    expect(
      (
        await outsider('POST', `/api/console/holds/${held.hold.id}/reviews`, {
          verdict: 'approve',
          digest: held.digest,
        })
      ).status,
    ).toBe(404)
  })

  it('A24 changed arguments restart the quorum, and A22 may only narrow', async () => {
    const held = (await w.submit(key, { tool: 'pay', params: { amount: '50.00', to: 'X' } })).body
    const path = `/api/console/holds/${held.hold.id}/reviews`
    expect(
      await approver('POST', path, { verdict: 'approve', digest: held.digest, params: { amount: '60.00', to: 'X' } }),
    ).toMatchObject({ status: 400, body: { code: 'hold.invalid_change' } })
    expect(
      (await approver('POST', path, { verdict: 'approve', digest: held.digest, params: { amount: '40.00', to: 'X' } }))
        .status,
    ).toBe(201)
    const { body } = await w.gate(key, 'GET', `/api/v1/actions/${held.id}`)
    expect(body).toMatchObject({ status: 'approved', modified: true, params: { amount: '40.00', to: 'X' } })
    expect(body.executable_digest).toBe(
      actionDigest({ tool: 'pay', resource: null, params: { amount: '40.00', to: 'X' } }),
    )
  })

  it('hangs calls of a new tool under one item and decides them anew once it is classified', async () => {
    const calls = await Promise.all([1, 2, 3].map(n => w.submit(key, { tool: 'fresh_tool', params: { n } })))
    const items = new Set(calls.map(call => call.body.hold.id))
    expect(items.size).toBe(1)
    const governor = await w.signedIn(w.governor)
    const hold = (await governor('GET', `/api/console/holds/${[...items][0]}`)).body
    expect(hold).toMatchObject({ kind: 'change', change_kind: 'tool.classify', agent: null })
    expect(hold.change.waiting_calls).toHaveLength(3)
    const waiting = calls.map(call =>
      w.gate(key, 'GET', `/api/v1/actions/${call.body.id}`, undefined, { prefer: 'wait=10' }),
    )
    const tool = (await governor('GET', '/api/console/tools?q=fresh_tool')).body.items[0]
    const classified = await governor(
      'PATCH',
      `/api/console/tools/${tool.id}`,
      { classification: { operation: 'read', reversible: true, sensitivity: 'internal' } },
      { 'if-match': tool.etag },
    )
    expect(classified.status).toBe(200)
    for (const answer of await Promise.all(waiting)) expect(answer.body).toMatchObject({ status: 'allowed' })
  })

  it('accepts an outcome once, and holds the same again after an unknown one', async () => {
    const allowed = (await w.submit(key, { tool: 'look', params: { n: 10 } })).body
    const path = `/api/v1/actions/${allowed.id}/outcome`
    expect((await w.gate(key, 'POST', path, { status: 'unknown' })).status).toBe(200)
    expect((await w.gate(key, 'POST', path, { status: 'unknown' })).status).toBe(200)
    expect((await w.submit(key, { tool: 'look', params: { n: 10 } })).body).toMatchObject({ status: 'held' })
    expect((await w.gate(key, 'POST', path, { status: 'succeeded' })).status).toBe(200)
    expect(await w.gate(key, 'POST', path, { status: 'failed' })).toMatchObject({ status: 409 })
  })

  it('says no more of an outcome than that it was taken to whoever wants no more, and refuses as ever', async () => {
    const allowed = (await w.submit(key, { tool: 'look', params: { n: 11 } })).body
    const path = `/api/v1/actions/${allowed.id}`
    const report = (status: string) => w.gate(key, 'POST', `${path}/outcome`, { status }, { prefer: 'return=minimal' })
    const { status, body, headers } = await report('succeeded')
    expect([status, body, headers.get('preference-applied')]).toEqual([204, null, 'return=minimal'])
    expect((await w.gate(key, 'GET', path)).body).toMatchObject({ outcome: 'succeeded' })
    expect(await report('failed')).toMatchObject({ status: 409, body: { action: { outcome: 'succeeded' } } })
  })

  it('G04 G16 another agent’s action is a 404 like a missing one', async () => {
    const other = await w.agent({ scopes: [] })
    const mine = (await w.submit(key, { tool: 'look' })).body
    const foreign = await w.gate(other.key, 'GET', `/api/v1/actions/${mine.id}`)
    const missing = await w.gate(other.key, 'GET', `/api/v1/actions/act_00000000000000000000000000`)
    expect(foreign.status).toBe(404)
    expect({ ...foreign.body, request_id: null }).toEqual({ ...missing.body, request_id: null })
  })

  it('denies what no scope covers, naming the line', async () => {
    const other = await w.agent({ scopes: [] })
    expect((await w.submit(other.key, { tool: 'run' })).body).toMatchObject({
      status: 'denied',
      decision: { code: 'scope.exceeded', reason: 'No scope of this agent covers tool run.' },
    })
  })
})
