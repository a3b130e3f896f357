import { AlertTriangle, ChevronDown, ChevronsUp, ChevronUp, type LucideIcon } from 'lucide-react'
import { Badge, type Tone } from '@/components/ui/badge'
import type { Risk } from './hold'

const looks: Record<Risk['level'], { tone: Tone; icon: LucideIcon; word: string }> = {
  low: { tone: 'neutral', icon: ChevronDown, word: 'Low risk' },
  medium: { tone: 'neutral', icon: ChevronUp, word: 'Medium risk' },
  high: { tone: 'held', icon: ChevronsUp, word: 'High risk' },
  critical: { tone: 'denied', icon: AlertTriangle, word: 'Critical risk' },
}

/** How risky, as a word; the reasons stand beside it. */
export function RiskBadge({ risk }: { risk: Risk }) {
  const look = looks[risk.level]
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {look.word}
    </Badge>
  )
}

/** How many reasons a line has room for. */
export const reasonsInLine = 3

/** The two or three reasons, in one line. */
export function riskReasons(risk: Risk, most = reasonsInLine): string {
  return risk.reasons.slice(0, most).join(' · ')
}
