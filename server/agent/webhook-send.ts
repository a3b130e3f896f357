import { createHmac } from 'node:crypto'
import { freshBytes } from '@/server/db/random'
import type { Vault } from '@/server/db/vault'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { OutgoingRefused } from '@/server/outgoing/destination'
import { guardedFetch } from '@/server/outgoing/guarded-fetch'
import type { WebhookKeys, WebhookRow } from './webhook-store'

/** A secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return `whsec_${freshBytes(32).toString('base64')}`
}

function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}

/** The headers of Standard Webhooks 1.0: one signature by each secret that is valid now. */
export function signedHeaders(secrets: readonly string[], id: string, at: Date, body: string): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1_000)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets.map(secret => signature(secret, id, seconds, body)).join(' '),
  }
}

function secretsOf(vault: Vault, { wrapped, sealed, old_sealed }: WebhookKeys): string[] {
  if (!wrapped || !sealed) return []
  const key = vault.unwrap(wrapped)
  return [sealed, ...(old_sealed ? [old_sealed] : [])].map(bytes => vault.open(key, bytes))
}

/** What came of one attempt. `detail` is for people; nothing of what the receiver answered is in it but its status. */
export interface Sent {
  readonly delivered: boolean
  readonly status: number | null
  readonly detail: string
  /** It will never take any: 410. */
  readonly gone: boolean
}

/**
 * Sends one message, once. Its address is checked again, as at every time (X01, X02); redirects are not followed (X03); it has
 * ten seconds and 64 KiB to answer (X05). Never throws for what the receiver does.
 */
export async function sendWebhook(
  app: Pick<Instance, 'config' | 'vault'>,
  hook: Pick<WebhookRow, 'url'> & WebhookKeys,
  message: { readonly id: string; readonly body: string },
  at: Date,
): Promise<Sent> {
  try {
    const { status } = await guardedFetch(
      {
        method: 'POST',
        url: hook.url,
        headers: {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'user-agent': 'Holdpoint',
          ...signedHeaders(secretsOf(app.vault, hook), message.id, at, message.body),
        },
        body: message.body,
        milliseconds: 10_000,
        maxBytes: 65_536,
      },
      readAllow(app.config.fetchAllow),
    )
    const delivered = status >= 200 && status < 300
    return { delivered, status, detail: `It answered ${status}.`, gone: status === 410 }
  } catch (error) {
    if (!(error instanceof OutgoingRefused)) throw error
    return { delivered: false, status: null, detail: error.detail, gone: false }
  }
}
