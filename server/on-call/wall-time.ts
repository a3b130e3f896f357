import ICAL from 'ical.js'
import { isTimeZone } from '@/lib/access/calendar'
import { momentOf } from '@/lib/on-call/zone-time'

/** What a clock shows, written as if it were UTC (milliseconds): sums of it are those of a calendar, not of elapsed time. */
export type Wall = number
const minute = 60_000
const dayLength = 1_440 * minute

/** What a time of a calendar shows, whatever its zone. */
export const wallOf = (time: ICAL.Time): Wall =>
  Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second)

/** Turns what clocks of one zone show into moments. */
export type Clocks = (wall: Wall) => number

const utc: Clocks = wall => wall

/** The clocks of a zone that the runtime knows. */
export const clocksOf =
  (zone: string): Clocks =>
  wall => {
    const day = Math.floor(wall / dayLength)
    const inDay = wall - day * dayLength
    return momentOf(zone, day, Math.floor(inDay / minute)).getTime() + (inDay % minute)
  }

/** Calendars write zones with a path before the name: `/example.org/Olson/Europe/Berlin`. */
function knownZone(id: string): string | null {
  const parts = id.split('/')
  for (let at = Math.max(0, parts.length - 3); at < parts.length; at++) {
    const name = parts.slice(at).join('/')
    if (/^[A-Za-z]/.test(name) && isTimeZone(name)) return name
  }
  return null
}

/** The zones that one calendar defines for itself, and those that everybody knows. */
export class Zones {
  private readonly known = new Map<string, Clocks>()
  private readonly defined = new Map<string, ICAL.Component>()

  /** `floating`: the clocks that times without a zone are read by. */
  constructor(
    calendars: readonly ICAL.Component[],
    private readonly floating: Clocks,
    private readonly note: (text: string) => void,
  ) {
    for (const calendar of calendars)
      for (const zone of calendar.getAllSubcomponents('vtimezone'))
        this.defined.set(String(zone.getFirstPropertyValue('tzid')), zone)
  }

  /** The clocks by which a property's times are meant. What the runtime knows of a zone goes before what a calendar says of it. */
  of(property: ICAL.Property, time: ICAL.Time): Clocks {
    if (time.zone === ICAL.Timezone.utcTimezone) return utc
    const id = time.isDate ? undefined : property.getParameter('tzid')
    if (typeof id !== 'string' || id === '') return this.floating
    const found = this.known.get(id) ?? this.find(id)
    this.known.set(id, found)
    return found
  }

  private find(id: string): Clocks {
    const defined = this.defined.get(id)
    const name = knownZone(id) ?? knownZone(String(defined?.getFirstPropertyValue('x-lic-location') ?? ''))
    if (name) return clocksOf(name)
    if (!defined) {
      this.note(`The zone “${id.slice(0, 60)}” is not known: its times were read in the schedule's zone.`)
      return this.floating
    }
    const zone = new ICAL.Timezone(defined)
    return wall => {
      const at = new Date(wall)
      const time = new ICAL.Time(
        {
          year: at.getUTCFullYear(),
          month: at.getUTCMonth() + 1,
          day: at.getUTCDate(),
          hour: at.getUTCHours(),
          minute: at.getUTCMinutes(),
          second: at.getUTCSeconds(),
        },
        zone,
      )
      return time.toUnixTime() * 1_000
    }
  }
}
