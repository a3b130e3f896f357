import { z } from 'zod'
import { channels, preferenceBody } from '@/lib/access/notice'
import { count, moment, named } from '@/lib/kernel/answers'

/** What connects a workspace: the token of its bot, and the secret that Slack signs its requests with. */
export const slackBody = z.strictObject({
  token: z.string().regex(/^xoxb-[A-Za-z0-9-]{10,200}$/, 'A bot token begins with xoxb-'),
  signing_secret: z.string().regex(/^[A-Za-z0-9]{16,128}$/, 'It is on the app’s page under Basic Information'),
})
export type SlackBody = z.output<typeof slackBody>

/** Who one is in Slack; absent: whoever has one's e-mail address there. */
export const slackAskBody = z.strictObject({
  slack_user_id: z
    .string()
    .regex(/^[UW][A-Z0-9]{5,20}$/, 'A member id begins with U or W: it is in the profile’s menu in Slack')
    .optional(),
})
export const slackCodeBody = z.strictObject({ code: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/, 'Eight characters') })

/** A subscription as a browser has it (Push API §8). */
export const pushBody = z.strictObject({
  endpoint: z.string().min(1).max(1_000),
  keys: z.strictObject({
    p256dh: z.string().regex(/^[A-Za-z0-9_-]{87,88}=*$/, 'The browser’s public key'),
    auth: z.string().regex(/^[A-Za-z0-9_-]{22}=*$/, 'The browser’s secret'),
  }),
  name: z
    .string()
    .trim()
    .regex(/^\P{C}{1,80}$/u, '1 to 80 printable characters'),
})
export type PushBody = z.output<typeof pushBody>

/** How one is told, and what reaches one. */
export const notices = z.object({
  preference: preferenceBody,
  etag: z.string(),
  mail: z.object({ address: z.string(), available: z.boolean() }),
  slack: z.object({
    /** Null: no workspace is connected. */
    workspace: z.string().nullable(),
    linked: z.object({ slack_user_id: z.string(), linked_at: moment }).nullable(),
    /** A code has been sent there and waits to be typed in here. */
    asked: z.boolean(),
  }),
  push: z.object({
    /** With which a browser subscribes (RFC 8292), in base64url. */
    public_key: z.string(),
    devices: z.array(
      z.object({ id: z.string(), name: z.string(), added_at: moment, last_success_at: moment.nullable() }),
    ),
  }),
})
export type Notices = z.output<typeof notices>

export const channelParam = z.strictObject({ channel: z.enum(channels) })
/** What came of a test that was sent to oneself. */
export const channelTest = z.object({ delivered: z.boolean(), detail: z.string() })

const health = z.object({
  channel: z.enum(channels),
  /** Can anything be sent by it? */
  available: z.boolean(),
  last_success_at: moment.nullable(),
  last_failure_at: moment.nullable(),
  last_error: z.string().nullable(),
  /** Since the last success. */
  failures: count,
  waiting: count,
  /** When the oldest of them should have been sent. */
  oldest_due_at: moment.nullable(),
  given_up: count,
  /** People that it reaches. */
  reaches: count,
})

/** Every channel and how it goes. */
export const channelsShown = z.object({
  items: z.array(health),
  slack: z.object({ name: z.string(), connected_at: moment, connected_by: named }).nullable(),
  /** Where Slack sends what is pressed. */
  slack_endpoint: z.string(),
})

/** Messages that were given up, newest first, fifty at most. */
export const deadLetters = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      to: z.string(),
      hold_id: z.string().nullable(),
      error: z.string().nullable(),
      attempts: count,
      created_at: moment,
    }),
  ),
  next_cursor: z.null(),
})
export const sentAgain = z.object({ sent_again: count, given_up: count })
