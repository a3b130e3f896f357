/** A time of day, `08:00`; `24:00` is the end of the day. */
type Clock = string
/** 1 is Monday (ISO 8601). */
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
export type Weekday = (typeof weekdays)[number]
/** From Monday on. */
export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** From when until when people work, by weekday; a day that is not in it is free. */
export type WorkingHours = Readonly<Partial<Record<Weekday, readonly [from: Clock, to: Clock]>>>

/** When a team works, in its own time zone (IANA). */
export interface Calendar {
  readonly time_zone: string
  readonly working_hours: WorkingHours
}

const plainDay = ['08:00', '18:00'] as const
/** What a team has until somebody says otherwise: Monday to Friday, 8 to 18, UTC. */
export const plainCalendar: Calendar = {
  time_zone: 'UTC',
  working_hours: { 1: plainDay, 2: plainDay, 3: plainDay, 4: plainDay, 5: plainDay },
}

/** The time as it is at a team's. */
export interface LocalTime {
  /** 0 to 23. */
  readonly hour: number
  readonly weekday: Weekday
  readonly off_hours: boolean
}

const minute = 60_000
const quarter = 15 * minute
const day = 24 * 60

/** The time of the team's own calendar. Summer time is the zone's: an hour that comes twice is worked twice. */
export function localTime(calendar: Calendar, at: Date): LocalTime {
  const { weekday, minutes } = clockIn(calendar.time_zone, at)
  const hours = calendar.working_hours[weekday]
  const working = hours !== undefined && minutes >= minutesOf(hours[0]) && minutes < minutesOf(hours[1])
  return { hour: Math.floor(minutes / 60), weekday, off_hours: !working }
}

/** The weekday and the minute of the day in a time zone. */
export function clockIn(zone: string, at: Date): { readonly weekday: Weekday; readonly minutes: number } {
  const local = Math.floor(at.getTime() / minute) + offsetMinutes(zone, at.getTime())
  return { weekday: weekdayOf(Math.floor(local / day)), minutes: ((local % day) + day) % day }
}

/** Day 0 of the epoch was a Thursday. */
const weekdayOf = (dayNumber: number): Weekday => weekdays[(((dayNumber + 3) % 7) + 7) % 7] ?? 1

/** `08:30` as minutes of the day. */
export function minutesOf(clock: Clock): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}

/** Does another calendar call any time working that this one calls off? Another time zone does. */
export function worksLonger(before: Calendar, after: Calendar): boolean {
  if (before.time_zone !== after.time_zone) return true
  return weekdays.some(one => {
    const [was, is] = [before.working_hours[one], after.working_hours[one]]
    if (!is) return false
    return !was || minutesOf(is[0]) < minutesOf(was[0]) || minutesOf(is[1]) > minutesOf(was[1])
  })
}

/** Is this a time zone that the runtime knows? */
export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  if (formatters.size < 1_000) formatters.set(zone, made)
  return made
}

/** The last quarter of an hour that was asked for, by zone: zones change their offset on a quarter, and decisions are many. */
const lastQuarter = new Map<string, { readonly from: number; readonly minutes: number }>()

/** How far the zone is ahead of UTC at this time (milliseconds of the epoch), in minutes. */
export function offsetMinutes(zone: string, at: number): number {
  if (zone === 'UTC') return 0
  const from = Math.floor(at / quarter) * quarter
  const known = lastQuarter.get(zone)
  if (known?.from === from) return known.minutes
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(from)
      .map(part => [part.type, Number(part.value)]),
  )
  const number = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const local = Date.UTC(number('year'), number('month') - 1, number('day'), number('hour'), number('minute'))
  const minutes = Math.round((local - from) / minute)
  if (lastQuarter.size < 1_000 || lastQuarter.has(zone)) lastQuarter.set(zone, { from, minutes })
  return minutes
}
