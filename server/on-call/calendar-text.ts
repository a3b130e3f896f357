import { runInNewContext } from 'node:vm'
import ICAL from 'ical.js'
import { type Entry, entriesOf, isLive } from './occurrences'
import { clocksOf, Zones } from './wall-time'

/** What is read of a calendar at most. */
export const bounds = { bytes: 2_000_000, events: 5_000, entries: 3_000, notes: 8, milliseconds: 1_500 } as const

/** A calendar in the time that was asked for. */
export interface CalendarRead {
  readonly entries: readonly Entry[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** Why a calendar cannot be read, for whoever typed its address in. */
export class CalendarUnreadable extends Error {
  override name = 'CalendarUnreadable'
}

/**
 * Reads an iCalendar text (RFC 5545) between two moments: single and recurring events, with their exceptions, each by its
 * own zone; times without a zone are by the clocks of `zone`. Size, count and time are bounded: whatever a text says, it ends.
 * @throws CalendarUnreadable
 */
export function readCalendarText(text: string, zone: string, from: Date, until: Date): CalendarRead {
  if (Buffer.byteLength(text) > bounds.bytes) throw new CalendarUnreadable('It is larger than 2 MB.')
  if (!/^\uFEFF?\s*BEGIN:VCALENDAR\s/i.test(text)) throw new CalendarUnreadable('It is no iCalendar (.ics).')
  const done: CalendarRead[] = []
  const read = () => {
    done.push(readParts(text.replace(/^\uFEFF/, ''), zone, { from: from.getTime(), until: until.getTime() }))
  }
  try {
    // A rule that never falls due would be followed without end: what runs in here is stopped in time.
    runInNewContext('read()', { read }, { timeout: bounds.milliseconds })
  } catch (error) {
    if (error instanceof CalendarUnreadable) throw error
    const code = error instanceof Error && 'code' in error ? error.code : ''
    throw new CalendarUnreadable(
      code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'It takes too long to work out.' : 'It is not a well-formed iCalendar.',
      { cause: error },
    )
  }
  const [found] = done
  if (!found) throw new CalendarUnreadable('It could not be read.')
  return found
}

function readParts(
  text: string,
  zone: string,
  window: { readonly from: number; readonly until: number },
): CalendarRead {
  const notes = new Set<string>()
  const note = (one: string) => {
    if (notes.size < bounds.notes) notes.add(one)
  }
  const calendars = severalIn(ICAL.parse(text))
  const events = calendars.flatMap(one => one.getAllSubcomponents('vevent'))
  if (events.length > bounds.events) throw new CalendarUnreadable(`It holds more than ${bounds.events} events.`)
  const zones = new Zones(calendars, clocksOf(zone), note)
  const entries: Entry[] = []
  for (const [uid, parts] of Map.groupBy(events, one => String(one.getFirstPropertyValue('uid') ?? ''))) {
    const exceptions = uid === '' ? [] : parts.filter(one => one.getFirstProperty('recurrence-id'))
    for (const part of parts.filter(isLive)) {
      const own = exceptions.includes(part)
      for (const entry of entriesOf(part, own ? [] : exceptions, zones, window, note)) {
        entries.push(entry)
        if (entries.length > bounds.entries) throw new CalendarUnreadable(`It holds more than ${bounds.entries} times.`)
      }
    }
  }
  return { entries: entries.sort((a, b) => a.from.getTime() - b.from.getTime()), notes: [...notes] }
}

/** In jCal a calendar begins with its name; several are a list of such. */
function severalIn(parsed: readonly unknown[]): ICAL.Component[] {
  const all = typeof parsed[0] === 'string' ? [parsed] : parsed
  return all.flatMap(one => (Array.isArray(one) ? [new ICAL.Component(one)] : []))
}
