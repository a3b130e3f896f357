import { Ring } from '@/components/ui/ring'
import type { HoldItem } from './hold'

interface HoldRingProps {
  readonly hold: HoldItem
  /** When it was read, on this browser's clock. */
  readonly readAt: number
  readonly size?: number
}

/** How long is left to decide: before it is over or, where calls wait under it that are over sooner, before the first of them is. */
export function HoldRing({ hold, readAt, size }: HoldRingProps) {
  const { soonest_call: call } = hold
  const total = Date.parse(hold.expires_at) - Date.parse(hold.opened_at)
  return (
    <Ring
      remainingMs={call?.remaining_ms ?? hold.remaining_ms}
      readAt={readAt}
      totalMs={Math.max(1, call?.total_ms ?? total)}
      frozen={call?.frozen ?? hold.frozen_at !== null}
      {...(size ? { size } : {})}
    />
  )
}
