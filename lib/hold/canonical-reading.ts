import { daysOf } from '@/lib/session/calendar-date'
import type { Meaning } from '@/lib/tool/tool'

/** How a value reads in the one form that nobody can take for another. */
export interface CanonicalReading {
  /** Decimals with a point, days and moments by ISO 8601, moments in UTC; several where it could mean any of them. */
  readonly readings: readonly string[]
  /** What the value leaves open, in words; null: it can be read in one way alone. */
  readonly doubt: string | null
}

const longest = 60
const codes: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP' }
const withUnit = /^([A-Z]{3}|[$€£¥])?\s*([+-]?\d[^A-Z$€£¥]*?)\s*([A-Z]{3}|[$€£¥])?$/
const spaces = "[ '’_\\u00a0\\u2009\\u202f]"
const spaced = new RegExp(`^\\d{1,3}(?:(${spaces})\\d{3})(?:\\1\\d{3})*(?:[.,]\\d+)?$`)

const plain = (whole: string, fraction: string) =>
  `${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`

/** `1.5e3` as `1500`. */
function expanded(whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return plain('0', '0'.repeat(-point) + digits)
  return plain(digits.slice(0, point).padEnd(point, '0'), digits.slice(point))
}

/** What digits and separators may mean, without a sign. */
function decimals(token: string): readonly string[] {
  const [, whole, fraction = '', exponent] = /^(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/.exec(token) ?? []
  if (whole !== undefined) return [expanded(whole, fraction, Number(exponent))]
  if (/^\d+$/.test(token)) return [plain(token, '')]
  if (spaced.test(token)) {
    const [left = '', right = ''] = token.replace(new RegExp(spaces, 'g'), '').split(/[.,]/)
    return [plain(left, right)]
  }
  const [, before = '', mark = '', after = ''] = /^(\d+)([.,])(\d+)$/.exec(token) ?? []
  if (mark !== '') {
    const fractional = plain(before, after)
    if (!/^[1-9]\d{0,2}[.,]\d{3}$/.test(token)) return [fractional]
    return mark === '.' ? [fractional, before + after] : [before + after, fractional]
  }
  if (/^\d{1,3}(?:,\d{3})+\.\d+$|^\d{1,3}(?:\.\d{3})+,\d+$/.test(token)) {
    const at = Math.max(token.lastIndexOf('.'), token.lastIndexOf(','))
    return [plain(token.slice(0, at).replace(/[.,]/g, ''), token.slice(at + 1))]
  }
  if (/^\d{1,3}([.,])\d{3}(?:\1\d{3})+$/.test(token)) return [plain(token.replace(/[.,]/g, ''), '')]
  return []
}

const none: CanonicalReading = { readings: [], doubt: 'no form of it that is known here' }

function ofAmount(value: string | number): CanonicalReading {
  const written = String(value).replace(/(\d)E(?=[+-]?\d)/, '$1e')
  const [, before, number = '', after] = (written.length <= longest && withUnit.exec(written.trim())) || []
  const unit = before ?? after ?? ''
  const sign = number.startsWith('-') ? '-' : ''
  const readings = decimals(number.replace(/^[+-]/, '').trim())
  if (readings.length === 0 || (before && after)) return none
  const symbol = unit.length === 1 && codes[unit] === undefined
  const shown = readings.map(one => [`${sign}${one}`, codes[unit] ?? unit].filter(part => part !== '').join(' '))
  // A number of JSON has one meaning; only in a text may a point part thousands.
  if (typeof value === 'number' || shown.length === 1)
    return { readings: shown.slice(0, 1), doubt: symbol ? `${unit} is used by several currencies` : null }
  return { readings: shown, doubt: `its ${number.includes('.') ? 'point' : 'comma'} may part thousands or a fraction` }
}

const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+/i
const clock =
  /^(.*?)(?:T|,?\s+(?:at\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})([.,]\d{1,9})?)?\s*([ap]m)?\s*(Z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|[A-Za-z][\w/+-]*)?(\[[\w/+-]+\])?$/i

