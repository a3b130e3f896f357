import { ChevronDown, Layers } from 'lucide-react'
import { cx } from '@/components/ui/cx'
import type { HoldItem } from './hold'

/** Under the first of several that are alike: how many more there are, shown on demand. None of them is graver. */
export function AlikeRow({
  hold,
  more,
  open,
  onToggle,
}: {
  hold: HoldItem
  more: number
  open: boolean
  onToggle: () => void
}) {
  return (
    <li className="bg-sunken/60">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex min-h-11 w-full items-center gap-2 px-4 py-1.5 text-left text-ink-2 text-sm hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2 sm:min-h-9"
      >
        <Layers className="size-4 shrink-0 text-ink-3" aria-hidden />
        <span className="min-w-0 truncate">
          {more} more alike from <bdi>{hold.agent?.name}</bdi>
          <span>
            {' '}
            · {hold.operation} with <code className="font-mono text-xs">{hold.tool}</code>
          </span>
        </span>
        <ChevronDown
          className={cx('ml-auto size-4 shrink-0 transition-transform duration-100', open && 'rotate-180')}
          aria-hidden
        />
      </button>
    </li>
  )
}
