import { minutesOf } from '@/lib/access/calendar'
import { dayNumber, localDay, momentOf } from '@/lib/on-call/zone-time'

/** `Mon 23 Nov, 09:00` by the clocks of a zone. */
export function shownIn(zone: string, at: string | Date): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at))
}

/** `Mon 23 Nov`: a day by its number. */
export function dayShown(day: number, length: 'short' | 'number' = 'short'): string {
  const options: Intl.DateTimeFormatOptions =
    length === 'number'
      ? { weekday: 'short', day: 'numeric', timeZone: 'UTC' }
      : { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(day * 86_400_000))
}

/** Midnight with which a day begins in a zone. */
export const dayStart = (zone: string, day: number): Date => momentOf(zone, day, 0)

/** The Monday of the week of this day. Day 4 of 1970 was one. */
export const mondayOf = (day: number): number => day - ((((day - 4) % 7) + 7) % 7)

/** The Monday of the week that it is in this zone. */
export const thisMonday = (zone: string, now: number): number => mondayOf(localDay(zone, new Date(now)))

/** The moment that a field for date and time means by the clocks of a zone; null where it is not filled. */
export function momentIn(zone: string, local: string): Date | null {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(local)
    ? momentOf(zone, dayNumber(local.slice(0, 10)), minutesOf(local.slice(11, 16)))
    : null
}

/** `2026-11-23` of a day's number. */
export const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)
