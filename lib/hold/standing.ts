import { type Containment, endedSince, inForce, pauses, type Reachable } from '@/lib/containment/containment'
import { longestSeconds } from './extension'

/*
 * A hold as it is stored, and what it is right now:
 *
 *   stored     what has happened                     standing
 *   pending    nothing                               open
 *   pending    a pause reaches it                    frozen   (reject, ask, pass, cancel work; approve does not)
 *   pending    its time is up                        over: expired
 *   pending    a kill or quarantine since it opened  over: contained (for ever, also when lifted)
 *   others     decided                               closed
 */
export type Standing =
  | { readonly is: 'open'; readonly expires_at: Date }
  | { readonly is: 'frozen'; readonly since: Date; readonly expires_at: Date }
  | { readonly is: 'over'; readonly as: 'expired' | 'contained'; readonly by: Containment | null }
  | { readonly is: 'closed' }

/** What standing asks of a hold. `reach` is null for changes: no switch reaches them. */
export interface Timed {
  readonly status: string
  readonly opened_at: Date
  readonly expires_at: Date
  readonly epoch: number
  readonly reach: Reachable | null
}

/** Milliseconds of the union of intervals, each cut to begin at `from`. */
export function unionLength(intervals: readonly { from: Date; to: Date }[], from: Date): number {
  const cut = intervals
    .map(one => ({ from: Math.max(one.from.getTime(), from.getTime()), to: one.to.getTime() }))
    .filter(one => one.to > one.from)
    .sort((a, b) => a.from - b.from)
  let total = 0
  let end = Number.NEGATIVE_INFINITY
  for (const one of cut) {
    total += Math.max(0, one.to - Math.max(end, one.from))
    end = Math.max(end, one.to)
  }
  return total
}

/**
 * When the hold really ends: the row's time plus what pauses took, so that it gets back exactly its remaining time.
 * Overlapping pauses count once, a pause after the end gives nothing, and the total age stays within seven days.
 */
export function expiresAt(hold: Timed, all: readonly Containment[], now: Date): Date {
  if (!hold.reach) return hold.expires_at
  const frozen = pauses(all, hold.reach, now)
  let end = hold.expires_at.getTime()
  // Each given-back second may let a further pause reach the hold: repeat until nothing is added.
  for (let before = -1; before !== end; ) {
    before = end
    const counted = frozen.filter(one => one.from.getTime() < end)
    end = hold.expires_at.getTime() + unionLength(counted, hold.opened_at)
  }
  const limit = Math.max(hold.expires_at.getTime(), hold.opened_at.getTime() + longestSeconds * 1_000)
  return new Date(Math.min(end, limit))
}

/** What the hold is at `now`. Every rule and every guarded write asks this; the stored state alone never suffices. */
export function standing(hold: Timed, all: readonly Containment[], now: Date): Standing {
  if (hold.status !== 'pending') return { is: 'closed' }
  if (hold.reach) {
    const end = endedSince(all, hold.reach, hold.epoch)
    if (end) return { is: 'over', as: 'contained', by: end }
  }
  const expires = expiresAt(hold, all, now)
  if (expires.getTime() <= now.getTime()) return { is: 'over', as: 'expired', by: null }
  const pause = hold.reach
    ? inForce(
        all.filter(one => one.level === 'paused'),
        hold.reach,
      )
    : null
  return pause ? { is: 'frozen', since: pause.from, expires_at: expires } : { is: 'open', expires_at: expires }
}
