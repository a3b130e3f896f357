'use client'
import { useList } from '@/components/data/list'

/** Where an agent is told of its decisions. */
export interface WebhookItem {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly state: 'active' | 'revoked'
  readonly created_at: string
  readonly old_secret_until: string | null
  readonly health: {
    readonly last_success_at: string | null
    readonly last_failure_at: string | null
    readonly last_error: string | null
    readonly failures: number
    readonly waiting: number
    readonly given_up: number
  }
  readonly may_change: boolean
  readonly etag: string
}

/** What came of a test message. */
export interface Tried {
  readonly delivered: boolean
  readonly detail: string
}

/** How many messages that were given up are sent again. */
export interface SentAgain {
  readonly sent_again: number
}

export const webhooksOf = (agent: string) => `/api/console/agents/${agent}/webhooks`

export function useWebhooks(agent: string) {
  return useList<WebhookItem>('agent', `agents/${agent}/webhooks`)
}
