import { type Change, diffLines, diffWordsWithSpace } from 'diff'

/** A piece of a line; `isNew`: only this side has it. */
export interface Word {
  readonly text: string
  readonly isNew: boolean
}

export interface Line {
  readonly text: string
  /** The same in words, where a line stands in its place on the other side; null: read it whole. */
  readonly words: readonly Word[] | null
}

export interface Piece {
  readonly kind: 'added' | 'removed' | 'same'
  readonly lines: readonly Line[]
  /** Far from every difference: folded until someone opens it. */
  readonly folded: boolean
}

/** Unchanged lines that stay in view before and after each difference. */
const around = 3
/** So many letters of a text are compared word by word, and so many of a line; what is beyond is read whole. */
const mostCompared = 20_000
const longestLine = 4_000
/** A comparison that finds more differences is given up: what it costs grows with their square. */
const bounds = { maxEditLength: 2_000 }
const boundsOfWords = { maxEditLength: 200 }
/** Letters that run from left to right, each alone: what is composed, hidden or runs the other way is read whole. */
const apart = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{N}\p{P}\p{S} \t]*$/u

const linesOf = ({ value }: Change): string[] => value.replace(/\n$/, '').split('\n')

/** A last line without an end would differ from the same line with others behind it. */
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** All lines of both, where they are too many, or too different, to be compared. */
const allOther = (before: string, after: string): Change[] => [
  { value: before, removed: true, added: false, count: 0 },
  { value: after, removed: false, added: true, count: 0 },
]

/** What stands for the part at `i` on the other side, where as many lines go as come. */
function opposite(parts: readonly Change[], i: number, count: number): readonly string[] | null {
  const [part, other] = [parts[i], parts[parts[i]?.removed ? i + 1 : i - 1]]
  if (!part || !other || (part.removed ? !other.added : !other.removed)) return null
  const lines = linesOf(other)
  return lines.length === count ? lines : null
}

function wordsOf(line: string, other: string): Word[] | null {
  if (!apart.test(line) || !apart.test(other)) return null
  const parts = diffWordsWithSpace(other, line, boundsOfWords)
  return parts?.filter(part => !part.removed).map(part => ({ text: part.value, isNew: part.added })) ?? null
}

/**
 * Two texts as one, line by line: what goes, what comes, and of a line that keeps its place the words that do. Bounded in
 * time, whatever the texts are: what cannot be compared stands as gone and come.
 */
export function textDiff(before: string, after: string): Piece[] {
  const [old, now] = [ended(before), ended(after)]
  const parts = diffLines(old, now, bounds) ?? allOther(old, now)
  let room = mostCompared
  const compared = (line: string, other: string): Word[] | null => {
    const length = line.length + other.length
    if (length > room || Math.max(line.length, other.length) > longestLine) return null
    room -= length
    return wordsOf(line, other)
  }
  return parts.flatMap((part, i): Piece[] => {
    const texts = linesOf(part)
    if (part.added || part.removed) {
      const against = opposite(parts, i, texts.length)
      const lines = texts.map((text, at) => ({ text, words: against && compared(text, against[at] ?? '') }))
      return [{ kind: part.added ? 'added' : 'removed', lines, folded: false }]
    }
    const lines = texts.map(text => ({ text, words: null }))
    const head = i === 0 ? 0 : around
    const tail = i === parts.length - 1 ? 0 : around
    if (parts.length === 1 || lines.length <= head + tail + 2) return [{ kind: 'same', lines, folded: false }]
    return [
      { kind: 'same', lines: lines.slice(0, head), folded: false },
      { kind: 'same', lines: lines.slice(head, lines.length - tail), folded: true },
      { kind: 'same', lines: lines.slice(lines.length - tail), folded: false },
    ]
  })
}
