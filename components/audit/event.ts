import type { Named } from '@/components/data/me'

/** One entry of the log. `seq` is null for the moment before it has been numbered. */
export interface LoggedEvent {
  readonly id: string
  readonly seq: number | null
  readonly type: string
  readonly at: string
  readonly by: { readonly kind: string; readonly id: string; readonly name: string | null }
  readonly subjects: readonly (Named | { readonly id: string; readonly name?: string | null })[]
  readonly data: Readonly<Record<string, unknown>>
  readonly leaf: string | null
}
