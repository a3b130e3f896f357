import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx'

export type Tone = 'neutral' | 'accent' | 'held' | 'allowed' | 'denied' | 'contained' | 'drift'

const tones: Record<Tone, string> = {
  neutral: 'border-line bg-sunken text-ink-2',
  accent: 'border-transparent bg-accent-soft text-accent',
  held: 'border-held-line bg-held-soft text-held',
  allowed: 'border-allowed-line bg-allowed-soft text-allowed',
  denied: 'border-denied-line bg-denied-soft text-denied',
  contained: 'border-contained-line bg-contained-soft text-contained',
  drift: 'border-drift-line bg-drift-soft text-drift',
}

/** A small fact. A tone is meaning, so it always comes with words, and semantic ones with an icon. */
export function Badge({
  tone = 'neutral',
  icon: Icon,
  children,
  className,
}: {
  tone?: Tone
  icon?: LucideIcon
  children: ReactNode
  className?: string
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5 max-w-full items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 font-medium text-2xs',
        tones[tone],
        className,
      )}
    >
      {Icon && <Icon className="size-3 shrink-0" strokeWidth={2.25} aria-hidden />}
      <span className="truncate">{children}</span>
    </span>
  )
}
