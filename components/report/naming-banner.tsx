'use client'
import { Eye } from 'lucide-react'
import { RelativeTime } from '@/components/ui/relative-time'
import type { Naming } from './reports'

/** Says to everybody that reports name people now, who let them, and why. */
export function NamingBanner({ naming }: { naming: Naming | undefined }) {
  if (!naming) return null
  return (
    <section
      aria-label="Reports name people"
      className="flex items-start gap-2 rounded-md border border-held-line bg-held-soft px-3 py-2 text-held text-sm"
    >
      <Eye className="mt-0.5 size-4 shrink-0" aria-hidden />
      <p className="min-w-0">
        <strong className="font-semibold">Reports name people</strong> to those who lead a team.{' '}
        <bdi>{naming.enabled_by.name ?? 'An administrator'}</bdi> allowed it <RelativeTime at={naming.enabled_at} />: “
        <bdi>{naming.reason}</bdi>”
      </p>
    </section>
  )
}
