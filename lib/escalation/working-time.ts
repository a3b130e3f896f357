import { type Calendar, minutesOf, weekdays } from '@/lib/access/calendar'
import { localDay, momentOf } from '@/lib/on-call/zone-time'

/** No hold lives longer; what is not worked off by then never comes. */
const mostDays = 40

/**
 * The moment at which so many seconds have been worked since `from`, by a calendar of its own time zone; null where that is
 * more than forty days away, or never. A change of summer time makes the day that it is on shorter or longer.
 */
export function afterWorking(calendar: Calendar, from: Date, seconds: number): Date | null {
  let left = seconds * 1_000
  const first = localDay(calendar.time_zone, from)
  for (let day = first; day <= first + mostDays; day++) {
    // Day 0 was a Thursday, the fourth of ISO's week.
    const hours = calendar.working_hours[weekdays[(((day + 3) % 7) + 7) % 7] ?? 1]
    if (!hours) continue
    const begin = Math.max(from.getTime(), momentOf(calendar.time_zone, day, minutesOf(hours[0])).getTime())
    const worked = momentOf(calendar.time_zone, day, minutesOf(hours[1])).getTime() - begin
    if (worked <= 0) continue
    if (left <= worked) return new Date(begin + left)
    left -= worked
  }
  return null
}
