import type { Containment, Level } from './containment'

const undoSeconds = 60

/** How a switch is lifted by this person: at once, by a second person too, or not by them. */
export type Lifting = 'at_once' | 'two_people' | 'forbidden'

/** What counts when someone wants to lift: who they are to what is contained. */
export interface Lifter {
  readonly id: string
  /** Holds the permission to lift, where the target belongs. */
  readonly may_lift: boolean
  /** Owns what is contained. */
  readonly is_owner: boolean
  /** The only person who could; then they lift their own (shown as self). */
  readonly alone: boolean
}

/** Does a switch of this level answer what is open, and so need two people, or a fresh sign-in? */
export const isGrave = (level: Level) => level === 'quarantined' || level === 'killed'

/**
 * The lifting rules. Watched, guarded and paused: at once by one who is not the owner, or within 60 seconds by who threw it.
 * Quarantined and killed: the proposer, who is not the owner (K05), is one of two people; the other is nobody on the agent's side.
 */
export function lifting(containment: Pick<Containment, 'level' | 'by_id' | 'from'>, who: Lifter, now: Date): Lifting {
  if (isGrave(containment.level)) {
    if (!who.may_lift) return 'forbidden'
    return who.is_owner && !who.alone ? 'forbidden' : 'two_people'
  }
  const own = containment.by_id === who.id && now.getTime() - containment.from.getTime() <= undoSeconds * 1_000
  if (own) return 'at_once'
  return who.may_lift && (!who.is_owner || who.alone) ? 'at_once' : 'forbidden'
}
