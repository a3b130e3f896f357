import { randomUUID } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type { Channel, Preference } from '@/lib/access/notice'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { channelEvent } from '@/lib/integration/events'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { readPreference, savePreference } from '@/server/access/notice-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import type { Instance } from '@/server/instance'
import { listDead, readHealth, reviveChannel } from './channel-store'
import { sendPush } from './push'
import { devicesOf } from './push-store'
import { sendSlack } from './slack-send'
import { findWorkspace, linkOf } from './slack-store'
import { vapidKeys } from './vapid'

/** How a person is told, and what reaches them. */
export async function showNotices(app: Instance, person: SignedIn) {
  const db = reader(app.db.pool)
  const [{ preference, version }, workspace, devices] = await Promise.all([
    readPreference(db, person.id),
    findWorkspace(db),
    devicesOf(db, person.id),
  ])
  const link = workspace && (await linkOf(db, workspace.id, person.id))
  return {
    preference,
    etag: etagOf(version),
    mail: { address: person.email, available: app.config.smtp !== null },
    slack: {
      workspace: workspace?.name ?? null,
      linked: link?.linked_at ? { slack_user_id: link.slack_user_id, linked_at: link.linked_at } : null,
      asked: link !== null && link.linked_at === null && link.code_hash !== null,
    },
    push: {
      public_key: vapidKeys(app).publicKey,
      devices: devices.map(({ id, name, added_at, last_success_at }) => ({ id, name, added_at, last_success_at })),
    },
  }
}

/** Says how one wants to be told. @throws Refused 412 */
export async function changeNotices(app: Instance, person: SignedIn, preference: Preference, ifMatch: string | null) {
  await transact(app.db, async tx => {
    const { version } = await readPreference(tx, person.id)
    if (!matchesEtag(ifMatch, version)) throw new Refused('request.precondition_failed')
    const at = await clock(tx)
    await savePreference(tx, person.id, preference, at)
    const by = { kind: 'person', id: person.id } as const
    await record(tx, at, [channelEvent('notice.changed', by, [person.id], { person_id: person.id })])
  })
  return showNotices(app, person)
}

/** Sends oneself a message that tells of nothing, now, and says what came of it. */
export async function tryChannel(app: Served, person: SignedIn, channel: Channel) {
  const row = {
    id: 0,
    subject_id: `tst_${randomUUID()}`,
    kind: 'channel.test',
    destination: `${channel}:${person.id}`,
    payload: '{}',
    attempts: 1,
  }
  try {
    if (channel === 'slack') await sendSlack(app, row)
    else if (channel === 'push') await sendPush(app, row)
    else await sendTestMail(app, person)
    return { delivered: true, detail: 'It was taken. Look whether it has reached you.' }
  } catch (error) {
    return { delivered: false, detail: error instanceof Error ? error.message.slice(0, 300) : 'It could not be sent.' }
  }
}

async function sendTestMail(app: Served, person: SignedIn): Promise<void> {
  const { smtp } = app.config
  if (!smtp) throw new Error('No mail server is set: the operator sets SMTP_URL.')
  const transport = createTransport(smtp.url, {})
  try {
    const text = 'This tells of nothing: mail arrives.\n'
    await transport.sendMail({ from: smtp.from, to: person.email, subject: 'A test by Holdpoint', text })
  } finally {
    transport.close()
  }
}

/** How the organisation tells its people is the organisation's. @throws Refused 403 */
function demandSettings(person: SignedIn): void {
  if (!mayEverywhere(person, 'settings.write')) throw new Refused('request.forbidden')
}

/** Every channel and how it goes, for administrators. */
export async function showChannels(app: Served, person: SignedIn) {
  demandSettings(person)
  const db = reader(app.db.pool)
  const [rows, workspace] = await Promise.all([readHealth(db), findWorkspace(db)])
  const available = { mail: app.config.smtp !== null, slack: workspace !== null, push: true }
  const people = app.gate.registries.latest()?.people ?? []
  const id = workspace?.connected_by
  return {
    items: rows.map(row => ({ ...row, available: available[row.channel] })),
    slack: workspace && {
      name: workspace.name,
      connected_at: workspace.connected_at,
      connected_by: {
        id: workspace.connected_by,
        name: people.find(one => one.id === id)?.name ?? workspace.connected_by,
      },
    },
    slack_endpoint: `${app.config.url}/api/integrations/slack/interactions`,
  }
}

/** What was given up on a channel, with whom it was for. */
export async function showDead(app: Served, person: SignedIn, channel: Channel) {
  demandSettings(person)
  const rows = await listDead(reader(app.db.pool), channel, 50)
  const people = app.gate.registries.latest()?.people ?? []
  return {
    items: rows.map(({ destination, subject_id, ...row }) => ({
      ...row,
      to: people.find(one => destination.endsWith(`:${one.id}`))?.name ?? 'Somebody who has left',
      hold_id: subject_id.startsWith('hld_') ? subject_id : null,
    })),
    next_cursor: null,
  }
}

/** Sends again what was given up on a channel. Asked twice it is done once. @throws Refused 403 */
export function sendChannelAgain(app: Served, person: SignedIn, channel: Channel) {
  demandSettings(person)
  return transact(app.db, async tx => {
    const done = await reviveChannel(tx, channel, 500)
    if (done.sent_again > 0) {
      const by = { kind: 'person', id: person.id } as const
      const told = { channel, messages: done.sent_again }
      await record(tx, await clock(tx), [channelEvent('channel.sent_again', by, [], told)])
    }
    return done
  })
}
