import { Timer } from 'lucide-react'
import type { HoldDetail } from './hold'

/** How long it must have been before whoever approves, said where the verb is; nothing where no rule asks for it. */
export function ReadingTime({ hold }: { hold: HoldDetail }) {
  const seconds = hold.requirement.reading_seconds ?? null
  if (seconds === null) return null
  return (
    <p className="flex items-start gap-2 text-ink-2 text-sm">
      <Timer className="mt-0.5 size-4 shrink-0 text-held" aria-hidden />
      <span>
        Have it before you for <strong className="font-medium text-ink">{seconds} seconds</strong>, shown to its end. A
        quicker yes is refused.
      </span>
    </p>
  )
}
