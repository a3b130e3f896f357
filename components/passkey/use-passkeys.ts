import { useQuery } from '@tanstack/react-query'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { PasskeyChange } from '@/lib/access/passkey-notice'

export interface Passkey {
  readonly id: string
  readonly name: string
  readonly created_at: string
  readonly last_used_at: string | null
  readonly signs_from: string
  readonly cooling: boolean
  readonly backed_up: boolean
  readonly etag: string
}

/** What became of my keys, and who did it. */
export interface Change extends Omit<PasskeyChange, 'by'> {
  readonly by: { readonly id: string; readonly name: string | null }
}

interface Passkeys {
  readonly items: readonly Passkey[]
  readonly limit: number
  /** One that is registered now may countersign after a day only. */
  readonly next_cools: boolean
  /** Of the last thirty days, newest first. */
  readonly changes: readonly Change[]
}

/** My keys, and what became of them. */
export function usePasskeys() {
  return useQuery({
    queryKey: keys.one('member', 'my-passkeys'),
    queryFn: ({ signal }) => call<Passkeys>('/api/console/me/passkeys', { signal }),
  })
}
