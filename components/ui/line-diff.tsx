import { type Change, diffLines, diffWordsWithSpace } from 'diff'
import type { ReactNode } from 'react'
import { cx } from './cx'
import { InOrder } from './in-order'

const looks = {
  added: { sign: '+', word: 'added', class: 'bg-allowed-soft text-allowed' },
  removed: { sign: '−', word: 'removed', class: 'bg-denied-soft text-denied' },
  same: { sign: ' ', word: '', class: 'text-ink-2' },
} as const

/** Unchanged lines that stay in view before and after each difference. */
const around = 3

interface Lines {
  readonly kind: keyof typeof looks
  readonly lines: readonly string[]
  /** Far from every difference: folded until someone opens it. */
  readonly folded: boolean
  /** The lines that stand in the place of these on the other side, one for one: only their words differ. */
  readonly against?: readonly string[]
}

/** Longer lines are not compared word by word. */
const longestLine = 4_000

const linesOf = ({ value }: Change): string[] => value.replace(/\n$/, '').split('\n')

/** What stands for the part at `i` on the other side, where as many lines go as come. */
function opposite(parts: readonly Change[], i: number): readonly string[] | undefined {
  const [part, other] = [parts[i], parts[parts[i]?.removed ? i + 1 : i - 1]]
  if (!part || !other || (part.removed ? !other.added : !other.removed)) return undefined
  const lines = linesOf(other)
  return lines.length === linesOf(part).length ? lines : undefined
}

function pieces(parts: readonly Change[]): Lines[] {
  return parts.flatMap((part, i): Lines[] => {
    const lines = linesOf(part)
    if (part.added || part.removed) {
      const against = opposite(parts, i)
      return [{ kind: part.added ? 'added' : 'removed', lines, folded: false, ...(against ? { against } : {}) }]
    }
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

/** A last line without an end would differ from the same line with others behind it. */
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** A changed line in which the words that only it has stand out. */
function Words({ line, other, show }: { line: string; other: string; show: (line: string) => ReactNode }) {
  if (line.length > longestLine || other.length > longestLine) return show(line)
  const parts = diffWordsWithSpace(other, line).filter(part => !part.removed)
  return (
    <InOrder
      of={parts}
      draw={part =>
        part.added ? (
          <span className="font-semibold underline decoration-2 underline-offset-2">{show(part.value)}</span>
        ) : (
          show(part.value)
        )
      }
    />
  )
}

/** Two texts as one, line by line: what goes, what comes, and in a line that stays in its place the words that do. `show` draws a line, so that its caller decides how inert it is. */
export function LineDiff({
  before,
  after,
  show,
}: {
  before: string
  after: string
  show: (line: string) => ReactNode
}) {
  const draw = ({ kind, lines, against }: Lines) => (
    <InOrder
      of={lines}
      draw={(text, at) => (
        <div className={cx('flex whitespace-pre-wrap px-4', looks[kind].class)}>
          <span className="w-4 shrink-0 select-none" aria-hidden>
            {looks[kind].sign}
          </span>
          {looks[kind].word && <span className="sr-only">{looks[kind].word}: </span>}
          <span className="min-w-0 flex-1">
            {against === undefined ? show(text) : <Words line={text} other={against[at] ?? ''} show={show} />}
          </span>
        </div>
      )}
    />
  )
  return (
    <div className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">
      <InOrder
        of={pieces(diffLines(ended(before), ended(after)))}
        draw={piece =>
          piece.folded ? (
            <details>
              <summary className="bg-sunken px-8 py-1 font-sans text-ink-3 hover:text-ink">
                {piece.lines.length} unchanged lines
              </summary>
              {draw(piece)}
            </details>
          ) : (
            <div>{draw(piece)}</div>
          )
        }
      />
    </div>
  )
}
