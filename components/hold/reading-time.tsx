import { Timer } from 'lucide-react'
import { useMemo } from 'react'
import { useNow } from '@/components/ui/use-now'
import type { HoldDetail } from './hold'

/** When the seconds are over that the server has just said are left, by this browser's clock in milliseconds. */
const overAt = ({ me }: HoldDetail) => Date.now() + (me.reading_left_seconds ?? 0) * 1_000

/**
 * How many seconds longer it must be before me before I may approve it, counted down from what the server last said: a phone's
 * own clock may be wrong. Null: no rule asks for it, or I may not approve it anyway.
 * @param shown whether all of it has been shown: until then no time passes
 */
export function useReadingLeft(hold: HoldDetail, shown: boolean): number | null {
  const now = useNow()
  const { may_approve, reading_left_seconds: left } = hold.me
  const over = useMemo(() => (shown ? overAt(hold) : null), [hold, shown])
  if (left === null || !may_approve) return null
  return over === null ? left : Math.min(left, Math.max(0, Math.ceil((over - now) / 1_000)))
}

/** How long it must have been before whoever approves, said where the verb is; nothing where no rule asks for it. */
export function ReadingTime({ hold, left }: { hold: HoldDetail; left: number | null }) {
  const seconds = hold.requirement.reading_seconds ?? null
  if (seconds === null || left === null) return null
  return (
    <p className="flex items-start gap-2 text-ink-2 text-sm">
      <Timer className="mt-0.5 size-4 shrink-0 text-held" aria-hidden />
      <span>
        Have it before you for <strong className="font-medium text-ink">{seconds} seconds</strong>, shown to its end. A
        quicker yes is refused.
        {left > 0 && (
          <>
            {' '}
            <strong className="font-medium text-ink tabular-nums">{left} left.</strong>
          </>
        )}
      </span>
    </p>
  )
}
