import { conflict, eligibility, isDecidable, type Side } from './conflict'
import { isAsked, isConfirmer, type Person, type Requirement, rejectsNeeded } from './requirement'

/**
 * Do these rejects end it? One does, unless the requirement asks for more; the asking side takes back what it asked at any
 * time, and whoever it is for says that it is not. Where too few are left to agree, there is nothing to wait for.
 * @param rejecters everyone who has rejected exactly what is shown, `last` among them; whoever has lost the standing to does not count
 */
export function rejectEnds(
  requirement: Requirement,
  side: Side,
  last: Person,
  rejecters: readonly Person[],
  people: readonly Person[],
  selfAllowed: boolean,
): boolean {
  if (rejectsNeeded(requirement) === 1 || isConfirmer(requirement, last, people)) return true
  if (conflict({ ...side, acting_for: null }, last) !== null || !isAsked(requirement, last, people)) return true
  const said = rejecters.filter(one => eligibility(requirement, side, one, people, selfAllowed).may_reject)
  if (new Set(said.map(one => one.id)).size >= rejectsNeeded(requirement)) return true
  const left = people.map(one => (said.some(no => no.id === one.id) ? { ...one, status: 'disabled' as const } : one))
  return !isDecidable(requirement, side, left, selfAllowed)
}
