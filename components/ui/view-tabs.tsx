import Link from 'next/link'
import { cx } from './cx'

export interface View {
  readonly href: string
  readonly label: string
  readonly here: boolean
  readonly count?: number
}

/** Views that have an address of their own: links that look like tabs. */
export function ViewTabs({ views, label }: { views: readonly View[]; label: string }) {
  return (
    <nav aria-label={label} className="-mb-px flex gap-1 overflow-x-auto">
      {views.map(view => (
        <Link
          key={view.href}
          href={view.href}
          scroll={false}
          aria-current={view.here ? 'page' : undefined}
          className={cx(
            'flex h-9 shrink-0 items-center gap-1.5 border-b-2 px-2.5 text-sm transition-colors duration-100 focus-visible:-outline-offset-2',
            view.here ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
          )}
        >
          {view.label}
          {view.count !== undefined && <span className="num text-ink-3 text-xs">{view.count}</span>}
        </Link>
      ))}
    </nav>
  )
}
