'use client'
import { useQuery } from '@tanstack/react-query'
import { Stamp } from 'lucide-react'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { CopyId } from '@/components/ui/copy-id'
import { RelativeTime } from '@/components/ui/relative-time'

interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: string
  readonly note: string
  readonly at: string
}

/** The newest signed head of the log. Whoever keeps it can prove later that nothing before it was changed. */
export function CheckpointCard() {
  const checkpoint = useQuery({
    queryKey: keys.one('audit', 'checkpoint'),
    queryFn: ({ signal }) => call<Checkpoint>('/api/console/audit/checkpoint', { signal }),
    retry: false,
  })
  const found = checkpoint.data
  if (!found) return null
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 rounded-lg border bg-surface px-4 py-2.5 text-sm">
      <span className="flex items-center gap-2">
        <Stamp className="size-4 text-accent" aria-hidden />
        Sealed: <strong className="num font-semibold">{found.size.toLocaleString('en')}</strong> entries
        <RelativeTime at={found.at} className="text-ink-3 text-xs" />
      </span>
      <span className="flex min-w-0 items-center gap-1 text-ink-3 text-xs">
        root <CopyId value={found.root} short />
      </span>
      <span className="ml-auto flex min-w-0 items-center gap-1.5 text-ink-3 text-xs max-md:hidden">
        check an export: <CopyId value="holdpoint verify FILE" />
      </span>
    </div>
  )
}
