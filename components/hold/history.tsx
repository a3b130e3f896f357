import { Revealed } from '@/components/action/hostile-text'
import { RelativeTime } from '@/components/ui/relative-time'
import type { HoldDetail } from './hold'

/** Everything that happened to this approval, oldest first. */
export function History({ hold }: { hold: HoldDetail }) {
  return (
    <ol className="flex flex-col gap-1.5 px-4 py-3">
      {hold.timeline.map(one => (
        <li key={`${one.at} ${one.type}`} className="flex items-baseline gap-3 text-sm">
          <RelativeTime at={one.at} className="w-24 shrink-0 text-ink-3 text-xs" />
          <span className="min-w-0 flex-1">
            <Revealed text={one.text} />
            {one.by && <span className="text-ink-3"> · {one.by.name}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}
