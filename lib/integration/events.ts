import { z } from 'zod'
import { channels } from '@/lib/access/notice'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

const person = { person_id: z.string() }

/** What may be recorded of channels. No name and no address that anybody has elsewhere is in it. */
export const channelEvents = {
  'slack.connected': z.strictObject({ workspace_id: z.string() }),
  'slack.disconnected': z.strictObject({ workspace_id: z.string() }),
  'slack.linked': z.strictObject({ ...person, link_id: z.string() }),
  'slack.unlinked': z.strictObject({ ...person, link_id: z.string() }),
  /** A linked person pressed a button: what came of it stands in the hold's own events. */
  'slack.pressed': z.strictObject({ ...person, hold: z.string(), verdict: z.enum(['approve', 'reject']) }),
  'push.added': z.strictObject({ ...person, device_id: z.string() }),
  'push.removed': z.strictObject({ ...person, device_id: z.string() }),
  'notice.changed': z.strictObject(person),
  'channel.sent_again': z.strictObject({ channel: z.enum(channels), messages: z.number().int() }),
} as const

/** Drafts one of these events. */
export function channelEvent<T extends keyof typeof channelEvents>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof channelEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
