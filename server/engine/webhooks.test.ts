import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { type Received, receiver } from '@/server/testing/receiver'
import { soon, wokenWorld } from '@/server/testing/woken'

const { w, woken, decide, sent } = await wokenWorld()
const ids = (received: readonly Received[]) => received.map(one => one.headers['webhook-id'])

describe('an agent that asked for it is woken when its decision falls', () => {
  it('INV-11 INV-47 once, with a message that the unmodified library of Standard Webhooks verifies, that agrees with the gate, and that says nothing of the arguments', async () => {
    const there = await receiver()
    const { ask, id, key, secret } = await woken(there.url)
    const action = await ask()
    expect(action.status).toBe('held')
    await decide(action)
    await expect.poll(() => there.received.length, soon).toBe(1)
    const [message] = there.received
    if (!message) throw new Error('nothing came')
    const event: unknown = new Webhook(secret).verify(message.body, message.headers)
    const read = (await w.gate(key, 'GET', `/api/v1/actions/${action.id}`)).body
    expect(event).toEqual({
      specversion: '1.0',
      id: message.headers['webhook-id'],
      source: `https://holdpoint.acme.example/agents/${id}`,
      type: 'holdpoint.action.decided',
      subject: action.id,
      time: read.decision.decided_at,
      datacontenttype: 'application/json',
      data: {
        id: action.id,
        status: read.status,
        verdict: read.decision.verdict,
        code: read.decision.code,
        decided_at: read.decision.decided_at,
        hold_id: action.hold.id,
        links: {
          action: `https://holdpoint.acme.example/api/v1/actions/${action.id}`,
          approval: `https://holdpoint.acme.example/approvals/${action.hold.id}`,
        },
      },
    })
    expect(message.body).not.toMatch(/IBAN-IN-PARAMS|INTENT-OF-THE-AGENT|"run"/)
    const forged = new Webhook(secret)
    expect(() => forged.verify(message.body.replace('approved', 'rejected'), message.headers)).toThrow()
    await expect.poll(async () => (await sent(action.id)).map(one => one.status), soon).toEqual(['delivered'])
  })

  it('INV-47 however its waiting ends: rejected, expired, cancelled, contained; no comment of a person is in it', async () => {
    const there = await receiver()
    const { ask, key, id } = await woken(there.url)
    const [no, late, back, stopped] = [await ask(), await ask({ deadline_seconds: 1 }), await ask(), await ask()]
    await decide(no, 'reject')
    await w.gate(key, 'POST', `/api/v1/actions/${back.id}/cancel`, {})
    await w.test.moveClock(2)
    await expect.poll(() => there.received.length, soon).toBe(3)
    const governor = await w.signedIn(w.governor)
    const target = { type: 'agent', id }
    const killed = await governor('POST', '/api/console/containment', { target, level: 'killed', reason: 'stop' })
    expect(killed.status).toBe(201)
    await expect.poll(() => there.received.length, soon).toBe(4)
    const heard = new Map(there.received.map(one => JSON.parse(one.body).data).map(data => [data.id, data.status]))
    expect(heard).toEqual(
      new Map([
        [no.id, 'rejected'],
        [late.id, 'expired'],
        [back.id, 'cancelled'],
        [stopped.id, 'contained'],
      ]),
    )
    expect(JSON.stringify(there.received)).not.toContain('COMMENT-OF-A-PERSON')
  })

  it('also where it was deferred behind another action, and when its agent is contained in a quiet hour', async () => {
    const there = await receiver()
    const { ask, key, id } = await woken(there.url)
    const first = await ask({ notify: undefined })
    const second = await ask({ tool: 'look', context: { after: [first.id] } })
    const third = await ask()
    expect([second.status, third.status]).toEqual(['deferred', 'held'])
    await w.gate(key, 'POST', `/api/v1/actions/${first.id}/cancel`, {})
    await expect.poll(() => there.received.length, soon).toBe(1)
    expect(JSON.parse(there.received[0]?.body ?? '').data).toMatchObject({ id: second.id, code: 'dependency.failed' })
    const governor = await w.signedIn(w.governor)
    const target = { type: 'agent', id }
    await governor('POST', '/api/console/containment', { target, level: 'killed', reason: 'stop' })
    await expect.poll(() => there.received.length, soon).toBe(2)
    expect(JSON.parse(there.received[1]?.body ?? '').data).toMatchObject({ id: third.id, status: 'contained' })
  })

  it('and not otherwise: what is decided at once needs no message, and what names no webhook gets none', async () => {
    const there = await receiver()
    const { ask } = await woken(there.url)
    const atOnce = await ask({ tool: 'look', params: {} })
    expect(atOnce.decision.verdict).toBe('allow')
    const quiet = await ask({ notify: undefined })
    await decide(quiet)
    const last = await ask()
    await decide(last)
    await expect.poll(() => there.received.length, soon).toBe(1)
    expect(JSON.parse(there.received[0]?.body ?? '').subject).toBe(last.id)
    expect([...(await sent(atOnce.id)), ...(await sent(quiet.id))]).toEqual([])
  })

  it('exactly one message a decision where two instances look for what is due and decide at the same time', async () => {
    const there = await receiver()
    const { ask } = await woken(there.url)
    const actions = await Promise.all(Array.from({ length: 24 }, () => ask()))
    await Promise.all(actions.map(action => decide(action)))
    await expect.poll(() => there.received.length, soon).toBe(24)
    expect(new Set(ids(there.received)).size).toBe(24)
    await expect.poll(async () => (await w.db.pool.query('select from webhook_due')).rowCount, soon).toBe(0)
    for (const action of actions) expect((await sent(action.id)).length).toBe(1)
  })

  it('I13 by a webhook of its own alone: another agent’s, a revoked and an unknown one are refused alike, and the same key answers as before', async () => {
    const there = await receiver()
    const [one, other] = [await woken(there.url), await woken(there.url)]
    const headers = { 'idempotency-key': randomUUID() }
    const body = { tool: 'run', params: { fixed: randomUUID() }, notify: one.hook_id }
    const first = await w.submit(one.key, body, headers)
    expect((await w.gate(one.key, 'DELETE', `/api/v1/webhooks/${one.hook_id}`)).status).toBe(204)
    for (const notify of [other.hook_id, one.hook_id, 'whk_00000000000000000000000000', 'x'])
      expect((await w.submit(one.key, { tool: 'run', notify })).body).toMatchObject({
        code: 'request.invalid',
        errors: [{ pointer: '/notify', message: 'This agent has no such webhook.' }],
      })
    expect((await w.submit(one.key, body, headers)).body.id).toBe(first.body.id)
    expect((await w.gate(one.key, 'DELETE', `/api/v1/webhooks/${other.hook_id}`)).status).toBe(404)
    expect((await w.submit('hp_unknown', { tool: 'run', notify: one.hook_id })).status).toBe(401)
    await decide(first.body)
    await expect.poll(async () => (await w.db.pool.query('select from webhook_due')).rowCount, soon).toBe(0)
    expect(await sent(first.body.id)).toEqual([])
  })
})
