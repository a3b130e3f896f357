'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call, type Page } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { toast } from '@/components/ui/toast'
import { restoreVersion } from './drafts'
import { VersionDiff } from './version-diff'

interface Version {
  readonly version: number
  readonly digest: string
  readonly note: string
  readonly hold_id: string | null
  readonly published_at: string
}

/** Every policy that was ever in force, newest first, with the approval that put it there; any two compared, any restored. */
export function PolicyVersions({ current }: { current: number }) {
  const router = useRouter()
  const may = useMay('policy.propose')
  const [comparing, setComparing] = useState<number | null>(null)
  const [restoring, setRestoring] = useState<number | null>(null)
  const versions = useQuery({
    queryKey: keys.list('policy', { of: 'versions' }),
    queryFn: ({ signal }) => call<Page<Version>>('/api/console/policy/versions', { signal }),
  })
  const restore = useSubmit(
    (note: string) => restoreVersion(restoring ?? 0, note),
    ({ hold_id }) => {
      toast('Proposed: a second person decides')
      router.push(`/approvals/${hold_id}`)
    },
  )
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
            <span className="min-w-0 flex-1 basis-40 text-ink-2 [overflow-wrap:anywhere]">
              {one.note || 'No note was given.'}
            </span>
            {one.hold_id && (
              <Link href={`/approvals/${one.hold_id}`} className="underline underline-offset-2">
                Its approval
              </Link>
            )}
            {items.length > 1 && (
              <Button look="quiet" size="sm" onClick={() => setComparing(one.version)}>
                Compare<span className="sr-only"> version {one.version}</span>…
              </Button>
            )}
            {may && one.version !== current && (
              <Button size="sm" onClick={() => setRestoring(one.version)}>
                Restore<span className="sr-only"> version {one.version}</span>…
              </Button>
            )}
            <CopyId value={one.digest} short />
            <RelativeTime at={one.published_at} className="w-24 text-right text-ink-3 text-xs" />
          </li>
        ))}
      </ol>
      {comparing !== null && (
        <VersionDiff
          numbers={items.map(one => one.version)}
          first={comparing === current ? (items.find(one => one.version !== current)?.version ?? current) : comparing}
          second={current}
          onClose={() => setComparing(null)}
        />
      )}
      {restoring !== null && (
        <ReasonDialog
          title={`Restore version ${restoring}?`}
          description={`A second person decides. Its text is then published anew, as the version after ${current}; nothing in between is lost.`}
          verb="Propose"
          busy={restore.busy}
          problem={restore.error?.message ?? ''}
          onSend={note => void restore.run(note)}
          onClose={() => setRestoring(null)}
        />
      )}
    </Section>
  )
}
