import { minutesOf } from '@/lib/access/calendar'
import type { PersonId } from '@/lib/kernel/id'
import { dayNumber, type LocalDate, localDay, momentOf } from './zone-time'

/**
 * Who is on call in the weeks of a cycle. From each hand-over on one person is, or nobody, until the next: so that at any
 * moment it names at most one, whatever is written in it.
 */
export interface Rota {
  /** The Monday with which its first week begins; nobody is on call before. */
  readonly starts_on: LocalDate
  /** Times of day, ascending, at which one hands over to the next, by the clocks of the schedule's zone. */
  readonly hand_overs: readonly string[]
  /** Weeks, which follow each other for ever; in each the seven days from Monday; in each one entry for every hand-over. */
  readonly weeks: readonly (readonly (readonly (PersonId | null)[])[])[]
}

/** From when on somebody is on call by the rota, or nobody. */
interface HandOver {
  readonly at: Date
  readonly person_id: PersonId | null
}

/** A day may be missing where a zone crosses the date line, and a hand-over may fall on the day after. */
const margin = 2

/** The hand-overs that matter between two moments: the last one before `from`, and all until `until`. */
export function handOvers(rota: Rota, zone: string, from: Date, until: Date): HandOver[] {
  const first = dayNumber(rota.starts_on)
  const start = Math.max(first, localDay(zone, from) - margin)
  const end = localDay(zone, until) + margin
  const found: HandOver[] = []
  for (let day = start; day <= end; day++)
    for (const [part, clock] of rota.hand_overs.entries())
      found.push({ at: momentOf(zone, day, minutesOf(clock)), person_id: personOn(rota, day - first, part) })
  const last = found.findLastIndex(one => one.at <= from)
  return found.slice(Math.max(0, last)).filter(one => one.at < until)
}

function personOn({ weeks }: Rota, day: number, part: number): PersonId | null {
  const week = weeks[Math.floor(day / 7) % Math.max(1, weeks.length)]
  return week?.[day % 7]?.[part] ?? null
}

/** Everybody whom the rota names. */
export const peopleOf = (rota: Rota): PersonId[] => [...new Set(rota.weeks.flat(2).filter(one => one !== null))]
