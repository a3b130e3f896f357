import ICAL from 'ical.js'
import type { Span } from '@/lib/on-call/on-call'
import { type Clocks, type Wall, wallOf, type Zones } from './wall-time'

/** One stretch of time in a calendar, with whom it names. */
export interface Entry extends Span {
  readonly emails: readonly string[]
  readonly title: string
}

const day = 86_400_000
/** What the clocks of two zones differ by at most; times of a rule are only turned into moments near what is asked for. */
const slack = 2 * day
/** A rule is followed so far from its start: 50 years of days. */
const mostSteps = 20_000
const longest = 366 * day
const followed = new Set(['BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS'])
const everyDayOrMore = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'])

/** When an event begins and how long its clocks run: an end at 09:00 stays at 09:00 when summer time begins in between. */
interface Timing {
  readonly start: ICAL.Time
  readonly clocks: Clocks
  readonly end: (start: Wall) => number
}

function firstTime(event: ICAL.Component, name: string): { property: ICAL.Property; time: ICAL.Time } | null {
  const property = event.getFirstProperty(name)
  const time: unknown = property?.getFirstValue()
  return property && time instanceof ICAL.Time ? { property, time } : null
}

function timingOf(event: ICAL.Component, zones: Zones): Timing | null {
  const start = firstTime(event, 'dtstart')
  if (!start) return null
  const clocks = zones.of(start.property, start.time)
  const end = firstTime(event, 'dtend')
  const duration: unknown = event.getFirstPropertyValue('duration')
  const timing = (ends: (wall: Wall) => number): Timing => ({ start: start.time, clocks, end: ends })
  if (end) {
    const endClocks = zones.of(end.property, end.time)
    const length = wallOf(end.time) - wallOf(start.time)
    return timing(wall => endClocks(wall + length))
  }
  if (duration instanceof ICAL.Duration) {
    // RFC 5545 §3.3.6: weeks and days are those of the calendar, hours and less are exact.
    const days = (duration.weeks * 7 + duration.days) * day
    const exact = (duration.hours * 3_600 + duration.minutes * 60 + duration.seconds) * 1_000
    return timing(wall => clocks(wall + days) + exact)
  }
  return timing(wall => (start.time.isDate ? clocks(wall + day) : clocks(wall)))
}

/** The times that a property such as RDATE lists; of a period its beginning. */
function timesIn(property: ICAL.Property): ICAL.Time[] {
  const values: readonly unknown[] = property.getValues()
  return values.flatMap(value => {
    const time: unknown = value instanceof ICAL.Period ? value.start : value
    return time instanceof ICAL.Time ? [time] : []
  })
}

/** Every moment that a property such as EXDATE names; a day alone names all that begins on it. */
function momentsOf(event: ICAL.Component, name: string, zones: Zones): { at: Set<number>; days: Set<Wall> } {
  const found = { at: new Set<number>(), days: new Set<Wall>() }
  for (const property of event.getAllProperties(name))
    for (const time of timesIn(property)) {
      if (time.isDate) found.days.add(wallOf(time))
      found.at.add(zones.of(property, time)(wallOf(time)))
    }
  return found
}

/** The local times at which a rule falls due, until the clocks are past `until`. */
function* wallsOf(rule: ICAL.Recur, start: ICAL.Time, clocks: Clocks, until: number): Generator<Wall> {
  const last = rule.until
    ? { wall: wallOf(rule.until), utc: rule.until.zone === ICAL.Timezone.utcTimezone, isDate: rule.until.isDate }
    : null
  rule.until = null
  const floating = new ICAL.Time(
    {
      year: start.year,
      month: start.month,
      day: start.day,
      hour: start.hour,
      minute: start.minute,
      second: start.second,
      isDate: start.isDate,
    },
    ICAL.Timezone.localTimezone,
  )
  const iterator = rule.iterator(floating)
  const parts = rule.parts
  const inMonths = (parts.BYMONTH ?? []).map(Number)
  const onDays = (parts.BYMONTHDAY ?? []).map(Number).filter(one => one > 0)
  for (let step = 0; step < mostSteps; step++) {
    const time = iterator.next()
    if (!time) return
    const wall = wallOf(time)
    if (wall > until + slack) return
    if (last && (last.utc ? clocks(wall) > last.wall : wall >= last.wall + (last.isDate ? day : 1))) return
    const fits =
      (inMonths.length === 0 || inMonths.includes(time.month)) &&
      (onDays.length === 0 || onDays.length < (parts.BYMONTHDAY ?? []).length || onDays.includes(time.day))
    if (fits) yield wall
  }
}

