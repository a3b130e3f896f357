'use client'
import { absolute, clockTime } from './relative-time'
import { useNow } from './use-now'

/** A moment by the clock, with the day where it is not today: `23:10`, `28 Nov, 23:10`. For times that are still to come. */
export function ClockTime({ at }: { at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={now ? absolute(at) : undefined}>
      {now ? clockTime(at, now) : ''}
    </time>
  )
}
