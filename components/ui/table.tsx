import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './cx'

/** A table in its own scroller, so that the header stays and the page never scrolls sideways. */
export function Table({ className, label, ...rest }: ComponentProps<'table'> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="overflow-x-auto rounded-lg border bg-surface" tabIndex={0} aria-label={label}>
      <table {...rest} aria-label={label} className={cx('w-full border-collapse text-sm', className)} />
    </section>
  )
}

export function Th({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={cx(
        'sticky top-0 z-10 h-9 whitespace-nowrap border-b bg-surface px-3 text-left font-medium text-ink-3 text-xs',
        className,
      )}
    />
  )
}

const sortIcons = { ascending: ArrowUp, descending: ArrowDown, none: ArrowUpDown } as const

/** The head of a column that the server can sort by. */
export function SortTh({
  sorted,
  onSort,
  children,
  ...rest
}: ComponentProps<'th'> & { sorted: keyof typeof sortIcons; onSort: () => void }) {
  const Icon = sortIcons[sorted]
  return (
    <Th {...rest} aria-sort={sorted}>
      <button type="button" onClick={onSort} className="inline-flex h-8 items-center gap-1 hover:text-ink">
        {children}
        <Icon className={cx('size-3', sorted === 'none' && 'opacity-40')} aria-hidden />
      </button>
    </Th>
  )
}

export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr {...rest} className={cx('border-b last:border-b-0 hover:bg-sunken/60', className)} />
}

export function Td({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={cx('h-(--row) px-3 py-1 align-middle', className)} />
}
