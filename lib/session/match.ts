import { dayIn } from './calendar-date'
import { isCommon } from './common-word'
import { fold, isWholeName, isWholeWord, type Span } from './fold'
import type { FoldedView, Indexed } from './indexed'
import { numberIn } from './numeral'

/** A value made ready to be looked for. */
export interface Wanted {
  readonly text: string
  readonly folded: string
  readonly number: { readonly value: string; readonly currency: string | null } | null
  readonly day: string | null
  /** The signs at its ends: `+49…`, `#general`, `/etc/`. */
  readonly lead: string
  readonly tail: string
  /** Long enough to be looked for in running text. */
  readonly searched: boolean
}

/** Where a value was found, and how it is written there. `quoted` is what stands there once encodings are taken away. */
export interface Place extends Span {
  readonly how: 'same' | 'number' | 'date' | 'decoded' | 'part' | 'prose'
  readonly quoted: string
}

const longest = 4_096

/**
 * How much looking is left for one action, in characters compared: the text of a session and the values of an action are
 * both others' to choose. Below zero nothing more is found, and what was not found by then was not looked for. What an agent
 * reports takes nothing from what others recorded.
 */
export interface Effort {
  recorded: number
  reported: number
}

/** Some tens of milliseconds at the usual speed; a few hundred where whoever wrote the text wanted it slow. */
export const wholeEffort = (): Effort => ({ recorded: 32_000_000, reported: 32_000_000 })
export const isSpent = ({ recorded, reported }: Effort) => recorded < 0 || reported < 0

/** Takes so many characters off what is left; false: that was more than there was. */
type Spend = (characters: number) => boolean
function spending(effort: Effort, { source }: Indexed): Spend {
  const whose = source.reported_by === 'agent' ? 'reported' : 'recorded'
  return characters => {
    effort[whose] -= characters
    return effort[whose] >= 0
  }
}

/** What it takes to see whether a place is really one. */
const perPlace = 4_000
const perSource = 64
/** What is looked for first: V8 finds up to so many characters in linear time, whatever the text. */
const searched = 250

/** Makes an argument ready; null for what says nothing wherever it is found: yes and no, nothing, EUR, 1. */
export function wantedOf(value: unknown): Wanted | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).slice(0, longest)
  const folded = fold(text)
  const number = numberIn(value)
  const day = typeof value === 'string' ? dayIn(value) : null
  if (folded === '' || (number === null && day === null && isCommon(folded))) return null
  const mixed = /\d/.test(folded) && /\p{L}/u.test(folded)
  const trimmed = text.trim()
  const lead = /^[^\p{L}\p{N}]*/u.exec(trimmed)?.[0] ?? ''
  const tail = /[^\p{L}\p{N}]{0,20}$/u.exec(trimmed.slice(-40))?.[0] ?? ''
  return { text, folded, number, day, lead, tail, searched: folded.length >= (mixed ? 4 : 5) }
}

const identifier = /^[A-Za-z0-9]+(?:[ \-\u00a0][A-Za-z0-9]+)*$/

/**
 * Where somebody who may vouch for it wrote this value: as a whole name, number or date of its own, never as part of a
 * longer one; letters in any case, white space as it comes, groups of an account number spaced or not. Null: they did not.
 */
export function vouched(wanted: Wanted, source: Indexed, effort: Effort): Place | null {
  const { text } = source.source
  const spend = spending(effort, source)
  if (wanted.number !== null) {
    const { value, currency } = wanted.number
    const all = source.numbers().get(value) ?? []
    const sure = all.find(
      one =>
        spend(perSource) && one.strict && isWholeNumber(text, one) && (currency === null || one.currency === currency),
    )
    if (sure) return at(text, sure, 'number')
    // Digits that are a name (an account, a card) must stand there as they are.
    if (wanted.folded.length < 6) return null
  }
  if (wanted.day !== null) {
    const day = source.days().get(wanted.day) ?? source.days().get(`-${wanted.day.slice(4)}`)
    if (day?.strict) return at(text, day, 'date')
  }
  if (wanted.folded.length < 3) return null
  if (wanted.folded.length < 5 && /^\d+$/.test(wanted.folded)) return null
  const [view] = source.views()
  return view ? vouchedIn(wanted, view, text, spend) : null
}

