import { offsetMinutes } from '@/lib/access/calendar'

/** A day of some place's own calendar, `2026-11-23`. */
export type LocalDate = string

const minute = 60_000
const dayLength = 86_400_000
/** Longer than any zone is from UTC, twice: offsets read so far away are those before and after a change near by. */
const around = 38 * 60 * minute

/** The day's number, counted from 1970-01-01. */
export const dayNumber = (date: LocalDate): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / dayLength)

/** The number of the day that it is in this zone. */
export function localDay(zone: string, at: Date): number {
  return Math.floor((at.getTime() + offsetMinutes(zone, at.getTime()) * minute) / dayLength)
}

/** What clocks in this zone show, `2026-11-23T09:00`: the form that a browser's field for date and time reads. */
export function localText(zone: string, at: Date): string {
  return new Date(at.getTime() + offsetMinutes(zone, at.getTime()) * minute).toISOString().slice(0, 16)
}

/**
 * The moment at which clocks in this zone show `minutes` past midnight of this day. A time that comes twice (summer time
 * ends) is its first; one that never comes (summer time begins) is the moment of the change. So later local times are never
 * earlier moments: hand-overs keep their order on every day.
 */
export function momentOf(zone: string, day: number, minutes: number): Date {
  const local = day * dayLength + minutes * minute
  const before = offsetMinutes(zone, local - around) * minute
  const after = offsetMinutes(zone, local + around) * minute
  if (before === after) return new Date(local - before)
  const shown = (at: number, offset: number) => offsetMinutes(zone, at) * minute === offset
  if (shown(local - before, before)) return new Date(local - before)
  if (shown(local - after, after)) return new Date(local - after)
  return new Date(changeBetween(zone, local - after, local - before))
}

/** When the zone's offset changes between these two times, to the minute. */
function changeBetween(zone: string, from: number, until: number): number {
  const old = offsetMinutes(zone, from)
  let [low, high] = [from, until]
  while (high - low > minute) {
    const middle = low + Math.floor((high - low) / 2 / minute) * minute
    if (offsetMinutes(zone, middle) === old) low = middle
    else high = middle
  }
  return high
}
