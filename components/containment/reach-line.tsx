'use client'
import { Skeleton } from '@/components/ui/skeleton'
import type { Level } from '@/lib/containment/containment'
import { type Target, useReach } from './containments'

function Count({ value, one, many }: { value: number; one: string; many: string }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-ink-2 text-xs">{value === 1 ? one : many}</dt>
      <dd className="num font-semibold text-xl">{value.toLocaleString('en')}</dd>
    </div>
  )
}

/** What will stop, counted now, before anything is done. */
export function ReachLine({ target, level, ready }: { target: Target; level: Level; ready: boolean }) {
  const reach = useReach(target, level, ready)
  if (!ready) return null
  if (reach.isError)
    return <p className="text-ink-2 text-sm">What this reaches could not be counted. The switch works all the same.</p>
  if (!reach.data) return <Skeleton className="h-14 w-full" />
  const { agents, sessions, open_holds, waiting_calls, names } = reach.data
  return (
    <div className="rounded-md border border-contained-line bg-contained-soft px-4 py-3" aria-live="polite">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Count value={agents} one="agent" many="agents" />
        <Count value={sessions} one="session now" many="sessions now" />
        <Count value={open_holds} one="open approval" many="open approvals" />
        <Count value={waiting_calls} one="call waiting" many="calls waiting" />
      </dl>
      {names.length > 0 && (
        <p className="mt-2 truncate text-ink-2 text-xs">
          {names.join(', ')}
          {agents > names.length && ` and ${agents - names.length} more`}
        </p>
      )}
    </div>
  )
}
