import { type ReactNode, useMemo } from 'react'
import { cx } from './cx'
import { InOrder } from './in-order'
import { type Line, type Piece, textDiff } from './text-diff'

const looks = {
  added: { sign: '+', word: 'added', class: 'bg-allowed-soft text-allowed' },
  removed: { sign: '−', word: 'removed', class: 'bg-denied-soft text-denied' },
  same: { sign: ' ', word: '', class: 'text-ink-2' },
} as const

type Show = (text: string) => ReactNode

function Words({ line, show }: { line: Line; show: Show }) {
  if (line.words === null) return show(line.text)
  return (
    <InOrder
      of={line.words}
      draw={word =>
        word.isNew ? (
          <mark className="bg-transparent font-semibold text-inherit underline decoration-2 underline-offset-2">
            {show(word.text)}
          </mark>
        ) : (
          show(word.text)
        )
      }
    />
  )
}

/**
 * Two texts as one, line by line, and in a line that keeps its place the words that are new. `show` draws a text, so that its
 * caller decides how inert it is.
 */
export function LineDiff({ before, after, show }: { before: string; after: string; show: Show }) {
  const pieces = useMemo(() => textDiff(before, after), [before, after])
  const draw = ({ kind, lines }: Piece) => (
    <InOrder
      of={lines}
      draw={line => (
        <div className={cx('flex whitespace-pre-wrap px-4', looks[kind].class)}>
          <span className="w-4 shrink-0 select-none" aria-hidden>
            {looks[kind].sign}
          </span>
          {looks[kind].word && <span className="sr-only">{looks[kind].word}: </span>}
          <span className="min-w-0 flex-1">
            <Words line={line} show={show} />
          </span>
        </div>
      )}
    />
  )
  return (
    <div className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">
      <InOrder
        of={pieces}
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
