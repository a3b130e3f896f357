import { diffLines } from 'diff'
import type { ReactNode } from 'react'
import { cx } from './cx'

const looks = {
  added: { sign: '+', word: 'added', class: 'bg-allowed-soft text-allowed' },
  removed: { sign: '−', word: 'removed', class: 'bg-denied-soft text-denied' },
  same: { sign: ' ', word: '', class: 'text-ink-2' },
} as const

/** Two texts as one, line by line: what goes, what comes. `show` draws a line, so that its caller decides how inert it is. */
export function LineDiff({
  before,
  after,
  show,
}: {
  before: string
  after: string
  show: (line: string) => ReactNode
}) {
  const lines = diffLines(before, after).flatMap(part => {
    const kind = part.added ? 'added' : part.removed ? 'removed' : 'same'
    return part.value
      .replace(/\n$/, '')
      .split('\n')
      .map(text => ({ kind, text }) as const)
  })
  return (
    <div className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">
      {lines.map(({ kind, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one immutable text
        <div key={i} className={cx('flex whitespace-pre-wrap px-4', looks[kind].class)}>
          <span className="w-4 shrink-0 select-none" aria-hidden>
            {looks[kind].sign}
          </span>
          {looks[kind].word && <span className="sr-only">{looks[kind].word}: </span>}
          <span className="min-w-0 flex-1">{show(text)}</span>
        </div>
      ))}
    </div>
  )
}
