import { passkeyChangeIn, passkeyNotice } from '@/lib/access/passkey-notice'
import { readContent } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { noticeOf } from '@/server/integration/notice'
import { digestLetter } from '@/server/report/digest'
import type { DeliveryRow } from './delivery-store'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * The text of one message, or null when it is not worth sending any more. A link opens a page and never decides (A16);
 * nothing that an agent wrote is in a mail.
 */
export async function mailFor(app: Served, row: DeliveryRow): Promise<Mail | null> {
  if (row.destination.startsWith('address:')) return invitation(app, row)
  const person = (await app.gate.registries.refresh()).people.find(one => `mail:${one.id}` === row.destination)
  if (person?.status !== 'active') return null
  switch (row.kind) {
    case 'permit.ungated':
      return ungated(app, person.email, row)
    case 'grant.glass_broken':
      return {
        to: person.email,
        subject: 'The glass was broken',
        text: `Two people have given an agent emergency permission for a short time.\n\nWhat it covers, and who agreed: ${app.config.url}/approvals/${row.subject_id}\nTo revoke it: ${app.config.url}/grants\n`,
      }
    case 'grant.to_review':
      return {
        to: person.email,
        subject: 'A broken glass is to be looked back at',
        text: `An emergency permission is over. Somebody who took no part in it should say whether it was justified.\n\nOpen it: ${app.config.url}/grants\n`,
      }
    case 'owner.digest':
      return { to: person.email, ...digestLetter(app.config.url, row.payload) }
    case 'channel.test':
      return { to: person.email, subject: 'A test by Holdpoint', text: 'This tells of nothing: mail arrives.\n' }
  }
  const change = passkeyChangeIn(row)
  if (change) {
    const { title, text, todo } = passkeyNotice(change)
    return {
      to: person.email,
      subject: title,
      text: `${text}\n\n${todo}\n\nMy passkeys: ${app.config.url}/settings/passkeys\n`,
    }
  }
  const notice = await noticeOf(app, row)
  if (!notice) return null
  const parts = [
    notice.text,
    `Open it: ${notice.link}`,
    ...(notice.why ? [`Why you: ${notice.why}`] : []),
    ...(row.kind === 'hold.opened' ? ['If nobody decides in time it is denied.'] : []),
    `How you are told: ${app.config.url}/settings/notices`,
  ]
  return { to: person.email, subject: notice.title, text: `${parts.join('\n\n')}\n` }
}

function ungated(app: Served, to: string, row: DeliveryRow): Mail {
  const { tool, system, done }: { tool: string; system: string; done: boolean } = JSON.parse(row.payload)
  // A name counts as ours once a person has classified it.
  const named = app.gate.registries.latest()?.tools.get(tool)?.classified ? `“${tool}”` : 'a tool'
  return {
    to,
    subject: done ? 'Something was done without asking' : 'Something was tried without a permit',
    text: `${system} tells: ${named} was ${done ? 'used' : 'asked for, and refused there,'} without a permit that covers it. An agent did not ask, or did not listen.\n\nWhat is known of it: ${app.config.url}/audit?type=permit.ungated\n`,
  }
}

async function invitation(app: Served, row: DeliveryRow): Promise<Mail | null> {
  const payload: { organisation?: string } = JSON.parse(row.payload)
  const content = await readContent(reader(app.db.background), app.vault, [row.subject_id])
  const token = content.get(row.subject_id)?.parts.get('token')
  if (token === undefined) return null
  return {
    to: row.destination.slice('address:'.length),
    subject: `You are invited to ${payload.organisation ?? 'Holdpoint'}`,
    text: `Open this link within seven days to join. It works once.\n\n${app.config.url}/invite/${token}\n`,
  }
}
