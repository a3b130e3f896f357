import type { Segment } from './segment'

/** So many blank pieces in a row say each for itself what they are; more would push the rest out of view (U06). */
const mostPieces = 6
/** So many kinds of blank are named. */
const mostNames = 4

const severity: readonly Segment['kind'][] = ['text', 'whitespace', 'invisible', 'control', 'bidi']

/**
 * Folds long rows of pieces that draw nothing (white space and invisible characters by turns) into one counted token that
 * names what is in them, and spells out what tag characters spell. The raw text stays whole.
 */
export function foldBlanks(segments: readonly Segment[]): readonly Segment[] {
  const folded: Segment[] = []
  let row: Segment[] = []
  const close = () => {
    if (row.length > mostPieces) folded.push(foldRow(row))
    else for (const one of row) folded.push(one)
    row = []
  }
  for (const segment of segments) {
    if (isBlank(segment)) row.push(segment)
    else {
      if (row.length > 0) close()
      folded.push(segment)
    }
  }
  close()
  return folded
}

function isBlank(segment: Segment): boolean {
  if (segment.kind === 'homoglyph') return false
  return segment.kind !== 'text' || /^[ \t\r\n]+$/.test(segment.raw)
}

function foldRow(row: readonly Segment[]): Segment {
  const names = new Set<string>()
  let spelled = ''
  let count = 0
  let worst = 0
  for (const { kind, token, raw, count: times } of row) {
    count += token === null ? raw.length : times
    worst = Math.max(worst, severity.indexOf(kind))
    const tag = token?.match(/ TAG (.)$/)?.[1]
    if (tag) spelled += tag.repeat(times)
    else if (token !== null) names.add(token)
    else for (const character of raw) names.add(character === '\n' || character === '\r' ? '⏎' : '␣')
  }
  const named = [...names].slice(0, mostNames)
  if (names.size > mostNames) named.push(`${names.size - mostNames} more kinds`)
  if (spelled !== '') named.unshift(`TAG “${spelled}”`)
  const token = named.join(', ')
  return { kind: severity[worst] ?? 'invisible', text: token, token, count, raw: row.map(one => one.raw).join('') }
}
