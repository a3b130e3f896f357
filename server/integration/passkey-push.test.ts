import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it } from 'vitest'
import { plainPreference } from '@/lib/access/notice'
import { passkeyNotice } from '@/lib/access/passkey-notice'
import { clock } from '@/server/db/guard'
import { reader } from '@/server/db/tx'
import { root } from '@/server/root'
import { authenticator } from '@/server/testing/authenticator'
import { origin, registerKey } from '@/server/testing/countersigning'
import { pushService } from '@/server/testing/push-service'
import { type Person, world } from '@/server/testing/world'

const service = await pushService()
const w = await world(2, { fetchAllow: ['127.0.0.0/8'] })
const soon = { timeout: 10_000, interval: 50 }
const mine = '/api/console/me/passkeys'
const name = 'Call 555 to be safe'
let administrator: Person
let ann: Person

const changes = async () => (await ann('GET', mine)).body.changes
const pushed = (kind: string) => service.got.filter(one => JSON.parse(one.text).passkey === kind)

/** What the worker in the browser shows of a message that has arrived, run as a browser runs it. */
function shownBy(text: string): { title: string; body: string; path: string } {
  const heard = new Map<string, (event: object) => void>()
  let shown: { title: string; body: string; path: string } | null = null
  const self = {
    addEventListener: (type: string, then: (event: object) => void) => heard.set(type, then),
    registration: {
      showNotification(title: string, { body, data }: { body: string; data: { path: string } }) {
        shown = { title, body, path: data.path }
      },
    },
  }
  runInNewContext(readFileSync(join(root, 'public/sw.js'), 'utf8'), { self })
  heard.get('push')?.({ data: { json: () => JSON.parse(text) }, waitUntil: () => undefined })
  return shown ?? expect.fail('nothing was shown')
}

beforeAll(async () => {
  administrator = await w.signedIn(w.administrator)
  ann = await w.signedIn(w.approver)
  const ben = await w.signedIn(w.backup, 1)
  expect((await ann('POST', '/api/console/me/push', service.subscribe('phone'))).status).toBe(201)
  expect((await ben('POST', '/api/console/me/push', service.subscribe('bens'))).status).toBe(201)
  // Whoever is signed in as her could have said it: no news by any channel, and quiet hours from an hour ago on.
  const now = (await clock(reader(w.db.pool))).getTime()
  const hour = (at: number) => new Date(at).toISOString().slice(11, 14).concat('00')
  const quiet = { time_zone: 'UTC', from: hour(now - 3_600_000), until: hour(now + 7_200_000), days: [] }
  const deaf = { topics: { ...plainPreference.topics, news: [] }, quiet }
  expect((await ann('PUT', '/api/console/me/notices', deaf)).status).toBe(200)
})

/** Each change is told to the owner's device at once: what it was, and neither of which key, nor by whom, nor from where. */
async function toldOnce(kind: 'added' | 'removed' | 'reset', key: string): Promise<void> {
  await expect.poll(() => pushed(kind).length, soon).toBe(1)
  const [told] = pushed(kind)
  const [change] = await changes()
  expect(change.kind).toBe(`passkey.${kind}`)
  expect(told).toMatchObject({ device: 'phone', headers: { urgency: 'high', 'content-encoding': 'aes128gcm' } })
  expect(told?.headers.topic).toMatch(/^[0-9a-f]{32}$/)
  expect(JSON.parse(told?.text ?? '')).toEqual({ passkey: kind })
  // The service itself is at an address of this machine, which is not what it was done from.
  const seen = JSON.stringify([told?.text, { ...told?.headers, host: null }])
  for (const secret of [name, key, w.approver.id, w.administrator.id, change.from, change.at])
    expect(seen).not.toContain(secret)
  const shown = shownBy(told?.text ?? '')
  expect(shown.title).toBe(passkeyNotice({ ...change, by: change.by.id }).title)
  expect(shown.body).toContain('what to do')
  expect(shown.path).toBe('/settings/passkeys')
}

describe('A11 the owner of passkeys is told on their devices, at once in quiet hours and whatever they prefer', () => {
  let key = ''

  it('that one was registered', async () => {
    const added = await registerKey(ann, authenticator(origin), name)
    expect(added.status).toBe(201)
    key = added.body.items[0].id
    await toldOnce('added', key)
  })

  it('that one was removed', async () => {
    expect((await ann('DELETE', `${mine}/${key}`)).status).toBe(204)
    await toldOnce('removed', key)
  })

  it('that an administrator reset them; a reset that finds none tells nobody', async () => {
    key = (await registerKey(ann, authenticator(origin), name)).body.items[0].id
    await expect.poll(() => pushed('added').length, soon).toBe(2)
    const path = `/api/console/members/${w.approver.id}/passkeys/reset`
    expect((await administrator('POST', path, { reason: 'Lost on a train' })).body).toEqual({ removed: 1 })
    expect((await administrator('POST', path, { reason: 'Lost on a train' })).body).toEqual({ removed: 0 })
    await toldOnce('reset', key)
  })

  it('nobody else is, and each message is known by a name of its own, by which one that came twice is shown once', async () => {
    const { rows } = await w.db.pool.query<{ status: string }>(
      `select status from delivery where kind like 'passkey.%' and destination like 'push:%'`,
    )
    expect(rows).toHaveLength(4)
    await expect
      .poll(
        async () =>
          (
            await w.db.pool.query(
              `select 1 from delivery where kind like 'passkey.%' and destination like 'push:%' and status = 'delivered'`,
            )
          ).rowCount,
        soon,
      )
      .toBe(4)
    expect(service.got.map(one => one.device)).toEqual(['phone', 'phone', 'phone', 'phone'])
    expect(new Set(service.got.map(one => one.headers.topic)).size).toBe(4)
  })

  it('what is made up names no passkey: it is shown as news', () => {
    for (const passkey of ['constructor', '__proto__', 'stolen', 7, null])
      expect(shownBy(JSON.stringify({ passkey }))).toMatchObject({ title: 'There is news', path: '/' })
  })
})
