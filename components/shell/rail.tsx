'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useMe } from '@/components/data/me'
import { cx } from '@/components/ui/cx'
import { Mark } from './mark'
import { home, type Place, placesFor, within } from './navigation'

function RailLink({ place, path, count }: { place: Place; path: string; count: number }) {
  const here = within(place, path)
  return (
    <Link
      href={place.href}
      aria-current={here ? 'page' : undefined}
      title={place.label}
      className={cx(
        'group relative flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm transition-colors duration-100 max-lg:justify-center',
        here ? 'bg-sunken font-medium text-ink' : 'text-ink-2 hover:bg-sunken hover:text-ink',
      )}
    >
      <place.icon
        className={cx('size-4 shrink-0', here ? 'text-accent' : 'text-ink-3 group-hover:text-ink-2')}
        aria-hidden
      />
      <span className="truncate max-lg:sr-only">{place.label}</span>
      {count > 0 && (
        <span className="num ml-auto rounded-sm bg-held-soft px-1.5 font-medium text-2xs text-held max-lg:absolute max-lg:top-0.5 max-lg:right-0.5 max-lg:px-1">
          {count > 999 ? '999+' : count}
          <span className="sr-only"> waiting</span>
        </span>
      )}
    </Link>
  )
}

/** The left rail: names on wide screens, icons on tablets, absent on phones. */
export function Rail() {
  const path = usePathname()
  const me = useMe().data
  const counts = me?.counts
  const count = (place: Place) =>
    place.href === '/approvals'
      ? (counts?.my_holds ?? counts?.open_holds ?? 0)
      : place.href === '/tools'
        ? (counts?.unclassified_tools ?? 0)
        : 0
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 hidden h-dvh w-14 shrink-0 flex-col border-r bg-surface sm:flex lg:w-56"
    >
      <Link
        href="/"
        className="flex h-12 items-center gap-2.5 px-4 font-semibold text-base tracking-tight focus-visible:-outline-offset-2 max-lg:justify-center max-lg:px-0"
      >
        <Mark />
        <span className="max-lg:sr-only">Holdpoint</span>
      </Link>
      <div className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-2 py-2">
        {placesFor(me?.permissions).map(place => (
          <RailLink key={place.href} place={place} path={path} count={count(place)} />
        ))}
        <div className="mt-auto">
          <RailLink place={home} path={path} count={0} />
        </div>
      </div>
    </nav>
  )
}
