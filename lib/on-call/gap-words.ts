import { gapsBetween, type Schedule, type Span } from './on-call'
import { localText } from './zone-time'

const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const week = 7 * 86_400_000

const weekdayOf = (local: string): string => names[new Date(`${local}:00Z`).getUTCDay()] ?? ''

/** How many hours are in these stretches of time, to a tenth. */
function hoursIn(gaps: readonly Span[]): number {
  const all = gaps.reduce((sum, { from, until }) => sum + until.getTime() - from.getTime(), 0)
  return Math.round(all / 360_000) / 10
}

/** Times without anybody, counted and in words. */
export interface GapReport {
  readonly hours: number
  readonly words: readonly string[]
}

/**
 * The gaps between two moments as people read them, in the schedule's own time: those that come back every week in one line
 * ("every Sunday from 00:00 to 24:00"), the others by their date; at most `lines` lines. A gap is named whole, also where it
 * begins earlier or ends later than what was looked through, by a week at most.
 */
export function gapReport(schedule: Schedule, looked: Span, lines = 8): GapReport {
  const { from, until } = looked
  const hours = hoursIn(gapsBetween(schedule, from, until))
  const wide = gapsBetween(schedule, new Date(from.getTime() - week), new Date(until.getTime() + week))
  const gaps = wide.filter(gap => gap.from < until && gap.until > from)
  if (gaps.some(gap => gap.from <= from && gap.until >= until)) return { hours, words: ['the whole time'] }
  const wholeWeeks = Math.floor((until.getTime() - from.getTime()) / week)
  const zone = schedule.time_zone
  const texts = gaps.map(gap => ({ from: localText(zone, gap.from), until: localText(zone, gap.until) }))
  const shape = (local: string) => `${weekdayOf(local)} ${local.slice(11)}`
  const weekly: Written[] = []
  const said: string[] = []
  for (const group of Map.groupBy(texts, one => `${shape(one.from)} ${shape(one.until)}`).values()) {
    const [first] = group
    if (!first) continue
    if (wholeWeeks >= 2 && group.length >= wholeWeeks) weekly.push(first)
    else said.push(...group.map(one => between(one.from, one.until, true)))
  }
  said.unshift(...everyWeek(weekly))
  const shown = said.length > lines ? [...said.slice(0, lines - 1), `and ${said.length - lines + 1} more`] : said
  return { hours, words: shown }
}

/** When a gap begins and ends, by local clocks. */
interface Written {
  readonly from: string
  readonly until: string
}

/** The same hours on all seven days are one line. */
function everyWeek(weekly: readonly Written[]): string[] {
  const clocks = new Set(weekly.map(one => `from ${one.from.slice(11)} to ${one.until.slice(11)}`))
  if (weekly.length === 7 && clocks.size === 1) return [`every day ${[...clocks].join()}`]
  return weekly.map(one => `every ${between(one.from, one.until, false)}`)
}

function between(from: string, until: string, dated: boolean): string {
  const date = (local: string) => (dated ? ` ${local.slice(0, 10)}` : '')
  const clock = (local: string) => local.slice(11)
  const nextDay =
    Date.parse(`${until.slice(0, 10)}T00:00:00Z`) - Date.parse(`${from.slice(0, 10)}T00:00:00Z`) === 86_400_000
  const end =
    nextDay && clock(until) === '00:00'
      ? '24:00'
      : until.slice(0, 10) === from.slice(0, 10)
        ? clock(until)
        : `${weekdayOf(until)}${date(until)} ${clock(until)}`
  return `${weekdayOf(from)}${date(from)} from ${clock(from)} to ${end}`
}
