'use client'
import { EyeOff } from 'lucide-react'
import Link from 'next/link'
import { ClockTime } from '@/components/ui/clock-time'
import { RelativeTime } from '@/components/ui/relative-time'
import { useObserving } from './enforcement'

/** If policy is not enforced for somebody: whom, until when, since when, by whom. On every page. */
export function ObservingBanner() {
  const { data } = useObserving()
  const [first, ...others] = data?.items ?? []
  if (!first) return null
  const place = first.target.type === 'agent' ? `/agents/${first.target.id}#enforcement` : '/settings/teams'
  return (
    <section aria-label="Watching only">
      <Link
        href={place}
        className="flex min-h-9 items-center gap-2 border-held-line border-b bg-held-soft px-4 py-1.5 text-held text-sm hover:underline focus-visible:-outline-offset-2"
      >
        <EyeOff className="size-4 shrink-0" aria-hidden />
        <span className="min-w-0 truncate">
          <strong className="font-semibold">
            Watching only: {first.target.type === 'team' && 'team '}
            <bdi>{first.target.name}</bdi>
          </strong>
          , until <ClockTime at={first.until} />
          <span className="hidden sm:inline">
            , since <RelativeTime at={first.since} />, by {first.by.name}
          </span>
        </span>
        {others.length > 0 && <span className="ml-auto shrink-0 text-xs">and {others.length} more</span>}
      </Link>
    </section>
  )
}
