import { envelope, messageIdOf } from '@/lib/agent/webhook'
import type { DestinationType } from '@/lib/agent/webhook-contract'

/** Events of the log that an organisation may be told of, and as what. */
export const toldOf: Readonly<Record<string, DestinationType>> = {
  'hold.opened': 'hold.opened',
  'change.proposed': 'hold.opened',
  'hold.approved': 'hold.decided',
  'hold.rejected': 'hold.decided',
  'hold.withdrawn': 'hold.decided',
  'hold.contained': 'hold.decided',
  'hold.expired': 'hold.expired',
  'hold.escalated': 'hold.escalated',
}

/** An event as the log has it. */
export interface LoggedEvent {
  readonly id: string
  readonly type: string
  readonly at: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Members that are told on: ids, codes and numbers of the log's own, none of anybody's words. */
const members = [
  'kind',
  'action',
  'agent',
  'change',
  'status',
  'verdict',
  'code',
  'expires_at',
  'level',
  'people',
] as const

/** The message that tells of an event: a CloudEvents 1.0 event, the same whenever it is made; null: not to be told. */
export function destinationMessage(
  event: LoggedEvent,
  url: string,
): { readonly type: DestinationType; readonly hold: string; readonly body: string } | null {
  const type = toldOf[event.type]
  const { hold } = event.data
  if (!type || typeof hold !== 'string') return null
  const known = members.flatMap(name => (event.data[name] === undefined ? [] : [[name, event.data[name]]]))
  const ended = event.type.startsWith('hold.') ? event.type.slice('hold.'.length) : 'opened'
  const data = {
    hold_id: hold,
    ...Object.fromEntries(known),
    ...(type === 'hold.decided' || type === 'hold.expired' ? { hold_status: ended } : {}),
    links: { approval: `${url}/approvals/${hold}` },
  }
  const body = envelope(messageIdOf(event.id), url, `holdpoint.${type}`, hold, new Date(event.at), data)
  return { type, hold, body }
}
