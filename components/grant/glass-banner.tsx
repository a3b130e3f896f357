'use client'
import { Siren } from 'lucide-react'
import Link from 'next/link'
import { useList } from '@/components/data/list'
import { RelativeTime } from '@/components/ui/relative-time'
import type { GrantItem } from './grants'

/** While a glass is broken everybody sees it: for whom, why, until when. */
export function GlassBanner() {
  const { data } = useList<GrantItem>('grant', 'grants', { show: 'live', kind: 'break_glass' })
  const [first] = data?.items ?? []
  if (!first?.expires_at) return null
  return (
    <section aria-label="Emergency permission in force">
      <Link
        href={`/grants/${first.id}`}
        className="flex min-h-9 items-center gap-2 border-denied-line border-b bg-denied-soft px-4 py-1.5 text-denied text-sm hover:underline focus-visible:-outline-offset-2"
      >
        <Siren className="size-4 shrink-0" aria-hidden />
        <span className="min-w-0 truncate">
          <strong className="font-semibold">
            Glass broken for <bdi>{first.agent.name}</bdi>
          </strong>
          , ends <RelativeTime at={first.expires_at} />
          <span className="hidden sm:inline">
            {' '}
            · “<bdi>{first.reason}</bdi>”
          </span>
        </span>
      </Link>
    </section>
  )
}
