'use client'
import Link from 'next/link'
import { useEffect, useRef } from 'react'
import { cx } from './cx'

export interface View {
  readonly href: string
  readonly label: string
  readonly here: boolean
  readonly count?: number
}

/** Views that have an address of their own: links that look like tabs. */
export function ViewTabs({ views, label }: { views: readonly View[]; label: string }) {
  const bar = useRef<HTMLElement>(null)
  const here = views.find(view => view.here)?.href
  // On a narrow screen the one that is open may lie outside.
  useEffect(() => {
    const nav = bar.current
    const tab = here ? nav?.querySelector<HTMLElement>('[aria-current]') : null
    if (nav && tab) nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.clientWidth) / 2
  }, [here])
  return (
    <nav ref={bar} aria-label={label} className="-mb-px flex gap-1 overflow-x-auto">
      {views.map(view => (
        <Link
          key={view.href}
          href={view.href}
          scroll={false}
          aria-current={view.here ? 'page' : undefined}
          className={cx(
            'flex h-11 shrink-0 items-center gap-1.5 border-b-2 px-2.5 text-sm transition-colors duration-100 focus-visible:-outline-offset-2 sm:h-9',
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
