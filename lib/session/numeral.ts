import type { Span } from './fold'

/** A number as it stands in a text. */
export interface Numeral extends Span {
  /** Without leading and trailing zeros, a point before the fraction: `98.7`. */
  readonly value: string
  /** False where only a reading that a person would hardly mean gives this value: `1.000` as a thousand. */
  readonly strict: boolean
  /** It is written as an amount: with a fraction or a currency. */
  readonly marked: boolean
  readonly currency: string | null
}

const symbols: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY' }
const currencies = new Set(
  'EUR USD GBP CHF JPY CNY INR AUD CAD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY BRL MXN ZAR SGD HKD KRW THB ILS AED SAR'.split(
    ' ',
  ),
)
const spaces = '\u00a0\u202f\u2009'

/** `98.70` and `098,7` are one number. */
export function canonicalNumber(whole: string, fraction: string): string {
  const left = whole.replace(/^0+(?=\d)/, '')
  const right = fraction.replace(/0+$/, '')
  return right === '' ? left : `${left}.${right}`
}

/** What a run of digits and separators may mean, the likely reading first. */
function readings(token: string): readonly { value: string; strict: boolean; fraction: boolean }[] {
  const plain = token.replace(groups, '')
  const marks = plain.replace(/\d/g, '')
  const of = (whole: string, fraction: string, strict: boolean) => ({
    value: canonicalNumber(whole, fraction),
    strict,
    fraction: fraction !== '',
  })
  if (marks === '') return [of(plain, '', true)]
  const last = marks.at(-1) ?? ''
  const at = plain.lastIndexOf(last)
  const [before, after] = [plain.slice(0, at).replace(/[.,]/g, ''), plain.slice(at + 1)]
  if (marks.length > 1) {
    const grouped = /^\d{1,3}([.,]\d{3})+$/.test(plain)
    if (marks === last.repeat(marks.length)) return grouped ? [of(plain.replace(/[.,]/g, ''), '', true)] : []
    return marks.indexOf(last) === marks.length - 1 ? [of(before, after, true)] : []
  }
  const thousands = after.length === 3 && before.length <= 3
  if (!thousands) return [of(before, after, true)]
  return last === ','
    ? [of(before + after, '', true), of(before, after, false)]
    : [of(before, after, true), of(before + after, '', false)]
}

const groups = new RegExp(`['’_${spaces} ]`, 'g')
const form = new RegExp(`\\d+(?:[.,'’_${spaces}]\\d+)*`, 'g')
const spaced = /(?<![\d.,])\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?(?![\d.,]*\d)/g

/** The numbers of a text, in every reading; linear in its length. */
export function numeralsOf(text: string): Numeral[] {
  const found: Numeral[] = []
  const add = (token: string, offset: number, strict: boolean) => {
    if (token.length > 40 || (token.length < 3 && isBare(text, offset, offset + token.length))) return
    const currency = currencyBeside(text, offset, token.length)
    for (const one of readings(token)) {
      found.push({
        value: one.value,
        strict: one.strict && strict,
        marked: one.fraction || currency !== null,
        currency,
        offset,
        length: token.length,
      })
    }
  }
  for (const { 0: token, index } of text.matchAll(form)) add(token, index, true)
  if (text.includes(' ')) for (const { 0: token, index } of text.matchAll(spaced)) add(token, index, false)
  return found
}

/** No currency can stand beside it: spares most small numbers of a text a closer look. */
function isBare(text: string, from: number, to: number): boolean {
  const before = text[from - 1] === ' ' ? text[from - 2] : text[from - 1]
  const after = text[to] === ' ' ? text[to + 1] : text[to]
  return !beside.has(before ?? '') && !beside.has(after ?? '')
}
const beside = new Set('$€£¥ABCDEFGHIJKLMNOPQRSTUVWXYZ ')

function currencyBeside(text: string, offset: number, length: number): string | null {
  const before = text.slice(Math.max(0, offset - 4), offset).trimEnd()
  const after = text.slice(offset + length, offset + length + 4).trimStart()
  const symbol = symbols[before.at(-1) ?? ''] ?? symbols[after[0] ?? '']
  if (symbol) return symbol
  const code = /(?:^|[^A-Z])([A-Z]{3})$/.exec(before)?.[1] ?? /^([A-Z]{3})(?![A-Za-z])/.exec(after)?.[1] ?? ''
  return currencies.has(code) ? code : null
}

/** What an argument that is a number, or is written as one (`98,70 EUR`), amounts to; null for anything else. */
export function numberIn(value: unknown): { readonly value: string; readonly currency: string | null } | null {
  if (typeof value === 'number') return Number.isFinite(value) ? plainNumber(value) : null
  if (typeof value !== 'string' || value.length > 48) return null
  const bare = value.trim().replace(/^[+-]/, '')
  const [one, ...more] = numeralsOf(bare).filter(numeral => numeral.strict)
  if (!one || more.length > 0) return null
  const rest = `${bare.slice(0, one.offset)} ${bare.slice(one.offset + one.length)}`.trim()
  const currency = symbols[rest] ?? rest
  if (rest !== '' && !currencies.has(currency)) return null
  return { value: one.value, currency: rest === '' ? null : currency }
}

function plainNumber(value: number): { value: string; currency: null } | null {
  const [whole = '', fraction = ''] = String(Math.abs(value)).split('.')
  return /^\d+$/.test(whole) && /^\d*$/.test(fraction)
    ? { value: canonicalNumber(whole, fraction), currency: null }
    : null
}

const digitsOf = (numeral: Numeral) => numeral.value.replace('.', '').length
const isYear = (numeral: Numeral) => /^(19|20)\d\d$/.test(numeral.value)

/**
 * A number that can speak for a value: one of four digits or more that is no year, or one that is written as an amount.
 * `1`, `50` and `2024` stand everywhere.
 */
export function isTelling(numeral: Numeral): boolean {
  return numeral.value !== '0' && (numeral.marked || (digitsOf(numeral) >= 4 && !isYear(numeral)))
}

/** A number that can speak against a value: three digits are enough. */
export function isSuspect(numeral: Numeral): boolean {
  return isTelling(numeral) || (digitsOf(numeral) >= 3 && !isYear(numeral))
}
