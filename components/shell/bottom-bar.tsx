'use client'
import { Ellipsis } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { useMe } from '@/components/data/me'
import { cx } from '@/components/ui/cx'
import { Sheet } from '@/components/ui/sheet'
import { home, placesFor, within } from './navigation'

const item =
  'relative flex flex-1 flex-col items-center justify-center gap-0.5 text-2xs focus-visible:-outline-offset-2'

/** The rail of a phone: Approvals first, the rest under More. Absent while one thing is being decided. */
export function BottomBar() {
  const path = usePathname()
  const [more, setMore] = useState(false)
  const me = useMe().data
  const waiting = me?.counts.my_holds ?? me?.counts.open_holds ?? 0
  if (/^\/approvals\/.+/.test(path)) return null
  const places = placesFor(me?.permissions)
  const hidden = [...places.filter(place => !place.phone), home]
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 flex h-[calc(56px+env(safe-area-inset-bottom))] border-t bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {places
        .filter(place => place.phone)
        .map(place => {
          const here = within(place, path)
          return (
            <Link
              key={place.href}
              href={place.href}
              aria-current={here ? 'page' : undefined}
              className={cx(item, here ? 'font-medium text-accent' : 'text-ink-2')}
            >
              <place.icon className="size-5" aria-hidden />
              {place.short}
              {place.href === '/approvals' && waiting > 0 && (
                <span className="num absolute top-1 left-[calc(50%+8px)] rounded-full bg-held px-1.5 font-medium text-2xs text-on-solid leading-4">
                  {waiting > 99 ? '99+' : waiting}
                  <span className="sr-only"> waiting</span>
                </span>
              )}
            </Link>
          )
        })}
      <button
        type="button"
        className={cx(item, hidden.some(place => within(place, path)) ? 'font-medium text-accent' : 'text-ink-2')}
        onClick={() => setMore(true)}
      >
        <Ellipsis className="size-5" aria-hidden />
        More
      </button>
      <Sheet open={more} onOpenChange={setMore} title="Go to" side="bottom">
        <ul className="-m-2">
          {hidden.map(place => (
            <li key={place.href}>
              <Link
                href={place.href}
                onClick={() => setMore(false)}
                className="flex h-12 items-center gap-3 rounded-md px-2 text-lg hover:bg-sunken"
              >
                <place.icon className="size-5 text-ink-3" aria-hidden />
                {place.label}
              </Link>
            </li>
          ))}
        </ul>
      </Sheet>
    </nav>
  )
}