function whoIn(event: ICAL.Component): Pick<Entry, 'emails' | 'title'> {
  const emails: string[] = []
  for (const attendee of event.getAllProperties('attendee').slice(0, 50)) {
    const parameter = (name: string) => String(attendee.getParameter(name) ?? '')
    if (/^declined$/i.test(parameter('partstat')) || /^(room|resource)$/i.test(parameter('cutype'))) continue
    const address = parameter('email') || String(attendee.getFirstValue() ?? '')
    emails.push(address.replace(/^mailto:/i, '').slice(0, 320))
  }
  return { emails, title: String(event.getFirstPropertyValue('summary') ?? '').slice(0, 200) }
}

const isCancelled = (event: ICAL.Component) => /^cancelled$/i.test(String(event.getFirstPropertyValue('status') ?? ''))

/** Why a rule is not followed, or null. */
function refusedRule(rule: ICAL.Recur): string | null {
  if (!everyDayOrMore.has(rule.freq)) return `comes back ${String(rule.freq).toLowerCase()}`
  const odd = Object.keys(rule.parts).find(part => !followed.has(part))
  return odd ? `has a rule with ${odd.slice(0, 20)}` : null
}

/**
 * The times of one event (with its exceptions, which are other parts of the same UID) between two moments. Whatever is not
 * understood is told by `note` and left out.
 */
export function* entriesOf(
  event: ICAL.Component,
  exceptions: readonly ICAL.Component[],
  zones: Zones,
  { from, until }: { readonly from: number; readonly until: number },
  note: (text: string) => void,
): Generator<Entry> {
  const who = whoIn(event)
  const timing = timingOf(event, zones)
  if (!timing) return note(`“${who.title.slice(0, 60)}” has no beginning.`)
  const moved = new Set<number>()
  for (const exception of exceptions) {
    const which = firstTime(exception, 'recurrence-id')
    if (!which) continue
    moved.add(zones.of(which.property, which.time)(wallOf(which.time)))
    if (which.property.getParameter('range'))
      note(`A change of “${who.title.slice(0, 60)}” for all later dates was read for its own date alone.`)
  }
  const left = momentsOf(event, 'exdate', zones)
  const seen = new Set<number>()
  for (const wall of startsOf(event, timing, zones, until, note)) {
    const start = timing.clocks(wall)
    if (seen.has(start) || moved.has(start) || left.at.has(start) || left.days.has(wall - (wall % day))) continue
    seen.add(start)
    const end = timing.end(wall)
    if (start < until && end > from && end > start && end - start <= longest)
      yield { ...who, from: new Date(start), until: new Date(end) }
  }
}

/** The local times at which an event begins: its own, those of its rules, and those that it lists. */
function* startsOf(
  event: ICAL.Component,
  { start, clocks }: Timing,
  zones: Zones,
  until: number,
  note: (text: string) => void,
): Generator<Wall> {
  yield wallOf(start)
  for (const property of event.getAllProperties('rrule').slice(0, 4)) {
    const rule: unknown = property.getFirstValue()
    if (!(rule instanceof ICAL.Recur)) continue
    const refused = refusedRule(rule)
    if (refused) note(`An event ${refused}: only its first time was read.`)
    else yield* wallsOf(rule, start, clocks, until)
  }
  for (const property of event.getAllProperties('rdate'))
    for (const time of timesIn(property)) {
      // A listed time may be written in another zone than the beginning: what the event's own clocks show then.
      yield wallAt(clocks, zones.of(property, time)(wallOf(time)))
    }
}

/** What these clocks show at a moment. */
function wallAt(clocks: Clocks, moment: number): Wall {
  const guess = moment + (moment - clocks(moment))
  return guess + (moment - clocks(guess))
}

/** Is this part of a calendar to be read at all? */
export const isLive = (event: ICAL.Component): boolean => !isCancelled(event)
