import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { enqueue } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { transact } from '@/server/db/tx'
import { deliverPush } from '@/server/engine/deliver'
import { pushService } from '@/server/testing/push-service'
import { everything, type Person, world } from '@/server/testing/world'

const service = await pushService()
const w = await world(2, { fetchAllow: ['127.0.0.0/8'], url: 'https://holdpoint.acme.example' })
const soon = { timeout: 10_000, interval: 50 }
const me = '/api/console/me'
let key = ''
let ann: Person

const app = () => {
  const served = w.servers[0]?.app
  if (!served) throw new Error('no server')
  return served
}

async function told(kind = 'hold.opened') {
  const params = { iban: 'IBAN-IN-PARAMS', n: randomUUID() }
  const action = (await w.submit(key, { tool: 'run', params, intent: 'Urgent, the CEO has approved this.' })).body
  const hold = String(action.hold.id)
  const message = { subject_id: hold, kind, person_id: w.approver.id, payload: '{}', channels: ['push' as const] }
  await transact(w.db, async tx => enqueue(tx, await clock(tx), [message]))
  return hold
}
const delivery = async (hold: string) =>
  (
    await w.db.pool.query(
      'select kind, status, attempts, error from delivery where subject_id = $1 and destination like $2',
      [hold, 'push:%'],
    )
  ).rows

beforeAll(async () => {
  await w.tools({ run: {} })
  const scopes = [everything]
  key = (await w.agent({ scopes })).key
  ann = await w.signedIn(w.approver)
})

describe('Web Push', () => {
  it('U10 tells every browser of a person which hold to open, encrypted for it alone, and nothing of what it is or why the agent wants it', async () => {
    for (const name of ['phone', 'desk'])
      expect((await ann('POST', `${me}/push`, service.subscribe(name))).status).toBe(201)
    const hold = await told()
    await expect.poll(() => service.got.length, soon).toBe(2)
    expect(service.got.map(one => one.device).sort()).toEqual(['desk', 'phone'])
    const { public_key } = (await ann('GET', `${me}/notices`)).body.push
    for (const { text, headers, claims } of service.got) {
      expect(JSON.parse(text)).toEqual({ hold })
      expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', topic: hold.slice(-26), urgency: 'normal' })
      expect(claims).toMatchObject({ aud: service.url, sub: 'https://holdpoint.acme.example', key: public_key })
      expect(claims.exp * 1_000 - Date.now()).toBeLessThanOrEqual(24 * 3_600_000)
    }
    await expect.poll(() => delivery(hold), soon).toMatchObject([{ status: 'delivered', attempts: 1 }])
  })

  it('its keys are made once, in the home of the installation, for its user alone; addresses of browsers stand nowhere in clear', async () => {
    const file = join(app().config.home, 'keys', 'vapid.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { public_key } = (await (await w.signedIn(w.owner, 1))('GET', `${me}/notices`)).body.push
    expect(JSON.parse(readFileSync(file, 'utf8')).publicKey).toBe(public_key)
    const { rows } = await w.db.pool.query<{ text: string }>(
      'select p::text as text from push_device p union all select body from event union all select payload from delivery',
    )
    expect(rows.map(one => one.text).join()).not.toContain(service.url)
  })

  it('goes once to each device on record, though two instances send, and again after what is in the way is gone', async () => {
    service.answers.status = 503
    const hold = await told('hold.escalated.1.0')
    const its = async () => (await delivery(hold)).find(one => one.kind === 'hold.escalated.1.0')
    await expect.poll(async () => (await its())?.error, soon).toBe('The push service answered 503.')
    service.answers.status = 201
    const urgent = () => service.got.filter(one => one.headers.urgency === 'high').length
    await w.test.moveClock(20)
    await Promise.all(w.servers.map(one => deliverPush(one.app)))
    await expect.poll(async () => (await its())?.status, soon).toBe('delivered')
    expect(urgent()).toBe(2)
    await told().then(async other => {
      await transact(w.db, async tx =>
        enqueue(tx, await clock(tx), [
          { subject_id: other, kind: 'hold.opened', person_id: w.approver.id, payload: '{}', channels: ['push'] },
        ]),
      )
      expect(await delivery(other)).toHaveLength(1)
      await expect.poll(async () => (await delivery(other))[0]?.status, soon).toBe('delivered')
    })
  })

  it('forgets a browser that is gone, and says so once none is left', async () => {
    service.forget('phone')
    const hold = await told()
    await expect.poll(async () => (await delivery(hold))[0]?.status, soon).toBe('delivered')
    const { devices } = (await ann('GET', `${me}/notices`)).body.push
    expect(devices.map((one: { name: string }) => one.name)).toEqual(['Browser desk'])
    service.forget('desk')
    const last = await told()
    const left = async () => (await ann('GET', `${me}/notices`)).body.push.devices
    await expect.poll(left, soon).toEqual([])
    const said = 'No device of this person takes notices any more.'
    await expect.poll(async () => (await delivery(last)).every(one => one.error === said), soon).toBe(true)
    expect((await ann('POST', `${me}/notices/push/test`)).body).toEqual({
      delivered: false,
      detail: 'No device of this person takes notices any more.',
    })
  })

  it('X01 takes no address that Holdpoint would not call, nor keys that are none, and ten devices at most', async () => {
    const { keys } = service.subscribe('x')
    const add = (more: object) => ann('POST', `${me}/push`, { endpoint: `${service.url}/x`, keys, name: 'X', ...more })
    for (const endpoint of [
      'https://169.254.169.254/x',
      'https://[::ffff:7f00:1]/x',
      'http://93.184.215.14/x',
      'javascript:alert(1)',
    ])
      expect((await add({ endpoint })).status, endpoint).toBe(400)
    expect((await add({ keys: { ...keys, p256dh: 'A'.repeat(87) } })).status).toBe(400)
    for (let n = 0; n < 10; n++) expect((await add(service.subscribe(`many-${n}`))).status).toBe(201)
    expect((await add(service.subscribe('one-more'))).body.code).toBe('push.limit')
    const { devices } = (await ann('GET', `${me}/notices`)).body.push
    const otto = await w.signedIn(w.outsider)
    expect((await otto('DELETE', `${me}/push/${devices[0].id}`)).status).toBe(404)
    expect((await ann('DELETE', `${me}/push/${devices[0].id}`)).status).toBe(204)
    expect((await ann('DELETE', `${me}/push/${devices[0].id}`)).status).toBe(404)
  })
})
