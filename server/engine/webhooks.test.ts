import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Received, receiver } from '@/server/testing/receiver'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2, { fetchAllow: ['127.0.0.0/8'], url: 'https://holdpoint.acme.example' })
const scopes = [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }]
let ann: Person
let olga: Person
beforeAll(async () => {
  await w.tools({ run: {}, look: { operation: 'read' } })
  ;[ann, olga] = await Promise.all([w.signedIn(w.approver), w.signedIn(w.owner)])
})

/** An agent with a webhook of its own at this address. */
async function woken(url: string) {
  const agent = await w.agent({ scopes })
  const made = await w.gate(agent.key, 'POST', '/api/v1/webhooks', { url })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const ask = async (more: Record<string, unknown> = {}) =>
    (
      await w.submit(agent.key, {
        tool: 'run',
        params: { iban: 'IBAN-IN-PARAMS', n: randomUUID() },
        intent: 'INTENT-OF-THE-AGENT',
        notify: made.body.id,
        ...more,
      })
    ).body
  const hook = async () =>
    (await w.gate(agent.key, 'GET', '/api/v1/webhooks')).body.items.find(
      (one: { id: string }) => one.id === made.body.id,
    )
  return { ...agent, hook_id: String(made.body.id), secret: String(made.body.secret), ask, hook }
}
const decide = (action: { hold: { id: string }; digest: string }, verdict = 'approve') =>
  ann('POST', `/api/console/holds/${action.hold.id}/reviews`, {
    verdict,
    digest: action.digest,
    ...(verdict === 'reject' ? { comment: 'COMMENT-OF-A-PERSON' } : {}),
  })
const ids = (received: readonly Received[]) => received.map(one => one.headers['webhook-id'])
const sent = async (action: string) =>
  (
    await w.db.pool.query<{ status: string; attempts: number; error: string | null }>(
      'select status, attempts, error from delivery where subject_id = $1',
      [action],
    )
  ).rows
const soon = { timeout: 10_000, interval: 50 }

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

