import { mayEverywhere, mayIn, type Permission, type SignedIn } from '@/lib/access/permission'
import type { Level, Target } from '@/lib/containment/containment'
import { Refused } from '@/lib/kernel/problem'
import type { Reader } from '@/server/db/tx'
import { type Home, homeOf } from './switch-store'

const holds = (person: SignedIn, permission: Permission, home: Home) =>
  home.team_id === null ? mayEverywhere(person, permission) : mayIn(person, permission, home.team_id)

const answersFor = (person: SignedIn, home: Home) => home.owner === person.id || home.backup === person.id

/** Who sees that a target is contained: everybody for what is everybody's, else its team and those who answer for it. */
export function seesTarget(person: SignedIn, home: Home): boolean {
  return home.team_id === null || mayIn(person, 'containment.read', home.team_id) || answersFor(person, home)
}

/** Finds a target that this person may see. @throws Refused `request.not_found`, the same for hidden and missing. */
export async function visibleTarget(db: Reader, person: SignedIn, target: Target): Promise<Home> {
  const home = await homeOf(db, target)
  if (!home || !seesTarget(person, home)) throw new Refused('request.not_found')
  return home
}

/**
 * May this person throw this switch? Who contains may throw any, where the target belongs. Whoever may decide an agent's
 * holds, its owner and its backup may pause it, or one of its sessions. @throws Refused `request.forbidden`
 */
export function demandMayContain(person: SignedIn, target: Target, level: Level, home: Home): void {
  if (holds(person, 'containment.contain', home)) return
  const narrow = target.type === 'agent' || target.type === 'session' || target.type === 'instance'
  const near = answersFor(person, home) || (home.team_id !== null && mayIn(person, 'hold.review', home.team_id))
  if (narrow && level === 'paused' && near) return
  throw new Refused('request.forbidden', narrow && near ? 'You may pause this agent, not more.' : undefined)
}

/** Holds the permission to lift, where the target belongs? */
export function mayLift(person: SignedIn, home: Home): boolean {
  return holds(person, 'containment.lift', home)
}
