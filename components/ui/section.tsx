import { type ReactNode, useId } from 'react'
import { cx } from './cx'

/** A titled part of a page. `aside` stands at the right of the title. */
export function Section({
  title,
  aside,
  children,
  className,
  plain = false,
  quiet = false,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
  className?: string
  /** No frame around the content. */
  plain?: boolean
  /** A small title, for parts of a dense screen. */
  quiet?: boolean
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={cx('flex min-w-0 flex-col gap-2.5', className)}>
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h2 id={id} className={quiet ? 'font-medium text-ink-3 text-xs' : 'font-semibold text-base'}>
          {title}
        </h2>
        {aside}
      </div>
      {plain ? children : <div className="min-w-0 rounded-lg border bg-surface">{children}</div>}
    </section>
  )
}
