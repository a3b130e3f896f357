'use client'
import type { Concept } from '@/components/data/keys'
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

/** Whose webhooks: where they are kept, and what is said of them. */
export interface Keeps {
  /** Below `/api/console/`. */
  readonly path: string
  readonly concept: Concept
  readonly title: string
  readonly none: string
  readonly why: string
  /** What is sent there is chosen, where nobody names it in an action. */
  readonly types: boolean
}

export const ofAgent = (agent: string): Keeps => ({
  path: `agents/${agent}/webhooks`,
  concept: 'agent',
  title: 'Webhooks',
  none: 'It waits for its decisions by itself. With a webhook an agent that is not running can be woken instead.',
  why: 'When an action that names this webhook has waited and is decided, a signed message is sent there. It says that, and nothing of what was asked for.',
  types: false,
})

export const ofOrganisation: Keeps = {
  path: 'destinations',
  concept: 'channel',
  title: 'Systems that are told',
  none: 'No system is told. With a webhook one learns of every approval that opens, is decided or expires.',
  why: 'A signed message is sent there for each. It says which approval, and nothing of what was asked for.',
  types: true,
}

export function useWebhooks({ concept, path }: Keeps) {
  return useList<WebhookItem>(concept, path)
}
