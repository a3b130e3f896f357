import { Badge } from '@/components/ui/badge'
import { effects } from './proof-words'

/** A decision as a badge: colour, icon and word. */
export function Effect({ effect }: { effect: string }) {
  const shown = effects[effect]
  return shown ? (
    <Badge tone={shown.tone} icon={shown.icon}>
      {shown.word}
    </Badge>
  ) : (
    <Badge>{effect}</Badge>
  )
}
