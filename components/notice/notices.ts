'use client'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Channel, Preference } from '@/lib/access/notice'

/** How I am told, and what reaches me. */
export interface Notices {
  readonly preference: Preference
  readonly etag: string
  readonly mail: { readonly address: string; readonly available: boolean }
  readonly slack: {
    readonly workspace: string | null
    readonly linked: { readonly slack_user_id: string; readonly linked_at: string } | null
    readonly asked: boolean
  }
  readonly push: {
    readonly public_key: string
    readonly devices: readonly {
      readonly id: string
      readonly name: string
      readonly added_at: string
      readonly last_success_at: string | null
    }[]
  }
}

export const noticesPath = '/api/console/me/notices'

export function useNotices() {
  return useQuery({
    queryKey: keys.one('channel', 'me'),
    queryFn: ({ signal }) => call<Notices>(noticesPath, { signal }),
  })
}

export const channelNames: Readonly<Record<Channel, string>> = { mail: 'E-mail', slack: 'Slack', push: 'Devices' }

/** What came of a test. */
export interface Tested {
  readonly delivered: boolean
  readonly detail: string
}

export const tryChannel = (channel: Channel) => call<Tested>(`${noticesPath}/${channel}/test`, { method: 'POST' })
