'use client'
import { useNow } from './use-now'

const units: readonly [limit: number, divisor: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3_600, 60, 'minute'],
  [86_400, 3_600, 'hour'],
  [86_400 * 30, 86_400, 'day'],
  [86_400 * 365, 86_400 * 30, 'month'],
  [Number.POSITIVE_INFINITY, 86_400 * 365, 'year'],
]
const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** `3 min ago`, `in 2 hr`: the distance from `now`, in words. */
export function relative(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000)
  const size = Math.abs(seconds)
  if (size < 5) return 'just now'
  for (const [limit, divisor, unit] of units) {
    if (size < limit) return format.format(Math.trunc(seconds / divisor), unit)
  }
  return ''
}

/** A moment in the reader's own zone, in full. */
export function absolute(at: string | number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at))
}

/** `23:10`, or with the day where it is not today. */
export function clockTime(at: string | number, now: number): string {
  const date = new Date(at)
  const today = new Date(now).toDateString() === date.toDateString()
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(today ? {} : { day: 'numeric', month: 'short' }),
  }).format(date)
}

/** Relative time with the absolute on hover. Drawn in the browser only: the server does not know the reader's zone. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={now ? absolute(at) : undefined} className={className} suppressHydrationWarning>
      {now ? relative(Date.parse(at), now) : ''}
    </time>
  )
}
