import { Diff, Repeat2 } from 'lucide-react'
import Link from 'next/link'
import { Revealed } from '@/components/action/hostile-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { stateWord } from '@/components/ui/state-badge'
import { ChangedText } from './changed-text'
import { type AttemptDiff, type HoldDetail, isOpen } from './hold'

const ordinal = (n: number) => `${n}${n === 2 ? 'nd' : n === 3 ? 'rd' : 'th'}`

const mostShown = 4
/** Field by field what is different now; the arguments below show all of it. */
function Differences({ diff }: { diff: readonly AttemptDiff[] }) {
  if (diff.length === 0) return <p className="mt-1 text-ink-2">Nothing is different.</p>
  return (
    <ul className="mt-1.5 flex flex-col gap-0.5" aria-label="What is different">
      {diff.slice(0, mostShown).map(one => (
        <li key={one.path} className="[overflow-wrap:anywhere]">
          <code className="font-mono text-ink-2 text-xs">
            <Revealed text={one.path} />
          </code>
          <ChangedText before={one.before} after={one.after} />
        </li>
      ))}
      {diff.length > mostShown && <li className="text-ink-3 text-xs">and {diff.length - mostShown} more, below</li>}
    </ul>
  )
}

/** Much like what people approved before: what is different now, so that one changed digit is not passed over (U12). */
export function ApprovedBefore({ hold }: { hold: HoldDetail }) {
  const [last] = hold.approved_before
  if (!last || !isOpen(hold)) return null
  return (
    <div className="rounded-lg border bg-surface px-4 py-3 text-sm">
      <p className="flex flex-wrap items-center gap-2 font-medium">
        <Diff className="size-4 text-ink-3" aria-hidden />
        Against what was last approved
        <Link
          href={`/audit?subject=${last.action_id}`}
          className="ml-auto inline-flex min-h-6 shrink-0 items-center font-normal text-ink-2 text-xs underline underline-offset-2"
        >
          <RelativeTime at={last.at} />
        </Link>
      </p>
      <Differences diff={last.diff} />
    </div>
  )
}

/** Asked again: how often, what became of it before, and what is different now. */
export function Attempts({ hold }: { hold: HoldDetail }) {
  const [last] = hold.attempts
  if (!last) return null
  return (
    <div className="rounded-lg border border-held-line bg-held-soft px-4 py-3 text-sm">
      <p className="flex items-center gap-2 font-medium text-held">
        <Repeat2 className="size-4" aria-hidden />
        Asked again, {ordinal(hold.attempts.length + 1)} time
        <Link
          href={`/audit?subject=${last.action_id}`}
          className="ml-auto inline-flex min-h-6 shrink-0 items-center gap-x-1 font-normal text-xs underline underline-offset-2"
        >
          {stateWord(last.status).toLowerCase()} <RelativeTime at={last.at} />
        </Link>
      </p>
      <Differences diff={last.diff} />
    </div>
  )
}
