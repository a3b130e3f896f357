'use client'
import { Pause } from 'lucide-react'
import { cx } from './cx'
import { useNow } from './use-now'

interface RingProps {
  /** Milliseconds left when it was read, and when that was on this browser's clock. */
  readonly remainingMs: number
  readonly readAt: number
  readonly totalMs: number
  readonly frozen?: boolean
  readonly size?: number
}

/** `3:04`, `41 min`, `3 h 20`, `2 d`: time left, as short as it may be. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 36) return `${hours} h${minutes % 60 >= 10 && hours < 10 ? ` ${minutes % 60}` : ''}`
  return `${Math.round(hours / 24)} d`
}

/** Milliseconds left now; stands still while frozen. */
export function useRemaining(remainingMs: number, readAt: number, frozen: boolean): number {
  const now = useNow()
  return Math.max(0, frozen || now === 0 ? remainingMs : remainingMs - Math.max(0, now - readAt))
}

/** Time left as a ring: neutral, amber in the last third, red in the last tenth or minute; violet and still when frozen. */
export function Ring({ remainingMs, readAt, totalMs, frozen = false, size = 34 }: RingProps) {
  const left = useRemaining(remainingMs, readAt, frozen)
  const part = totalMs > 0 ? Math.min(1, left / totalMs) : 0
  const urgent = left < 60_000 || part < 0.1
  const colour = frozen ? 'text-contained' : urgent ? 'text-denied' : part < 0.34 ? 'text-held' : 'text-ink-2'
  const radius = 15
  const length = 2 * Math.PI * radius
  const words = left === 0 ? 'over' : timeLeft(left)
  return (
    <span
      className={cx('inline-flex w-12 shrink-0 flex-col items-center gap-0.5', colour)}
      role="timer"
      aria-label={frozen ? `Frozen with ${words} left` : `${words} left`}
    >
      <span className="relative" style={{ width: size, height: size }}>
        <svg viewBox="0 0 36 36" className="-rotate-90" width={size} height={size} aria-hidden="true">
          <circle cx="18" cy="18" r={radius} fill="none" stroke="var(--line)" strokeWidth="2.5" />
          <circle
            cx="18"
            cy="18"
            r={radius}
            fill="none"
            stroke={frozen || urgent || part < 0.34 ? 'currentColor' : 'var(--line-strong)'}
            strokeWidth="2.5"
            strokeLinecap="round"
            strokeDasharray={`${part * length} ${length}`}
          />
        </svg>
        {frozen && <Pause className="absolute inset-0 m-auto size-3.5" aria-hidden />}
      </span>
      <span className="num font-medium text-2xs leading-3" aria-hidden>
        {words}
      </span>
    </span>
  )
}
