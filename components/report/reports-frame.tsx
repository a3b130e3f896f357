'use client'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useMay } from '@/components/data/me'
import { PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { ViewTabs } from '@/components/ui/view-tabs'
import { NamingBanner } from './naming-banner'
import { useNaming } from './reports'

const choices = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
]

/** How far back a report looks. */
export function DaysChoice({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  return (
    <Select
      label="How far back"
      value={String(days)}
      onChange={value => onChange(Number(value))}
      choices={choices}
      className="w-28"
    />
  )
}

/** The head of every report: which there are for this person, and whether people are named. */
export function ReportsFrame({ children, about }: { children: ReactNode; about: string }) {
  const path = usePathname()
  const leads = useMay('report.read')
  const tests = useMay('report.canary')
  const naming = useNaming()
  const views = [
    { href: '/reports', label: 'My decisions' },
    ...(leads ? [{ href: '/reports/teams', label: 'Teams' }] : []),
    { href: '/reports/agents', label: 'My agents' },
    ...(tests ? [{ href: '/reports/tests', label: 'Test requests' }] : []),
  ]
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-5">
      <PageHeader title="Reports" about={about} />
      <div className="border-b">
        <ViewTabs label="Reports" views={views.map(one => ({ ...one, here: path === one.href }))} />
      </div>
      <NamingBanner naming={naming.data?.naming} />
      {children}
    </div>
  )
}
