import { createHash } from 'node:crypto'
import webpush from 'web-push'
import { z } from 'zod'
import { passkeyChangeIn } from '@/lib/access/passkey-notice'
import type { SignedIn } from '@/lib/access/permission'
import type { PushBody } from '@/lib/integration/contract'
import { channelEvent } from '@/lib/integration/events'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { destinationOf, OutgoingRefused, readOutgoingUrl } from '@/server/outgoing/destination'
import { guardedFetch } from '@/server/outgoing/guarded-fetch'
import { type Due, GivenUp, noticeId, noticeOf } from './notice'
import { type DeviceRow, devicesOf, insertDevice, noteTaken, removeDevice } from './push-store'
import { vapidKeys } from './vapid'

const mostDevices = 10
const subscription = z.object({ endpoint: z.string(), keys: z.object({ p256dh: z.string(), auth: z.string() }) })

const byOf = (person: Pick<SignedIn, 'id'>) => ({ kind: 'person', id: person.id }) as const

/** Adds a browser or phone of one's own; its address is one that Holdpoint would call (X01). @throws Refused `push.limit`, `request.invalid` */
export async function addDevice(app: Instance, person: SignedIn, { name, ...said }: PushBody): Promise<void> {
  try {
    await destinationOf(readOutgoingUrl(said.endpoint), readAllow(app.config.fetchAllow))
    // What could not be written to is refused here, not at the first notice.
    request(app, said, {}, 'normal', undefined)
  } catch (error) {
    const detail = error instanceof OutgoingRefused ? error.detail : 'This is not what a browser subscribes with.'
    throw new Refused('request.invalid', detail, { errors: [{ pointer: '/endpoint', message: detail }] })
  }
  const { key, wrapped } = app.vault.newKey()
  const sealed = app.vault.seal(key, JSON.stringify(said))
  const mark = createHash('sha256').update(said.endpoint).digest()
  await transact(app.db, async tx => {
    if ((await devicesOf(tx, person.id)).length >= mostDevices)
      throw new Refused('push.limit', `At most ${mostDevices} devices are told.`)
    const added_at = await clock(tx)
    const id = newId('psh')
    await insertDevice(tx, { id, person_id: person.id, name, mark, wrapped, sealed, added_at })
    tx.hint('channel', '*')
    const told = { person_id: person.id, device_id: id }
    await record(tx, added_at, [channelEvent('push.added', byOf(person), [person.id], told)])
  })
}

/** Tells that device nothing any more. @throws Refused `request.not_found` */
export async function dropDevice(app: Instance, person: SignedIn, id: string): Promise<void> {
  await transact(app.db, async tx => {
    const at = await clock(tx)
    if (!(await removeDevice(tx, person.id, id, at))) throw new Refused('request.not_found')
    tx.hint('channel', '*')
    const told = { person_id: person.id, device_id: id }
    await record(tx, at, [channelEvent('push.removed', byOf(person), [person.id], told)])
  })
}

type Urgency = 'normal' | 'high'

/** What is sent: encrypted for that browser alone (RFC 8291) and signed by this Holdpoint (RFC 8292). */
function request(
  app: Pick<Instance, 'config'>,
  to: z.output<typeof subscription>,
  payload: object,
  urgency: Urgency,
  topic: string | undefined,
) {
  const { publicKey, privateKey } = vapidKeys(app)
  const { url } = app.config
  const subject = url.startsWith('https:') ? url : 'mailto:holdpoint@localhost.localdomain'
  const details = webpush.generateRequestDetails(to, JSON.stringify(payload), {
    vapidDetails: { subject, publicKey, privateKey },
    TTL: 3_600,
    urgency,
    contentEncoding: 'aes128gcm',
    ...(topic ? { topic } : {}),
  })
  const headers = Object.entries(details.headers).filter(([name]) => name.toLowerCase() !== 'content-length')
  return { headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])), body: details.body }
}

/**
 * What a device is told: which hold to open, and nothing of it; of passkeys what became of one, since a warning that does not say of
 * what is waved away. A test and news open the first page. A topic has 32 characters at most (RFC 8030 §5.4).
 */
async function toldTo(app: Served, row: Due): Promise<{ payload: object; urgency: Urgency; topic?: string } | null> {
  const change = passkeyChangeIn(row)
  if (change)
    return {
      payload: { passkey: change.kind.slice('passkey.'.length) },
      urgency: 'high',
      topic: noticeId(row).slice(-32),
    }
  if (!row.subject_id.startsWith('hld_')) return { payload: { test: row.kind === 'channel.test' }, urgency: 'normal' }
  const notice = await noticeOf(app, row)
  if (!notice) return row.kind.startsWith('grant.') ? { payload: {}, urgency: 'normal' } : null
  const urgency = row.kind.startsWith('hold.escalated.') ? 'high' : 'normal'
  return { payload: { hold: row.subject_id }, urgency, topic: row.subject_id.slice(-26) }
}

/** Tells every device of a person; one that is gone is forgotten. False: it is not worth telling any more. */
export async function sendPush(app: Served, row: Due): Promise<boolean> {
  const person = row.destination.slice('push:'.length)
  const told = await toldTo(app, row)
  if (!told) return false
  const devices = await devicesOf(reader(app.db.background), person)
  if (devices.length === 0) throw new GivenUp('No device of this person takes notices any more.')
  const results = await Promise.all(devices.map(device => tell(app, device, told)))
  const failed = results.find(one => one !== null && one !== 'gone')
  if (results.includes(null)) return true
  throw failed ? new Error(failed) : new GivenUp('No device of this person takes notices any more.')
}

/** Null: it was taken. `gone`: it never will be again. Else why not, for people. */
async function tell(
  app: Served,
  device: DeviceRow,
  { payload, urgency, topic }: { payload: object; urgency: Urgency; topic?: string },
): Promise<string | null> {
  const to = subscription.parse(JSON.parse(app.vault.open(app.vault.unwrap(device.wrapped), device.sealed)))
  try {
    const { status } = await guardedFetch(
      {
        method: 'POST',
        url: to.endpoint,
        ...request(app, to, payload, urgency, topic),
        milliseconds: 10_000,
        maxBytes: 65_536,
      },
      readAllow(app.config.fetchAllow),
    )
    if (status >= 200 && status < 300) {
      const db = reader(app.db.background)
      await noteTaken(db, device.id, await clock(db))
      return null
    }
    if (status !== 404 && status !== 410) return `The push service answered ${status}.`
    await transact(
      app.db,
      async tx => {
        const at = await clock(tx)
        if (!(await removeDevice(tx, device.person_id, device.id, at))) return
        const by = { kind: 'system', id: 'engine' } as const
        const data = { person_id: device.person_id, device_id: device.id }
        await record(tx, at, [channelEvent('push.removed', by, [device.person_id], data)])
      },
      app.db.background,
    )
    return 'gone'
  } catch (error) {
    if (error instanceof OutgoingRefused) return `The push service: ${error.detail}`
    throw error
  }
}
