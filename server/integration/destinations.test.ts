import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Tx, transact } from '@/server/db/tx'
import { feedDue, tellBehind } from '@/server/engine/feed'
import type { Received } from '@/server/testing/receiver'
import { receiver } from '@/server/testing/receiver'
import { soon, wokenWorld } from '@/server/testing/woken'
import type { Person } from '@/server/testing/world'

const { w, ann, scopes } = await wokenWorld()
const path = '/api/console/destinations'
let ada: Person
let key = ''
beforeAll(async () => {
  ada = await w.signedIn(w.administrator)
  key = (await w.agent({ scopes })).key
})

const every = ['hold.opened', 'hold.decided', 'hold.expired', 'hold.escalated']
const ask = async (seconds = 600) =>
  (
    await w.submit(key, {
      tool: 'run',
      params: { iban: 'IBAN-IN-PARAMS', n: crypto.randomUUID() },
      intent: 'INTENT',
      deadline_seconds: seconds,
    })
  ).body
const about = (received: readonly Received[], hold: string) =>
  received.map(one => JSON.parse(one.body)).filter(one => one.subject === hold)

describe('an organisation is told of its holds', () => {
  it('signed, as CloudEvents, each once under its own id, in order, and nothing of what was asked', async () => {
    const there = await receiver()
    const made = await ada('POST', path, { url: there.url, name: 'Warehouse', types: every })
    expect(made.status).toBe(201)
    const action = await ask()
    await ann('POST', `/api/console/holds/${action.hold.id}/reviews`, {
      verdict: 'reject',
      digest: action.digest,
      comment: 'COMMENT-OF-A-PERSON',
    })
    const told = () => about(there.received, action.hold.id)
    await expect
      .poll(
        () =>
          told()
            .map(one => one.type)
            .sort(),
        soon,
      )
      .toEqual(['holdpoint.hold.decided', 'holdpoint.hold.opened'])
    const decided = told().find(one => one.type === 'holdpoint.hold.decided')
    expect(decided).toMatchObject({
      specversion: '1.0',
      source: 'https://holdpoint.acme.example',
      data: {
        hold_id: action.hold.id,
        hold_status: 'rejected',
        verdict: 'deny',
        links: { approval: `https://holdpoint.acme.example/approvals/${action.hold.id}` },
      },
    })
    for (const { headers, body } of there.received) {
      for (const secret of ['IBAN-IN-PARAMS', 'INTENT', 'COMMENT-OF-A-PERSON']) expect(body).not.toContain(secret)
      // The clock of the database may have been moved from this process's.
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
      const sign = new Webhook(String(made.body.secret)).sign(String(headers['webhook-id']), at, body)
      expect(String(headers['webhook-signature']).split(' ')).toEqual([sign])
      expect(headers['webhook-id']).toBe(JSON.parse(body).id)
    }
    await ada('DELETE', `${path}/${made.body.id}`)
  })

  it('X08 with nothing lost while it is down, nothing twice though two instances tell, and only of what it asked for', async () => {
    let up = false
    const there = await receiver(response => response.writeHead(up ? 204 : 500).end())
    const made = await ada('POST', path, { url: there.url, types: ['hold.expired'] })
    const actions = [await ask(60), await ask(60)]
    await w.test.moveClock(3_700)
    await Promise.all(w.servers.map(one => feedDue(one.app)))
    await expect.poll(() => there.received.length, soon).toBeGreaterThanOrEqual(2)
    up = true
    await w.test.moveClock(3_700)
    const one = async () => (await ada('GET', path)).body.items.find((hook: { id: string }) => hook.id === made.body.id)
    await expect.poll(async () => (await one()).health, soon).toMatchObject({ waiting: 0, given_up: 0, failures: 0 })
    const { rows } = await w.db.pool.query<{ kind: string; status: string }>(
      `select kind, status from delivery where destination = $1`,
      [`webhook:${made.body.id}`],
    )
    expect(rows).toEqual(actions.map(() => ({ kind: 'hold.expired', status: 'delivered' })))
    const ids = new Set(there.received.map(({ headers }) => headers['webhook-id']))
    expect(ids.size).toBe(actions.length)
    await ada('DELETE', `${path}/${made.body.id}`)
  })

  it('by administrators alone, and never at an address that is not to be called (X01)', async () => {
    const there = await receiver()
    expect((await ann('POST', path, { url: there.url, types: every })).status).toBe(403)
    expect((await ann('GET', path)).status).toBe(403)
    for (const url of [
      'https://169.254.169.254/',
      'https://[::ffff:7f00:1]/',
      'http://93.184.215.14/',
      'https://2130706434@x/',
    ])
      expect((await ada('POST', path, { url, types: every })).status, url).toBe(400)
    const made = await ada('POST', path, { url: there.url, types: every })
    expect((await ada('POST', `${path}/${made.body.id}/test`)).body).toMatchObject({ delivered: true })
    // An agent neither sees it nor can wake it.
    expect((await w.gate(key, 'GET', '/api/v1/webhooks')).body.items).toEqual([])
    const odd = await w.submit(key, { tool: 'run', params: {}, notify: made.body.id })
    expect(odd.status).toBe(400)
    await ada('DELETE', `${path}/${made.body.id}`)
  })
})

it('X08 what is numbered while an instance reads the log is told next time, and not passed over', async () => {
  const there = await receiver()
  await ada('POST', path, { url: there.url, types: ['hold.opened'] })
  const size = async () => Number((await w.db.pool.query('select size from log_head where id = 1')).rows[0]?.size)
  const numbered = async (): Promise<string> => {
    const before = await size()
    const action = await ask()
    await expect.poll(size, soon).toBeGreaterThan(before)
    return action.hold.id
  }
  let last = ''
  await transact(w.db, async tx => {
    const [hook] = await tx.query<{ id: string; told_to: number }>(
      'select id, told_to from webhook where agent_id is null and revoked_at is null for update',
    )
    // Nobody else tells while it is locked; so this is behind for sure.
    await numbered()
    const between: Tx = {
      ...tx,
      async query(text, params, name) {
        const rows = await tx.query<never>(text, params, name)
        if (name === 'feed-events') last = await numbered()
        return rows
      },
    }
    expect(hook).toBeDefined()
    await tellBehind(between, 'https://holdpoint.acme.example')
  })
  expect(last).not.toBe('')
  await expect.poll(() => about(there.received, last).length, soon).toBe(1)
})
