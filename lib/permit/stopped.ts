import { type Containment, inForce, type Reachable, reaches } from '@/lib/containment/containment'
import type { Operation } from '@/lib/kernel/scale'

/** What of an allowed action decides whether a switch has ended it. */
export interface Standing {
  readonly operation: Operation
  readonly decided_at: Date
  /** People approved it themselves: what `guarded` asks for has been given. */
  readonly by_people: boolean
}

const ends = (one: Containment, operation: Operation) =>
  one.level === 'killed' || (one.level === 'quarantined' && operation !== 'read')

/**
 * Has a switch ended this decision? One that is in force and would not let it be asked for now; or a kill or quarantine
 * since it was decided, lifted or not: what was allowed before a kill is not brought back by lifting it (INV-25, K09, K13).
 */
export function stopped(all: readonly Containment[], reach: Reachable, standing: Standing): boolean {
  const now = inForce(all, reach)
  if (now && (now.level === 'paused' || ends(now, standing.operation))) return true
  if (now?.level === 'guarded' && !standing.by_people && standing.operation !== 'read') return true
  const decided = standing.decided_at.getTime()
  return all.some(one => one.from.getTime() >= decided && ends(one, standing.operation) && reaches(one.target, reach))
}

/** Is there a switch in its reach that is younger than the permit? Then it is asked for anew (K02). */
export function isStale(all: readonly Containment[], reach: Reachable, epoch: number): boolean {
  return all.some(one => one.epoch > epoch && one.level !== 'watched' && reaches(one.target, reach))
}
