import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

/** No agent: the webhook is the organisation's own. Addresses may carry secrets in path and query: the log names their origin alone. */
const place = { webhook_id: z.string(), agent_id: z.string().nullable(), name: z.string(), origin: z.string() }

/** What may be recorded of webhooks. */
export const webhookEvents = {
  'webhook.registered': z.strictObject(place),
  'webhook.changed': z.strictObject({ ...place, was: z.string(), environment: z.string() }),
  'webhook.rotated': z.strictObject({ webhook_id: z.string(), agent_id: z.string().nullable(), old_until: z.string() }),
  'webhook.sent_again': z.strictObject({
    webhook_id: z.string(),
    agent_id: z.string().nullable(),
    messages: z.number().int(),
  }),
  'webhook.revoked': z.strictObject({ webhook_id: z.string(), agent_id: z.string().nullable() }),
} as const

/** Drafts one of these events. */
export function webhookEvent<T extends keyof typeof webhookEvents>(
  type: T,
  by: Principal,
  data: z.output<(typeof webhookEvents)[T]>,
): EventDraft {
  return { type, by, subjects: [...(data.agent_id ? [data.agent_id] : []), data.webhook_id], data }
}
