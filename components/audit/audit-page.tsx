'use client'
import { Download, ScrollText } from 'lucide-react'
import { parseAsString, useQueryStates } from 'nuqs'
import { Allowed } from '@/components/data/allowed'
import { List, useList } from '@/components/data/list'
import { buttonClass } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { CheckpointCard } from './checkpoint-card'
import type { LoggedEvent } from './event'
import { EventTable } from './event-table'
import { RegressionNotice } from './regression-notice'

/** `hold` is all about holds, `hold.approved` one kind; anything else is not a type yet, only half of one. */
const typeForm = /^[a-z_]+(\.[a-z_]+)?$/

function Log() {
  const [filters, set] = useQueryStates({
    type: parseAsString.withDefault(''),
    subject: parseAsString.withDefault(''),
  })
  const events = useList<LoggedEvent>('audit', 'audit', {
    type: typeForm.test(filters.type) ? filters.type : undefined,
    subject: filters.subject,
    limit: 100,
  })
  const filtered = Boolean(filters.type || filters.subject)
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4">
      <PageHeader
        title="Audit"
        about="Every change, recorded in the transaction that made it, then numbered and sealed. It can only grow."
        actions={
          <a href="/api/console/audit/export" download className={buttonClass('neutral', 'md')}>
            <Download aria-hidden /> Export
          </a>
        }
      />
      <RegressionNotice />
      <CheckpointCard />
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label="Type of event"
          placeholder="Type: hold, hold.approved…"
          value={filters.type}
          onChange={type => void set({ type: type || null })}
        />
        <SearchField
          label="About whom or what"
          placeholder="Any id"
          value={filters.subject}
          onChange={subject => void set({ subject: subject || null })}
        />
      </div>
      <List
        list={events}
        empty={
          <EmptyState
            icon={ScrollText}
            title={filtered ? 'No entry matches these filters' : 'Nothing has been recorded yet'}
          />
        }
      >
        {items => <EventTable events={items} onSubject={subject => void set({ subject })} />}
      </List>
    </div>
  )
}

/** Everything that happened, newest first, and the proof that nothing was taken out. */
export function AuditPage() {
  return (
    <Allowed
      permission="audit.read"
      title="The log is for others here"
      who="Administrators, governors and auditors read it. What happened to one approval stands on its own page."
    >
      <Log />
    </Allowed>
  )
}
