/** A piece of two texts: what both have, what only the former had, or what only the latter has. */
export interface Piece {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

/** Characters compared one by one at most; what differs more is shown as replaced. */
const mostCompared = 400

/**
 * What differs between two texts, character by character, so that one changed digit stands alone: the pieces `same` and
 * `gone` make up the former, `same` and `new` the latter. Texts that have little in common are replaced as a whole.
 */
export function differenceOf(before: string, after: string): Piece[] {
  const [a, b] = [Array.from(before), Array.from(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [gone, made] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const middle =
    gone.length <= mostCompared && made.length <= mostCompared ? compared(gone, made) : replaced(gone, made)
  return merged([
    { kind: 'same', text: a.slice(0, start).join('') },
    ...middle,
    { kind: 'same', text: a.slice(a.length - end).join('') },
  ])
}

const replaced = (gone: readonly string[], made: readonly string[]): Piece[] => [
  { kind: 'gone', text: gone.join('') },
  { kind: 'new', text: made.join('') },
]

/** By the longest common subsequence; where less than half is common, nobody reads the pieces. */
function compared(a: readonly string[], b: readonly string[]): Piece[] {
  const width = b.length + 1
  const longest = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  if (at(0, 0) * 2 < Math.min(a.length, b.length)) return replaced(a, b)
  const pieces: Piece[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [one = '', other = ''] = [a[i], b[j]]
    if (i < a.length && j < b.length && one === other) {
      pieces.push({ kind: 'same', text: one })
      i++
      j++
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'gone', text: one })
      i++
    } else {
      pieces.push({ kind: 'new', text: other })
      j++
    }
  }
  return pieces
}

/** Neighbours of one kind are one piece; between two common ones what is gone stands before what is new. */
function merged(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = []
  let gone = ''
  let made = ''
  const flush = () => {
    if (gone) found.push({ kind: 'gone', text: gone })
    if (made) found.push({ kind: 'new', text: made })
    gone = made = ''
  }
  for (const { kind, text } of pieces) {
    if (kind === 'gone') gone += text
    else if (kind === 'new') made += text
    else if (text) {
      flush()
      const last = found.at(-1)
      if (last?.kind === 'same') found[found.length - 1] = { kind: 'same', text: last.text + text }
      else found.push({ kind, text })
    }
  }
  flush()
  return found
}
