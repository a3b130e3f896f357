'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { call, type Page } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { CopyId } from '@/components/ui/copy-id'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'

interface Version {
  readonly version: number
  readonly digest: string
  readonly note: string
  readonly hold_id: string | null
  readonly published_at: string
}

/** Every policy that was ever in force, newest first, with the approval that put it there. */
export function PolicyVersions({ current }: { current: number }) {
  const versions = useQuery({
    queryKey: keys.list('policy', { of: 'versions' }),
    queryFn: ({ signal }) => call<Page<Version>>('/api/console/policy/versions', { signal }),
  })
  const items = versions.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Section title="Versions">
      <ol className="divide-y">
        {items.map(one => (
          <li key={one.version} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
            <span className="num w-24 shrink-0 font-medium">
              Version {one.version}
              {one.version === current && <span className="block font-normal text-allowed text-xs">in force</span>}
            </span>
            <span className="min-w-0 flex-1 basis-40 text-ink-2">{one.note || 'No note was given.'}</span>
            {one.hold_id && (
              <Link href={`/approvals/${one.hold_id}`} className="underline underline-offset-2">
                Its approval
              </Link>
            )}
            <CopyId value={one.digest} short />
            <RelativeTime at={one.published_at} className="w-24 text-right text-ink-3 text-xs" />
          </li>
        ))}
      </ol>
    </Section>
  )
}
