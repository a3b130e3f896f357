'use client'
import { OctagonX } from 'lucide-react'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { stateWord } from '@/components/ui/state-badge'
import { levels } from '@/lib/containment/containment'
import { useContainments } from './containments'
import { targetName } from './words'

/** If anything is contained: what, by whom, since when. The strictest first. */
export function ContainmentBanner() {
  const { data } = useContainments('in_force')
  const all = [...(data?.items ?? [])].sort((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level))
  const [first] = all
  if (!first) return null
  return (
    <section aria-label="Containment in force">
      <Link
        href="/containment"
        className="flex min-h-9 items-center gap-2 border-contained-line border-b bg-contained-soft px-4 py-1.5 text-contained text-sm hover:underline focus-visible:-outline-offset-2"
      >
        <OctagonX className="size-4 shrink-0" aria-hidden />
        <span className="min-w-0 truncate">
          <strong className="font-semibold">
            {targetName(first.target)}: {stateWord(first.level).toLowerCase()}
          </strong>{' '}
          by {first.by.name} <RelativeTime at={first.at} />
          <span className="hidden sm:inline">
            {' '}
            · “<bdi>{first.reason}</bdi>”
          </span>
        </span>
        {all.length > 1 && <span className="ml-auto shrink-0 text-xs">and {all.length - 1} more</span>}
      </Link>
    </section>
  )
}