describe('whatever the receiver does', () => {
  it('X05 one that hangs holds up neither decisions nor other deliveries', async () => {
    const hangs = await receiver(() => undefined)
    const there = await receiver()
    const [stuck, fine] = [await woken(hangs.url), await woken(there.url)]
    for (let n = 0; n < 8; n++) await decide(await stuck.ask())
    await expect.poll(() => hangs.received.length, soon).toBeGreaterThan(0)
    const began = performance.now()
    expect((await decide(await fine.ask())).status).toBe(201)
    await expect.poll(() => there.received.length, soon).toBe(1)
    expect(performance.now() - began).toBeLessThan(8_000)
  })

  it('X05 one that answers without end is cut off', async () => {
    const floods = await receiver(response => {
      response.writeHead(200)
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    const { ask, hook } = await woken(floods.url)
    await decide(await ask())
    await expect.poll(async () => (await hook()).health.last_error, soon).toBe('Its answer is larger than 65536 bytes.')
  })

  it('X03 one that redirects is not followed', async () => {
    const inside = await receiver()
    const there = await receiver(response => response.writeHead(307, { location: inside.url }).end())
    const { ask, hook } = await woken(there.url)
    await decide(await ask())
    await expect.poll(async () => (await hook()).health.last_error, soon).toBe('It redirects, which is not followed.')
    expect(inside.received).toEqual([])
  })

  it('X01 an address that has come to lead inside is refused at every delivery', async () => {
    const there = await receiver()
    const { ask, hook, hook_id } = await woken(there.url)
    for (const url of ['https://169.254.169.254/latest', 'https://[::ffff:7f00:1]:1/', 'https://2130706433/']) {
      await w.db.pool.query('update webhook set url = $2, last_error = null where id = $1', [hook_id, url])
      await decide(await ask())
      await expect.poll(async () => (await hook()).health.last_error, soon).not.toBe(null)
    }
    expect(there.received).toEqual([])
  })

  it('X08 one that was down, answered 500 or broke off gets the same message later, with the same id, after growing pauses', async () => {
    const there = await receiver((response, nth) => {
      if (nth === 0) response.writeHead(500).end()
      else if (nth === 1) response.destroy()
      else response.writeHead(204).end()
    })
    const { ask, hook, secret } = await woken(there.url)
    const action = await ask()
    await decide(action)
    await expect.poll(async () => (await hook()).health.failures, soon).toBe(1)
    expect((await hook()).health).toMatchObject({ last_error: 'It answered 500.', waiting: 1, given_up: 0 })
    await w.test.moveClock(16)
    await expect.poll(async () => (await hook()).health.failures, soon).toBe(2)
    await w.test.moveClock(16)
    expect(await sent(action.id)).toMatchObject([{ status: 'pending', attempts: 2 }])
    await w.test.moveClock(30)
    await expect.poll(async () => (await sent(action.id))[0]?.status, soon).toBe('delivered')
    expect(there.received.length).toBe(3)
    expect(new Set(ids(there.received)).size).toBe(1)
    expect(new Set(there.received.map(one => one.body)).size).toBe(1)
    expect((await hook()).health).toMatchObject({ failures: 0, last_error: null, waiting: 0 })
    const { headers, body } = there.received[2] ?? { headers: {}, body: '' }
    // The clock of the database has been moved ahead of this process's by the test.
    const signed = String(headers['webhook-signature']).split(' ')
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
    expect(signed).toEqual([new Webhook(secret).sign(String(headers['webhook-id']), at, body)])
  })

  it('410 ends that message at once', async () => {
    const there = await receiver(response => response.writeHead(410).end())
    const { ask, hook } = await woken(there.url)
    const action = await ask()
    await decide(action)
    await expect.poll(async () => (await sent(action.id))[0]?.status, soon).toBe('dead')
    expect((await hook()).health.given_up).toBe(1)
  })
})

describe('webhooks are kept', () => {
  it('X01 X04 X09 only at addresses that may be called', async () => {
    const agent = await w.agent({ scopes })
    for (const url of [
      'https://localhost./',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://0x0a000001/',
      'https://[64:ff9b::a00:1]/',
      'https://127。0。0。1/',
      'https://nothing.invalid/',
      'https://user:word@93.184.215.14/',
      'https://93.184.215.14/\r\nx: y',
      'http://93.184.215.14/',
      'ftp://93.184.215.14/',
      'javascript:alert(1)',
    ]) {
      const { status, body } = await w.gate(agent.key, 'POST', '/api/v1/webhooks', { url })
      expect([url, status, body.errors?.[0]?.pointer]).toEqual([url, 400, '/url'])
    }
  })

  it('by the agent and those who answer for it; others see where, not what is in the address, and strangers nothing', async () => {
    const there = await receiver()
    const { id, hook_id } = await woken(there.url)
    const path = `/api/console/agents/${id}/webhooks`
    const [vic, otto] = await Promise.all([w.signedIn(w.viewer), w.signedIn(w.outsider)])
    expect((await olga('GET', path)).body.items).toMatchObject([{ id: hook_id, url: there.url, may_change: true }])
    const seen = await vic('GET', path)
    expect(seen.body.items).toMatchObject([{ id: hook_id, url: new URL(there.url).origin, may_change: false }])
    expect((await vic('POST', path, { url: there.url })).status).toBe(403)
    expect((await vic('PATCH', `${path}/${hook_id}`, { url: there.url })).status).toBe(403)
    expect((await vic('POST', `${path}/${hook_id}/rotate`, {})).status).toBe(403)
    expect((await vic('POST', `${path}/${hook_id}/test`)).status).toBe(403)
    expect((await vic('DELETE', `${path}/${hook_id}`)).status).toBe(403)
    expect((await otto('GET', path)).status).toBe(404)
  })

  it('INV-47 and moved on record: with where it was and is, and neither secret nor token anywhere in clear but its address', async () => {
    const [there, elsewhere] = [await receiver(), await receiver()]
    const { id, hook_id, secret, ask } = await woken(there.url)
    const path = `/api/console/agents/${id}/webhooks/${hook_id}`
    expect((await olga('PATCH', path, { url: elsewhere.url }, { 'if-match': '"v9"' })).status).toBe(412)
    expect((await olga('PATCH', path, { url: elsewhere.url })).body.url).toBe(elsewhere.url)
    const [event] = (await w.events('webhook.changed')).filter(one => one.data.webhook_id === hook_id)
    expect(event).toMatchObject({
      by: { id: w.owner.id },
      data: { was: new URL(there.url).origin, origin: new URL(elsewhere.url).origin, environment: 'production' },
    })
    await decide(await ask())
    await expect.poll(() => elsewhere.received.length, soon).toBe(1)
    expect(there.received).toEqual([])
    const { rows } = await w.db.pool.query<{ text: string }>(
      `select body as text from event union all select payload from delivery
       union all select encode(sealed, 'escape') from webhook where sealed is not null`,
    )
    const all = rows.map(row => row.text).join('\n')
    expect(all).not.toContain(secret.slice(6, 30))
    expect(all).not.toContain('IN-THE-URL')
  })

  it('with a secret that can be replaced: both sign until the overlap ends, then the new one alone', async () => {
    const there = await receiver()
    const { id, hook_id, secret } = await woken(there.url)
    const path = `/api/console/agents/${id}/webhooks/${hook_id}`
    const rotated = await olga('POST', `${path}/rotate`, { overlap_seconds: 60 })
    expect(rotated.status).toBe(200)
    const next = String(rotated.body.secret)
    const tried = await olga('POST', `${path}/test`)
    expect(tried.body).toEqual({ delivered: true, status: 204, detail: 'It answered 204.' })
    const verifiedBy = (one: string, { headers, body }: Received) => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
      const sign = new Webhook(one).sign(String(headers['webhook-id']), at, body)
      return String(headers['webhook-signature']).split(' ').includes(sign)
    }
    await w.test.moveClock(61)
    await olga('POST', `${path}/test`)
    expect(there.received.map(one => [verifiedBy(secret, one), verifiedBy(next, one)])).toEqual([
      [true, true],
      [false, true],
    ])
  })

  it('ten at most, and revoked for good: what waits for one is given up and nothing more is sent', async () => {
    const there = await receiver(response => response.writeHead(500).end())
    const { ask, hook, key, hook_id, id } = await woken(there.url)
    const action = await ask()
    await decide(action)
    await expect.poll(async () => (await hook()).health.failures, soon).toBe(1)
    await olga('DELETE', `/api/console/agents/${id}/webhooks/${hook_id}`)
    expect(await hook()).toMatchObject({ state: 'revoked', health: { waiting: 0, given_up: 1 } })
    expect((await olga('POST', `/api/console/agents/${id}/webhooks/${hook_id}/test`)).status).toBe(404)
    for (let n = 0; n < 10; n++)
      expect((await w.gate(key, 'POST', '/api/v1/webhooks', { url: there.url })).status).toBe(201)
    expect((await w.gate(key, 'POST', '/api/v1/webhooks', { url: there.url })).body.code).toBe('webhook.limit')
  })
})