/** The days that a text can be, and nothing more than a day: those of the calendar, in ISO 8601. */
function daysIn(text: string): readonly string[] {
  const found = daysOf(text).filter(one => one.length === text.length)
  return [...new Set(found.map(one => one.day))].filter(day => {
    const at = Date.parse(`${day}T00:00:00Z`)
    return Number.isFinite(at) && new Date(at).toISOString().startsWith(day)
  })
}

const shortYear = /^\d{1,2}([./-])\d{1,2}\1\d{2}$/

/** Minutes from UTC; null where the zone is a name, which may be any of several or change with the season. */
function offsetOf(zone: string): number | null {
  if (/^(Z|UTC|GMT)$/i.test(zone)) return 0
  const [, sign, hours, minutes = '0'] = /([+-])(\d{2})(?::?(\d{2}))?$/.exec(zone) ?? []
  return hours === undefined ? null : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function ofMoment(written: string): CanonicalReading | null {
  if (written.length > longest || !/\d/.test(written)) return null
  const text = written.trim().replace(weekday, '')
  const [timed, before, hour, minute = '', second = '00', fraction = '', half, zone, place] = clock.exec(text) ?? []
  const day = timed === undefined ? text : (before ?? '').trim()
  const days = daysIn(day)
  if (days.length === 0)
    return shortYear.test(day) ? { readings: [], doubt: 'which part is the year is not said' } : null
  const doubts = days.length > 1 ? ['day and month may be either way round'] : []
  const found = (readings: readonly string[]) => ({
    readings,
    doubt: doubts.length > 0 ? doubts.join(', and ') : null,
  })
  if (timed === undefined) return found(days)
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour)
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59) return none
  const offset = zone === undefined ? null : offsetOf(zone)
  const time = `T${String(hours).padStart(2, '0')}:${minute}:${second}`
  const rest = fraction.replace(',', '.')
  if (offset === null) {
    doubts.push(zone === undefined && place === undefined ? 'no time zone is given' : 'its zone is a name, no offset')
    return found(days.map(one => `${one}${time}${rest}`))
  }
  const inUtc = (one: string) => new Date(Date.parse(`${one}${time}Z`) - offset * 60_000).toISOString().slice(0, 19)
  return found(days.map(one => `${inUtc(one)}${rest}Z`))
}

const isThisCentury = (at: number) => at >= Date.UTC(2000, 0) && at < Date.UTC(2100, 0)

/** What is a date by its tool: also a month, and digits alone as a day, or as seconds or milliseconds since 1970. */
function ofDate(value: string | number): CanonicalReading {
  const text = String(value)
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) return { readings: [text], doubt: null }
  if (!/^\d{8,13}$/.test(text)) return none
  const days = text.length === 8 ? daysIn(text.replace(/^(....)(..)(..)$/, '$1-$2-$3')) : []
  const moments = [Number(text) * 1_000, Number(text)].filter(isThisCentury)
  const readings = [...days, ...moments.map(at => new Date(at).toISOString().replace('.000Z', 'Z'))]
  return readings.length === 1 ? { readings, doubt: null } : none
}

/** Meanings whose texts are names or programs: what looks like a date in them is none. */
const verbatim: readonly (Meaning | undefined)[] = ['secret', 'code', 'sql', 'file', 'reference', 'resource_id']
const bothMarks = /^[+-]?\d{1,3}(?:,\d{3})+\.\d+$|^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/

function readingOf(value: string | number, meaning: Meaning | undefined): CanonicalReading | null {
  if (meaning === 'amount' || meaning === 'count') return ofAmount(value)
  const moment = typeof value === 'string' ? ofMoment(value) : null
  if (moment || meaning === 'date') return moment ?? ofDate(value)
  return bothMarks.test(String(value)) || typeof value === 'number' ? ofAmount(value) : null
}

/**
 * The canonical reading that stands beside a value as it was sent (U16): of amounts and counts by their meaning, of days and
 * times wherever a text is one and nothing more, of other numbers where they can be nothing else.
 * @returns null where the value is canonical already, or no such value
 */
export function canonicalReading(value: unknown, meaning?: Meaning): CanonicalReading | null {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '' || verbatim.includes(meaning))
    return null
  const found = readingOf(value, meaning)
  const asSent = found?.doubt === null && found.readings[0] === String(value)
  return asSent ? null : found
}
