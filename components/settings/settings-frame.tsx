'use client'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useMay } from '@/components/data/me'
import { PageHeader } from '@/components/ui/page-header'
import { ViewTabs } from '@/components/ui/view-tabs'

const all = [
  { href: '/settings', label: 'Organisation', needs: null },
  { href: '/settings/people', label: 'People', needs: 'members.read' },
  { href: '/settings/teams', label: 'Teams', needs: null },
  { href: '/settings/applications', label: 'Applications', needs: null },
  { href: '/settings/on-call', label: 'On call', needs: null },
  { href: '/settings/escalation', label: 'Escalation', needs: null },
  { href: '/settings/resources', label: 'Resource patterns', needs: null },
  { href: '/settings/channels', label: 'Channels', needs: 'settings.write' },
  { href: '/settings/notices', label: 'How I am told', needs: null },
  { href: '/settings/sign-ins', label: 'My sign-ins', needs: null },
  { href: '/settings/passkeys', label: 'My passkeys', needs: null },
] as const

/** A part may have pages of its own; the first part has none. */
const isHere = (path: string, href: string): boolean =>
  path === href || (href !== '/settings' && path.startsWith(`${href}/`))

/** The parts of the settings, each with an address of its own. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const path = usePathname()
  const may = { 'members.read': useMay('members.read'), 'settings.write': useMay('settings.write') }
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-5">
      <PageHeader title="Settings" />
      <div className="border-b">
        <ViewTabs
          label="Settings"
          views={all
            .filter(one => one.needs === null || may[one.needs])
            .map(one => ({ href: one.href, label: one.label, here: isHere(path, one.href) }))}
        />
      </div>
      {children}
    </div>
  )
}
