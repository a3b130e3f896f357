import {
  Ban,
  Check,
  CheckCheck,
  CircleDashed,
  CircleDot,
  Clock,
  Eye,
  EyeOff,
  GitCompare,
  type LucideIcon,
  Octagon,
  OctagonX,
  Pause,
  ShieldBan,
  ShieldHalf,
  Undo2,
  X,
} from 'lucide-react'
import { Badge, type Tone } from './badge'

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly word: string
}

/** Every state a screen can show: a colour, an icon and a word, always together. */
const states: Readonly<Record<string, Look>> = {
  pending: { tone: 'held', icon: Clock, word: 'Waiting' },
  held: { tone: 'held', icon: Clock, word: 'Waiting' },
  open: { tone: 'held', icon: Clock, word: 'Waiting' },
  frozen: { tone: 'contained', icon: Pause, word: 'Frozen' },
  deferred: { tone: 'held', icon: CircleDashed, word: 'Waiting for another action' },
  allowed: { tone: 'allowed', icon: Check, word: 'Allowed' },
  approved: { tone: 'allowed', icon: CheckCheck, word: 'Approved' },
  applied: { tone: 'allowed', icon: CheckCheck, word: 'Applied' },
  rejected: { tone: 'denied', icon: X, word: 'Rejected' },
  denied: { tone: 'denied', icon: Ban, word: 'Denied by rule' },
  failed: { tone: 'denied', icon: X, word: 'Failed' },
  expired: { tone: 'neutral', icon: CircleDashed, word: 'Expired' },
  cancelled: { tone: 'neutral', icon: Undo2, word: 'Withdrawn' },
  withdrawn: { tone: 'neutral', icon: Undo2, word: 'Withdrawn' },
  contained: { tone: 'contained', icon: OctagonX, word: 'Stopped' },
  watched: { tone: 'contained', icon: Eye, word: 'Watched' },
  guarded: { tone: 'contained', icon: ShieldHalf, word: 'Guarded' },
  observed: { tone: 'held', icon: EyeOff, word: 'Watching only' },
  paused: { tone: 'contained', icon: Pause, word: 'Paused' },
  quarantined: { tone: 'contained', icon: ShieldBan, word: 'Quarantined' },
  killed: { tone: 'contained', icon: OctagonX, word: 'Killed' },
  valid: { tone: 'allowed', icon: CircleDot, word: 'In force' },
  waiting: { tone: 'held', icon: Clock, word: 'Waiting' },
  declined: { tone: 'denied', icon: X, word: 'Not agreed to' },
  exhausted: { tone: 'neutral', icon: CircleDashed, word: 'Used up' },
  ended: { tone: 'neutral', icon: Octagon, word: 'Ended' },
  registered: { tone: 'neutral', icon: CircleDashed, word: 'Registered' },
  active: { tone: 'allowed', icon: CircleDot, word: 'Active' },
  retired: { tone: 'neutral', icon: Octagon, word: 'Retired' },
  revoked: { tone: 'neutral', icon: Ban, word: 'Revoked' },
  unclassified: { tone: 'held', icon: CircleDashed, word: 'Not classified' },
  classified: { tone: 'neutral', icon: Check, word: 'Classified' },
  drifted: { tone: 'drift', icon: GitCompare, word: 'Described otherwise' },
  succeeded: { tone: 'allowed', icon: Check, word: 'Succeeded' },
  unknown: { tone: 'held', icon: CircleDashed, word: 'Unknown' },
  rolled_back: { tone: 'drift', icon: Undo2, word: 'Rolled back' },
}

/** A state as colour, icon and word. An unknown state is shown by its own name, without colour. */
export function StateBadge({ state, word }: { state: string; word?: string }) {
  const look = states[state]
  return look ? (
    <Badge tone={look.tone} icon={look.icon}>
      {word ?? look.word}
    </Badge>
  ) : (
    <Badge>{word ?? state}</Badge>
  )
}

/** The word alone, for sentences. */
export function stateWord(state: string): string {
  return states[state]?.word ?? state
}
