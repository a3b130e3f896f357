'use client'
import { useRef } from 'react'
import { useMe } from '@/components/data/me'
import { PageHeader } from '@/components/ui/page-header'
import { ViewTabs } from '@/components/ui/view-tabs'
import { ClosedList } from './closed-list'
import { Queue } from './queue'
import { QueueFilters, useQueueFilters } from './queue-filters'

/** The queue of approvals. It opens on what I may decide. */
export function ApprovalsPage() {
  const counts = useMe().data?.counts
  const { status, who } = useQueueFilters()
  const search = useRef<HTMLInputElement>(null)
  const view = status === 'closed' ? 'closed' : who
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4">
      <PageHeader title="Approvals" />
      <div className="flex flex-col-reverse gap-3 md:flex-row md:items-end md:justify-between md:border-b">
        <div className="min-w-0">
          <ViewTabs
            label="Which approvals"
            views={[
              { href: '/approvals', label: 'For me', here: view === 'mine', count: counts?.my_holds },
              { href: '/approvals?who=all', label: 'All open', here: view === 'all', count: counts?.open_holds },
              { href: '/approvals?status=closed', label: 'Closed', here: view === 'closed' },
            ]}
          />
        </div>
        <div className="md:pb-2">
          <QueueFilters searchRef={search} />
        </div>
      </div>
      {view === 'closed' ? <ClosedList /> : <Queue onSearch={() => search.current?.focus()} />}
    </div>
  )
}
