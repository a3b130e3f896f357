'use client'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Named } from '@/components/data/me'
import type { Channel } from '@/lib/access/notice'

/** One channel and how it goes. */
export interface ChannelHealth {
  readonly channel: Channel
  readonly available: boolean
  readonly last_success_at: string | null
  readonly last_failure_at: string | null
  readonly last_error: string | null
  readonly failures: number
  readonly waiting: number
  readonly oldest_due_at: string | null
  readonly given_up: number
  readonly reaches: number
}
export interface Channels {
  readonly items: readonly ChannelHealth[]
  readonly slack: { readonly name: string; readonly connected_at: string; readonly connected_by: Named } | null
  readonly slack_endpoint: string
}
/** A message that was given up. */
export interface DeadLetter {
  readonly id: string
  readonly kind: string
  readonly to: string
  readonly hold_id: string | null
  readonly error: string | null
  readonly attempts: number
  readonly created_at: string
}

export function useChannels() {
  return useQuery({
    queryKey: keys.one('channel', 'all'),
    queryFn: ({ signal }) => call<Channels>('/api/console/channels', { signal }),
    // What waits and what was given up moves without a hint to browsers.
    refetchInterval: 10_000,
  })
}
