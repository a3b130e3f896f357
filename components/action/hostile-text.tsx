'use client'
import { PenLine } from 'lucide-react'
import { memo, useId, useState } from 'react'
import { cx } from '@/components/ui/cx'
import { InOrder } from '@/components/ui/in-order'
import { reveal } from '@/lib/kernel/hostile-text'
import { Places } from './places'

type Segment = ReturnType<typeof reveal>[number]

const meanings: Readonly<Record<string, string>> = {
  control: 'control character',
  bidi: 'changes the direction of reading',
  invisible: 'invisible character',
  whitespace: 'white space',
  homoglyph: 'looks like another letter',
}

function Token({ segment }: { segment: Segment }) {
  const count = segment.count > 1 ? ` ×${segment.count.toLocaleString('en')}` : ''
  if (segment.kind === 'whitespace') {
    return (
      <span className="mx-0.5 rounded-sm border px-1 font-mono text-2xs text-ink-3" title={meanings.whitespace}>
        {segment.text}
        {count}
      </span>
    )
  }
  return (
    <span
      className="mx-0.5 rounded-sm border border-denied-line bg-denied-soft px-1 font-mono text-2xs text-denied"
      title={meanings[segment.kind]}
    >
      {segment.text}
      {count}
    </span>
  )
}

/** Text made inert: only text nodes, every hidden character a visible token, its direction kept to itself. */
export const Revealed = memo(function Revealed({ text }: { text: string }) {
  return (
    <bdi dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      <InOrder
        of={reveal(text)}
        draw={segment => (segment.kind === 'text' ? <span>{segment.text}</span> : <Token segment={segment} />)}
      />
    </bdi>
  )
})

/** How many characters of a text a reader could not see or could take for others. */
export function suspicious(text: string): number {
  return reveal(text).reduce(
    (sum, one) => (one.kind === 'text' || one.kind === 'whitespace' ? sum : sum + one.count),
    0,
  )
}

/** The first `limit` characters, never half of one, and how many more there are. */
export function firstOf(text: string, limit: number): { text: string; more: number } {
  // A tenth over the limit is shown whole: opening it would be a press for nothing.
  if (text.length <= limit * 1.1) return { text, more: 0 }
  const characters = Array.from(text)
  return { text: characters.slice(0, limit).join(''), more: characters.length - limit }
}

interface ExpandableProps {
  readonly text: string
  readonly limit?: number
  readonly className?: string
  readonly onOpen?: () => void
}

/** Past so many more characters, what was opened scrolls in a box of its own. */
const tallText = 1_500

/** Inert text of bounded length, with an honest count of what is not shown yet. */
export function ExpandableText({ text, limit = 600, className, onOpen }: ExpandableProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const first = firstOf(text, limit)
  return (
    <div className={className}>
      <div
        id={id}
        className={cx(
          open && first.more > tallText && 'max-h-[50vh] overflow-y-auto rounded-md border bg-sunken px-3 py-2 text-sm',
        )}
      >
        <Revealed text={open ? text : first.text} />
      </div>
      {first.more > 0 && (
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => {
            setOpen(!open)
            if (!open) onOpen?.()
          }}
          className="mt-1 min-h-6 font-medium font-sans text-accent text-xs underline underline-offset-2"
        >
          {open ? 'Show less' : `… ${first.more.toLocaleString('en')} more characters`}
        </button>
      )}
    </div>
  )
}

/** What an agent wrote, fenced and said to be so. It is never a link, never markup, and never looks like one of our facts. */
export function HostileText({
  text,
  label = 'written by the agent',
  limit,
  className,
  onOpen,
}: ExpandableProps & { label?: string }) {
  const hidden = suspicious(text)
  return (
    <figure className={cx('rounded-md border border-dashed bg-sunken px-3 py-2', className)}>
      <figcaption className="mb-1 flex items-center gap-1.5 text-2xs text-ink-3">
        <PenLine className="size-3" aria-hidden />
        {label}
        {hidden > 0 && (
          <span className="font-medium text-denied">
            · {hidden} hidden or look-alike {hidden === 1 ? 'character' : 'characters'} shown
          </span>
        )}
      </figcaption>
      <ExpandableText text={text} limit={limit} onOpen={onOpen} className="text-ink-2 text-sm" />
      <Places text={text} />
    </figure>
  )
}
