'use client'
import { usePathname } from 'next/navigation'
import { ViewTabs } from '@/components/ui/view-tabs'

const views = [
  { href: '/tools', label: 'Catalogue' },
  { href: '/tools/servers', label: 'MCP servers' },
]

/** The tools themselves, and the servers that Holdpoint stands in front of. */
export function ToolsTabs() {
  const path = usePathname()
  return (
    <div className="border-b">
      <ViewTabs label="Tools" views={views.map(one => ({ ...one, here: path === one.href }))} />
    </div>
  )
}
