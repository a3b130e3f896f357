import type { Span } from './fold'

/** A day as it stands in a text: `2024-05-20`, or `--05-20` where no year is named. */
export interface Day extends Span {
  readonly day: string
  /** False where day and month could be taken for each other. */
  readonly strict: boolean
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?'
const ordinal = '(\\d{1,2})(?:st|nd|rd|th)?'
const year = '(?:,?\\s{0,2}(\\d{4}))?(?!\\d)'
const iso = /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/g
const numeric = /(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)/g
const monthFirst = new RegExp(`(?<![a-z])${month}\\s{0,2}${ordinal}(?!\\d)${year}`, 'gi')
const dayFirst = new RegExp(`(?<!\\d)${ordinal}\\.?\\s{0,2}(?:of\\s)?${month}(?![a-z])${year}`, 'gi')

function dayOf(y: string | undefined, m: number, d: number): string | null {
  if (m < 1 || m > 12 || d < 1 || d > 31) return null
  return `${y ?? '-'}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
}

/** The days that a text names, in the forms that people and systems write; linear in its length. */
export function daysOf(text: string): Day[] {
  const found: Day[] = []
  const add = (day: string | null, strict: boolean, { 0: all, index }: RegExpMatchArray) => {
    if (day !== null) found.push({ day, strict, offset: index ?? 0, length: all.length })
  }
  for (const one of text.matchAll(iso)) add(dayOf(one[1], Number(one[2]), Number(one[3])), true, one)
  for (const one of text.matchAll(numeric)) {
    const [a, b] = [Number(one[1]), Number(one[3])]
    const sure = one[2] === '.' || a > 12 || b > 12 || a === b
    add(dayOf(one[4], b, a), sure, one)
    if (one[2] !== '.' && a !== b) add(dayOf(one[4], a, b), sure, one)
  }
  const named = (name: string | undefined) => months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1
  for (const one of text.matchAll(monthFirst)) add(dayOf(one[3], named(one[1]), Number(one[2])), true, one)
  for (const one of text.matchAll(dayFirst)) add(dayOf(one[3], named(one[2]), Number(one[1])), true, one)
  return found
}

/** The day that an argument is, if it is one and nothing more. */
export function dayIn(value: string): string | null {
  if (value.length < 6 || value.length > 40) return null
  const [one, ...more] = daysOf(value).filter(day => day.strict)
  return one && more.every(other => other.day === one.day) && one.length === value.trim().length ? one.day : null
}
