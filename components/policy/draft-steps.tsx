import { Check, CircleDashed, Hand, X } from 'lucide-react'
import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import type { Draft } from './drafts'

/** Where a draft stands on its way into force. `ok` is null while it is being checked. */
export function DraftSteps({ draft, dirty, ok }: { draft: Draft; dirty: boolean; ok: boolean | null }) {
  const proposed = !dirty && draft.status === 'proposed'
  const published = !dirty && draft.status === 'published'
  return (
    <ol aria-label="Where it stands" className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <li>
        <Badge tone="accent" icon={Check}>
          {dirty ? 'Draft, not saved' : 'Draft'}
        </Badge>
      </li>
      <li aria-live="polite">
        {ok === null ? (
          <Badge icon={CircleDashed}>Checking…</Badge>
        ) : ok ? (
          <Badge tone="allowed" icon={Check}>
            Checked
          </Badge>
        ) : (
          <Badge tone="denied" icon={X}>
            Has errors
          </Badge>
        )}
      </li>
      <li>
        {proposed || published ? (
          <Link href={`/approvals/${draft.hold_id}`} aria-label="Proposed: to its approval">
            <Badge tone={published ? 'allowed' : 'held'} icon={published ? Check : Hand}>
              Proposed
            </Badge>
          </Link>
        ) : (
          <Badge icon={CircleDashed}>Not proposed</Badge>
        )}
      </li>
      <li>
        {published ? (
          <Badge tone="allowed" icon={Check}>
            Published
          </Badge>
        ) : (
          <Badge icon={CircleDashed}>Not published</Badge>
        )}
      </li>
    </ol>
  )
}
