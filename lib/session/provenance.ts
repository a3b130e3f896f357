import { type Indexed, indexed } from './indexed'
import { leavesOf } from './leaf'
import {
  carried,
  type Effort,
  fieldOf,
  isSpent,
  type Place,
  vouched,
  type Wanted,
  wantedOf,
  wholeEffort,
} from './match'
import { piecesOf } from './pieces'
import type { Source } from './source'

/** Where an argument's value came from. */
export type Origin = 'person' | 'trusted' | 'untrusted' | 'agent' | 'unknown'

/** Where one argument came from. Offsets and lengths are in UTF-16 units of the source's text. */
export interface Found {
  /** RFC 6901, into `params`. */
  readonly pointer: string
  readonly from: Origin
  /** What the agent says of it, which nobody vouches for. */
  readonly claimed?: 'person' | 'trusted'
  /** Which of the sources, counted from 0, and what it is called. */
  readonly source?: number
  readonly ref?: string | null
  readonly reported_by?: Source['reported_by']
  readonly offset?: number
  readonly length?: number
  readonly how?: Place['how']
  /** It is the whole of a field of structured data there, and stands in no running text. */
  readonly field?: string
  /** There were too many values or too much text to look for this one; at the pointer `` nothing that is not named here was looked for. */
  readonly unread?: true
  /** The place as found: what stands before, the value, and what stands behind; bounded. */
  readonly quote?: { readonly before: string; readonly value: string; readonly after: string }
}

/** Where the arguments of one action came from. `silent` are those that say nothing: yes, 1, EUR. */
export interface Trace {
  readonly found: readonly Found[]
  readonly silent: readonly string[]
  /** There were sources to look into. */
  readonly looked: boolean
}

/** Nothing to look into. */
export const untraced: Trace = { found: [], silent: [], looked: false }

const mostLeaves = 500
const mostPieces = 200
/** However many parameters there are, so many pieces of each are looked for. */
const leastPieces = 2
const around = 60
const longestQuote = 200

/**
 * Where each argument came from, by looking for it in the session's sources. Recorded words of the person come first, then
 * trusted systems, then text that nobody vouches for; what stands nowhere is the agent's own making where the sources are
 * `complete`, else unknown. A source that the agent reports can only make a value untrusted, never more than it was.
 */
export function traceOf(
  params: Readonly<Record<string, unknown>>,
  sources: readonly Source[],
  complete = false,
): Trace {
  return sources.length === 0 ? untraced : traceIn(params, indexed(sources), complete)
}

/** The same with sources made ready once for a whole session; several actions that come together share their `effort`. */
export function traceIn(
  params: Readonly<Record<string, unknown>>,
  sources: readonly Indexed[],
  complete: boolean,
  effort = wholeEffort(),
): Trace {
  const found: Found[] = []
  const silent: string[] = []
  const names = Object.keys(params)
  const pieces = Math.max(leastPieces, Math.floor(mostPieces / Math.max(1, names.length)))
  // A value of each parameter in turn: one that is long takes nothing from another, in whatever order they came.
  let turn = names.slice(0, mostLeaves).map(name => ({
    leaves: leavesOf({ [name]: params[name] }),
    budget: { pieces, effort },
  }))
  for (let leaves = 0; turn.length > 0; ) {
    const next: typeof turn = []
    for (const one of turn) {
      const { value: leaf, done } = one.leaves.next()
      if (done) continue
      if (++leaves > mostLeaves) {
        found.push({ pointer: leaf.pointer, from: 'unknown', unread: true })
        continue
      }
      next.push(one)
      const wanted = wantedOf(leaf.value)
      if (wanted) found.push({ pointer: leaf.pointer, ...originOf(wanted, sources, complete, one.budget) })
      else silent.push(leaf.pointer)
    }
    turn = next
  }
  if (names.length > mostLeaves) found.push({ pointer: '', from: 'unknown', unread: true })
  return { found, silent, looked: true }
}

/** What may still be spent: on the pieces of one parameter's values, and on looking for all of them. */
interface Budget {
  pieces: number
  readonly effort: Effort
}

function originOf(
  wanted: Wanted,
  sources: readonly Indexed[],
  complete: boolean,
  budget: Budget,
): Omit<Found, 'pointer'> {
  for (const standing of ['person', 'trusted'] as const) {
    for (const source of sources) {
      const place = source.standing === standing ? vouched(wanted, source, budget.effort) : null
      if (place) return { from: standing, ...told(source, place) }
    }
  }
  const outside = carriedBy(wanted, sources, budget.effort) ?? piecewise(wanted, sources, budget)
  const claim = claimed(wanted, sources, budget.effort)
  const nowhere: Omit<Found, 'pointer'> = isSpent(budget.effort)
    ? { from: 'unknown', unread: true }
    : { from: complete ? 'agent' : 'unknown' }
  return { ...(outside ?? nowhere), ...(claim ? { claimed: claim } : {}) }
}

/** Running text comes before fields: whoever can write text can ask for what it names. */
function carriedBy(wanted: Wanted, sources: readonly Indexed[], effort: Effort): Omit<Found, 'pointer'> | null {
  let field: Omit<Found, 'pointer'> | null = null
  for (const source of sources) {
    if (source.standing !== 'untrusted') continue
    const place = carried(wanted, source, effort)
    if (!place) continue
    const pointer = fieldOf(wanted, source)
    if (pointer === null) return { from: 'untrusted', ...told(source, place) }
    field ??= { from: 'untrusted', ...told(source, place), field: pointer }
  }
  return field
}

function piecewise(wanted: Wanted, sources: readonly Indexed[], budget: Budget): Omit<Found, 'pointer'> | null {
  const { effort } = budget
  const outsiders = sources.filter(source => source.standing === 'untrusted')
  if (outsiders.length === 0 || wanted.folded.length < 12) return null
  const { telling, prose } = piecesOf(wanted.text)
  let field: Omit<Found, 'pointer'> | null = null
  for (const piece of telling) {
    if (--budget.pieces < 0) return field
    const part = wantedOf(piece)
    // What the person said themselves is theirs in a longer text too.
    if (
      !part ||
      sources.some(one => (one.standing === 'person' || one.standing === 'trusted') && vouched(part, one, effort))
    )
      continue
    const found = carriedBy(part, outsiders, effort)
    if (found && found.field === undefined) return { ...found, how: 'part' }
    if (found) field ??= { ...found, how: 'part' }
  }
  for (const run of prose) {
    if (field || --budget.pieces < 0) return field
    const part = wantedOf(run)
    const found =
      part &&
      !sources.some(one => one.standing === 'person' && carried(part, one, effort)) &&
      carriedBy(part, outsiders, effort)
    if (found) return { ...found, how: 'prose' }
  }
  return field
}

function claimed(wanted: Wanted, sources: readonly Indexed[], effort: Effort): 'person' | 'trusted' | null {
  for (const claim of ['person', 'trusted'] as const) {
    if (sources.some(source => source.claim === claim && vouched(wanted, source, effort))) return claim
  }
  return null
}

function told({ source, at }: Indexed, { offset, length, how, quoted }: Place): Omit<Found, 'pointer' | 'from'> {
  const end = offset + length
  return {
    source: at,
    ref: source.ref,
    reported_by: source.reported_by,
    offset,
    length,
    how,
    quote: {
      before: source.text.slice(Math.max(0, offset - around), offset).toWellFormed(),
      value: quoted.slice(0, longestQuote).toWellFormed(),
      after: source.text.slice(end, end + around).toWellFormed(),
    },
  }
}
