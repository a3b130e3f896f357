import { z } from 'zod'
import { count, etag, moment, pageOf } from '@/lib/kernel/answers'
import { plainText } from './contract'

const url = z.string().min(1).max(2_000)

export const webhookBody = z.strictObject({ name: plainText(80).default(''), url })
export type WebhookBody = z.output<typeof webhookBody>

export const webhookPatch = z
  .strictObject({ name: plainText(80), url })
  .partial()
  .refine(patch => Object.keys(patch).length > 0, 'Nothing to change')
export type WebhookPatch = z.output<typeof webhookPatch>

/** How long messages carry a signature by the old secret too. */
export const webhookRotation = z.strictObject({
  overlap_seconds: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(86_400),
})

/** One endpoint. `url` is whole for who may change it; others see where it is, without path and query. */
export const webhook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: z.enum(['active', 'revoked']),
  created_at: moment,
  created_by: z.string(),
  revoked_at: moment.nullable(),
  /** Until then messages are signed with the secret before this one too. */
  old_secret_until: moment.nullable(),
  health: z.object({
    last_success_at: moment.nullable(),
    last_failure_at: moment.nullable(),
    last_error: z.string().nullable(),
    /** Since the last success. */
    failures: count,
    waiting: count,
    given_up: count,
  }),
  may_change: z.boolean(),
  etag,
})
export const webhooks = pageOf(webhook)

/** What an organisation may be told of its holds. */
export const destinationTypes = ['hold.opened', 'hold.decided', 'hold.expired', 'hold.escalated'] as const
export type DestinationType = (typeof destinationTypes)[number]
const types = z
  .array(z.enum(destinationTypes))
  .min(1, 'Choose at least one')
  .refine(list => new Set(list).size === list.length, 'Each once')
/** A webhook of the organisation itself, and what it is told of. */
export const destinationBody = z.strictObject({ name: plainText(80).default(''), url, types })
export const destination = webhook.extend({ types: z.array(z.enum(destinationTypes)) })
export const destinations = pageOf(destination)
/** The only answer that ever shows this secret. */
export const destinationSecret = destination.extend({ secret: z.string() })
/** The only answer that ever shows this secret. */
export const webhookSecret = webhook.extend({ secret: z.string() })
/** How many of the messages that were given up are sent again now, and how many are left for another time. */
export const webhookAgain = z.object({ sent_again: count, given_up: count })
/** What came of a test: `status` is what the receiver answered. */
export const webhookTest = z.object({ delivered: z.boolean(), status: z.number().int().nullable(), detail: z.string() })
