'use client'
import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import type { z } from 'zod'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { canaryLabel } from '@/lib/report/answers'

type Label = z.output<typeof canaryLabel>

const how = {
  caught: 'It was caught: somebody rejected it.',
  missed: 'It was approved. Nothing was carried out.',
  undecided: 'Nobody decided it.',
} as const

/** Once an approval has ended: that it was a test, what was wrong with it, and whether it was caught. */
export function CanaryNote({ hold }: { hold: string }) {
  const label = useQuery({
    queryKey: keys.part('hold', hold, 'canary'),
    queryFn: ({ signal }) => call<Label>(`/api/console/reports/canaries/of/${hold}`, { signal }),
  })
  const canary = label.data?.canary
  if (!canary) return null
  return (
    <section
      aria-label="This was a test"
      className="flex items-start gap-2 rounded-md border border-drift-line bg-drift-soft px-3 py-2 text-drift text-sm"
    >
      <FlaskConical className="mt-0.5 size-4 shrink-0" aria-hidden />
      <p className="min-w-0">
        <strong className="font-semibold">This was a test request.</strong> {canary.wrong} {how[canary.outcome]}
      </p>
    </section>
  )
}
