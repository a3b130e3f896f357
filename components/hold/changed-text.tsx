import { Revealed, suspicious } from '@/components/action/hostile-text'
import { cx } from '@/components/ui/cx'
import { InOrder } from '@/components/ui/in-order'
import { differenceOf, type Piece } from '@/lib/hold/difference'
import { excerpt } from '@/lib/kernel/hostile-text'

const longest = 120
/** Characters left of what both have, on either side of a change. */
const around = 16
const mostPieces = 24

/** What both have, shortened in its middle with an honest count, so that every change stays in view. */
function Common({ text, isFirst, isLast }: { text: string; isFirst: boolean; isLast: boolean }) {
  const characters = Array.from(text)
  const [head, tail] = [isFirst ? 0 : around, isLast ? 0 : around]
  const rest = characters.length - head - tail
  if (rest <= around) return <Revealed text={text} />
  return (
    <>
      {head > 0 && <Revealed text={characters.slice(0, head).join('')} />}
      <span className="text-ink-3"> … {rest.toLocaleString('en')} the same … </span>
      {tail > 0 && <Revealed text={characters.slice(-tail).join('')} />}
    </>
  )
}

function Line({ pieces, kind }: { pieces: readonly Piece[]; kind: 'gone' | 'new' }) {
  const Mark = kind === 'gone' ? 'del' : 'ins'
  const shown = pieces.slice(0, mostPieces)
  return (
    <span className="font-mono">
      <InOrder
        of={shown}
        draw={(piece, i) =>
          piece.kind === 'same' ? (
            <Common text={piece.text} isFirst={i === 0} isLast={i === pieces.length - 1} />
          ) : piece.kind === kind ? (
            <Mark
              className={cx(
                'rounded-sm border px-0.5 font-semibold',
                kind === 'gone'
                  ? 'border-denied-line bg-denied-soft text-denied'
                  : 'border-held-line bg-held-soft text-held no-underline',
              )}
            >
              <Cut text={piece.text} />
            </Mark>
          ) : null
        }
      />
      {pieces.length > shown.length && <span className="text-ink-3"> … and more changes, below</span>}
    </span>
  )
}

/** A text in a line, cut with an honest count: the arguments below show all of it. */
function Cut({ text }: { text: string }) {
  const { text: first, rest } = excerpt(text, longest)
  return (
    <>
      <Revealed text={first} />
      {rest > 0 && <span className="text-ink-3"> … {rest.toLocaleString('en')} more</span>}
    </>
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const absent = <span className="text-ink-3 italic">absent</span>

/**
 * Two values one above the other, with the characters marked that differ (U12). What hides characters is shown whole:
 * taken apart, a look-alike would stand alone and look like nothing.
 */
export function ChangedText({ before, after }: { before: unknown; after: unknown }) {
  const [former, latter] = [before, after].map(one => (one === undefined ? null : textOf(one)))
  const whole = former == null || latter == null || suspicious(former) + suspicious(latter) > 0
  const pieces = whole ? [] : differenceOf(former, latter)
  const lines = [
    { word: 'was', kind: 'gone', text: former },
    { word: 'now', kind: 'new', text: latter },
  ] as const
  return (
    <span className="mt-0.5 grid grid-cols-[2.5rem_minmax(0,1fr)] gap-x-2 gap-y-0.5">
      {lines.map(({ word, kind, text }) => (
        <span key={word} className="contents">
          <span className="text-ink-3 text-xs leading-5">{word}</span>
          <span className="[overflow-wrap:anywhere]">
            {!whole ? (
              <Line pieces={pieces} kind={kind} />
            ) : text == null ? (
              absent
            ) : kind === 'gone' ? (
              <del className="text-denied">
                <Cut text={text} />
              </del>
            ) : (
              <ins className="font-medium text-ink no-underline">
                <Cut text={text} />
              </ins>
            )}
          </span>
        </span>
      ))}
    </span>
  )
}
