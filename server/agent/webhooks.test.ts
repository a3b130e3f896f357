import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { type Received, receiver } from '@/server/testing/receiver'
import { soon, wokenWorld } from '@/server/testing/woken'

const { w, scopes, olga, woken, decide, sent } = await wokenWorld()

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

  it('revoked while a message is on its way: that one stays given up, and the engine goes on', async () => {
    const answers: (() => void)[] = []
    const slow = await receiver(response => answers.push(() => response.writeHead(204).end()))
    const { ask, hook, key, hook_id } = await woken(slow.url)
    const action = await ask()
    await decide(action)
    await expect.poll(() => slow.received.length, soon).toBe(1)
    await w.gate(key, 'DELETE', `/api/v1/webhooks/${hook_id}`)
    for (const answer of answers) answer()
    await expect.poll(async () => (await hook()).health.last_success_at, soon).not.toBe(null)
    expect(await sent(action.id)).toMatchObject([{ status: 'dead', error: 'The webhook was revoked.' }])
    const there = await receiver()
    const next = await woken(there.url)
    await decide(await next.ask())
    await expect.poll(() => there.received.length, soon).toBe(1)
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
    const one = (url: string) => w.gate(key, 'POST', '/api/v1/webhooks', { url })
    expect((await one(there.url)).body.code).toBe('webhook.limit')
    // Nobody looks a name up for whoever may have no more.
    expect((await one('https://nothing.invalid/')).body.code).toBe('webhook.limit')
  })

  it('and counted whatever was revoked since: what is live is always shown', async () => {
    const { id, key, hook_id } = await woken('https://93.184.215.14/x')
    await w.db.pool.query(
      `insert into webhook (id, agent_id, name, url, created_at, created_by, revoked_at)
       select 'whk_7' || lpad(n::text, 25, '0'), agent_id, name, url, created_at, created_by, created_at
       from webhook, generate_series(1, 150) n where id = $1`,
      [hook_id],
    )
    const list = async () => (await w.gate(key, 'GET', '/api/v1/webhooks')).body.items
    const live = async () => (await list()).filter((one: { state: string }) => one.state === 'active')
    expect((await live()).map((one: { id: string }) => one.id)).toEqual([hook_id])
    for (let n = 1; n < 10; n++)
      expect((await w.gate(key, 'POST', '/api/v1/webhooks', { url: 'https://93.184.215.14/' })).status).toBe(201)
    const { body } = await w.gate(key, 'POST', '/api/v1/webhooks', { url: 'https://93.184.215.14/' })
    expect(body.code).toBe('webhook.limit')
    expect(await live()).toHaveLength(10)
    expect((await olga('GET', `/api/console/agents/${id}/webhooks`)).body.items.length).toBeGreaterThan(100)
  })
})
