'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useMay } from '@/components/data/me'
import { cx } from '@/components/ui/cx'
import { PageHeader } from '@/components/ui/page-header'
import { ViewTabs } from '@/components/ui/view-tabs'

const groups = [
  {
    label: 'Organisation',
    parts: [
      { href: '/settings', label: 'General', needs: null },
      { href: '/settings/applications', label: 'Applications', needs: null },
      { href: '/settings/resources', label: 'Resource patterns', needs: null },
      { href: '/settings/channels', label: 'Channels', needs: 'settings.write' },
    ],
  },
  {
    label: 'Who decides',
    parts: [
      { href: '/settings/people', label: 'People', needs: 'members.read' },
      { href: '/settings/teams', label: 'Teams', needs: null },
      { href: '/settings/on-call', label: 'On call', needs: null },
      { href: '/settings/escalation', label: 'Escalation', needs: null },
    ],
  },
  {
    label: 'Me',
    parts: [
      { href: '/settings/notices', label: 'How I am told', needs: null },
      { href: '/settings/away', label: 'When I am away', needs: null },
      { href: '/settings/sign-ins', label: 'My sign-ins', needs: null },
      { href: '/settings/passkeys', label: 'My passkeys', needs: null },
    ],
  },
] as const

/** A part may have pages of its own; the first part has none. */
const isHere = (path: string, href: string): boolean =>
  path === href || (href !== '/settings' && path.startsWith(`${href}/`))

/** The parts of the settings in three groups, each part with an address of its own. A group opens at its first part. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const path = usePathname()
  const may = { 'members.read': useMay('members.read'), 'settings.write': useMay('settings.write') }
  const shown = groups.map(({ label, parts }) => {
    const mine = parts.filter(one => one.needs === null || may[one.needs])
    return { label, parts: mine, href: mine[0]?.href ?? '/settings', here: parts.some(one => isHere(path, one.href)) }
  })
  const group = shown.find(one => one.here)
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-5">
      <PageHeader title="Settings" />
      <div className="flex flex-col gap-3">
        <div className="border-b">
          <ViewTabs label="Settings" views={shown} />
        </div>
        {group && (
          <nav aria-label={group.label} className="flex flex-wrap gap-x-1.5 sm:gap-y-1.5">
            {group.parts.map(one => (
              <Link
                key={one.href}
                href={one.href}
                scroll={false}
                aria-current={isHere(path, one.href) ? 'page' : undefined}
                className={cx(
                  'flex h-11 items-center rounded-md px-2.5 text-sm transition-colors duration-100 sm:h-8',
                  isHere(path, one.href)
                    ? 'bg-sunken font-medium text-ink'
                    : 'text-ink-2 hover:bg-sunken hover:text-ink',
                )}
              >
                {one.label}
              </Link>
            ))}
          </nav>
        )}
      </div>
      {children}
    </div>
  )
}
