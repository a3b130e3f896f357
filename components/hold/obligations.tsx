import { Check, CircleDashed, type LucideIcon, X } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import type { KeptObligation } from './hold'

const looks: Record<string, { icon: LucideIcon; word: string; tone: string }> = {
  done: { icon: Check, word: 'done', tone: 'text-ink-2' },
  failed: { icon: X, word: 'failed', tone: 'text-denied' },
  missing: { icon: X, word: 'not reported', tone: 'text-denied' },
  waiting: { icon: CircleDashed, word: 'not reported yet', tone: 'text-ink-3' },
}

/** How a rule narrowed it, and what must be done with it, with what the agent reported of each. */
export function Obligations({ narrowed, kept }: { narrowed: readonly string[]; kept: readonly KeptObligation[] }) {
  if (narrowed.length === 0 && kept.length === 0) return null
  return (
    <div className="flex min-w-0 flex-col gap-0.5 text-xs">
      {narrowed.length > 0 && (
        <p className="text-ink-2 [overflow-wrap:anywhere]">
          Narrowed by rule: <Revealed text={narrowed.join(', ')} />
        </p>
      )}
      {kept.length > 0 && (
        <ul aria-label="Must also be done">
          {kept.map(one => {
            const look = looks[one.state ?? 'waiting'] ?? { icon: CircleDashed, word: '', tone: '' }
            return (
              <li key={one.id} className={`flex flex-wrap items-center gap-1 ${look.tone}`}>
                <look.icon className="size-3.5 shrink-0" aria-hidden />
                <Revealed text={one.sentence} />: {look.word}
                {one.note && (
                  <span className="min-w-0 [overflow-wrap:anywhere]">
                    (<Revealed text={one.note} />)
                  </span>
                )}
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
