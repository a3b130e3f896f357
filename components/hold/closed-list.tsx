'use client'
import { History } from 'lucide-react'
import Link from 'next/link'
import { said } from '@/components/data/answer'
import type { CsvColumn } from '@/components/data/csv'
import { ExportButton } from '@/components/data/export-button'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { SkeletonRows } from '@/components/ui/skeleton'
import { StateBadge } from '@/components/ui/state-badge'
import type { HoldItem } from './hold'
import { useClosedHolds } from './holds'
import { useQueueFilters } from './queue-filters'
import { Title } from './title'

const columns: readonly CsvColumn<HoldItem>[] = [
  { head: 'Id', of: one => one.id },
  { head: 'What', of: one => one.title.replaceAll('`', '') },
  { head: 'Agent', of: one => one.agent?.name },
  { head: 'Owner', of: one => one.owner?.name },
  { head: 'Tool', of: one => one.tool },
  { head: 'Operation', of: one => one.operation },
  { head: 'Risk', of: one => one.risk.level },
  { head: 'State', of: one => one.status },
  { head: 'Decided by', of: one => one.decided_by?.name },
  { head: 'Self', of: one => one.self },
  { head: 'Opened', of: one => one.opened_at },
  { head: 'Decided', of: one => one.decided_at },
]

function ClosedRow({ hold }: { hold: HoldItem }) {
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken/70">
      <div className="min-w-0 flex-1 basis-72 max-sm:basis-full">
        <Link
          href={`/approvals/${hold.id}`}
          prefetch={false}
          className="line-clamp-2 font-medium sm:line-clamp-1 after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
        >
          <Title text={hold.title} />
        </Link>
        <p className="mt-0.5 truncate text-ink-3 text-xs">
          {hold.agent ? <bdi>{hold.agent.name}</bdi> : 'Change'}
          {hold.tool && <code className="ml-2 font-mono">{hold.tool}</code>}
        </p>
      </div>
      <span className="flex min-w-0 items-center gap-2 text-ink-2 text-xs sm:w-60">
        <StateBadge state={hold.status} />
        <span className="min-w-0 truncate">
          {hold.decided_by?.name}
          {hold.self && ' (self)'}
        </span>
      </span>
      <RelativeTime
        at={hold.decided_at ?? hold.expires_at}
        className="text-right text-ink-3 text-xs max-sm:ml-auto sm:w-24"
      />
    </li>
  )
}

/** What has been decided, newest first. */
export function ClosedList() {
  const { q, agent, tool, risk, filtered } = useQueueFilters()
  const asked = { q, agent: agent ?? undefined, tool: tool ?? undefined, risk: risk ?? undefined }
  const holds = useClosedHolds(asked)
  if (holds.isPending) return <SkeletonRows />
  if (holds.isError) return <ErrorState {...said(holds.error)} onRetry={() => void holds.refetch()} />
  const items = holds.data.pages.flatMap(page => page.items)
  if (items.length === 0) {
    return (
      <div className="rounded-lg border bg-surface">
        <EmptyState
          icon={History}
          title={filtered ? 'No closed approval matches these filters' : 'Nothing has been decided yet'}
        >
          What was approved, rejected, withdrawn or left to expire stays here, with who decided and what the agent was
          told.
        </EmptyState>
      </div>
    )
  }
  return (
    <div className="flex flex-col items-center gap-3">
      <span className="-my-1 self-end max-sm:hidden">
        <ExportButton path="holds" filters={{ ...asked, status: 'closed' }} columns={columns} name="closed-approvals" />
      </span>
      <ol aria-label="Closed approvals" className="w-full divide-y overflow-hidden rounded-lg border bg-surface">
        {items.map(hold => (
          <ClosedRow key={hold.id} hold={hold} />
        ))}
      </ol>
      {holds.hasNextPage && (
        <Button onClick={() => void holds.fetchNextPage()} busy={holds.isFetchingNextPage}>
          Show older
        </Button>
      )}
    </div>
  )
}
