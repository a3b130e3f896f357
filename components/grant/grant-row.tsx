import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateBadge } from '@/components/ui/state-badge'
import { type GrantItem, kindWord } from './grants'

/** One standing approval in a list. */
export function GrantRow({ grant }: { grant: GrantItem }) {
  const [first] = grant.lines
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <span className="w-28 shrink-0 pt-px">
        <StateBadge state={grant.status} />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">
          <Link href={`/grants/${grant.id}`} className="hover:underline">
            <bdi>{first?.sentence ?? 'Nothing'}</bdi>
            {grant.lines.length > 1 && ` and ${grant.lines.length - 1} more`}
          </Link>
        </p>
        <p className="text-ink-2 text-sm">
          <bdi>{grant.agent.name}</bdi> · {kindWord(grant.kind)}
          {grant.why && ` · ended: ${grant.why}`}
        </p>
        <p className="text-ink-3 text-xs">
          “<bdi>{grant.reason}</bdi>”
        </p>
      </div>
      <p className="shrink-0 text-ink-3 text-xs">
        {grant.expires_at ? (
          <>
            {grant.status === 'valid' ? 'ends ' : 'until '}
            <RelativeTime at={grant.expires_at} />
          </>
        ) : (
          <Link href={`/approvals/${grant.hold_id}`} className="text-held underline underline-offset-2">
            Open the approval
          </Link>
        )}
      </p>
    </li>
  )
}