function isWholeNumber(text: string, { offset, length }: Span): boolean {
  // Part of a name (INV-2024-1200), of a date or of a longer run of digits is no amount.
  const before = text[offset - 1] ?? ' '
  const after = text[offset + length] ?? ' '
  return (
    !/[\p{L}\p{N}_#/-]/u.test(before) &&
    !/[\p{N}_/-]/u.test(after) &&
    !/^\p{L}{4}/u.test(text.slice(offset + length, offset + length + 4))
  )
}

function vouchedIn(wanted: Wanted, there: FoldedView, text: string, spend: Spend): Place | null {
  const short = wanted.folded.length < 5
  const loose = /\d.*\d.*\d.*\d/.test(wanted.folded) && wanted.folded.length >= 8 && identifier.test(wanted.text.trim())
  const plain = squeezed(wanted.text)
  let tries = 0
  for (const span of placesOf(there, wanted.folded, spend)) {
    if (++tries > 16) return null
    const whole = widened(text, span, wanted)
    const written = text.slice(whole.offset, whole.offset + whole.length)
    const same = short ? written === wanted.text.trim() : squeezed(written) === plain
    const spaced = loose && identifier.test(written)
    if ((same || spaced) && isWholeName(text, whole)) return at(text, whole, 'same')
  }
  return null
}

/** Signs at the ends belong to the value: the span takes them in where they stand there too. */
function widened(text: string, { offset, length }: Span, { lead, tail }: Wanted): Span {
  const start = text.startsWith(lead, offset - lead.length) ? offset - lead.length : offset
  const end = text.startsWith(tail, offset + length) ? offset + length + tail.length : offset + length
  return { offset: start, length: end - start }
}

/** Only what changes nothing of the meaning: case of plain letters and runs of white space. A look-alike stays another (P05). */
const squeezed = (text: string) =>
  text
    .replace(/[A-Z]+/g, letters => letters.toLowerCase())
    .replace(/\s+/g, ' ')
    .trim()

/**
 * Where text that nobody vouches for holds this value: under encodings, in any case, with or without separators, and
 * from eight letters on also inside longer words, since whoever wrote it may have hidden it. Null: it does not.
 */
export function carried(wanted: Wanted, source: Indexed, effort: Effort): Place | null {
  const { text } = source.source
  const [number] = wanted.number ? (source.numbers().get(wanted.number.value) ?? []) : []
  if (number) return at(text, number, 'number')
  const day = wanted.day === null ? undefined : source.days().get(wanted.day)
  if (day) return at(text, day, 'date')
  if (!wanted.searched) return null
  const { folded } = wanted
  const spend = spending(effort, source)
  const anywhere = folded.length >= 8
  for (const there of source.views()) {
    const { view } = there
    let tries = 0
    for (const span of placesOf(there, folded, spend)) {
      if (++tries > 16) break
      if (!anywhere && !isWholeWord(view.text, span)) continue
      const origin = view.origin(span)
      const quoted = view.text.slice(span.offset, span.offset + span.length)
      return { ...origin, how: view.decoded ? 'decoded' : 'same', quoted }
    }
  }
  return null
}

/** Where a folded value stands in a view, as far as there is effort left. */
function* placesOf({ folded, unfold }: FoldedView, wanted: string, spend: Spend): Generator<Span> {
  if (!spend(perSource + folded.length)) return
  const start = wanted.slice(0, searched)
  for (let from = folded.indexOf(start); from !== -1 && spend(perPlace); from = folded.indexOf(start, from + 1)) {
    if (!folded.startsWith(wanted, from)) continue
    const span = unfold(from, from + wanted.length)
    if (!spend(span.length)) return
    yield span
  }
}

function at(text: string, { offset, length }: Span, how: Place['how']): Place {
  return { offset, length, how, quoted: text.slice(offset, offset + length) }
}

/** The pointer of the field of structured data that is this value and nothing more, if the source has one. */
export function fieldOf(wanted: Wanted, source: Indexed): string | null {
  const fields = source.fields()
  const number = wanted.number?.value
  return fields.get(wanted.folded) ?? (number === undefined ? undefined : fields.get(number)) ?? null
}
