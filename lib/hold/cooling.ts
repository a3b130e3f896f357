import { isAsked, mayReview, type Person, type Requirement } from './requirement'

/** A role that somebody was given counts for what is of critical risk after a day: by then others have seen who joined (A27). */
export const coolingSeconds = 86_400
const cooling = coolingSeconds * 1_000

/** On its first day everybody is new: whoever joins an organisation then counts at once, or nothing critical could be approved. */
export const foundingEnds = (began: Date): Date => new Date(began.getTime() + 86_400_000)

/**
 * The moment until which roles must have been given to count now. Null: all of them count, because the organisation is
 * still being founded.
 * @param foundingUntil roles given until then count at once; null: nobody was there yet
 */
export function settledBy(at: Date, foundingUntil: Date | null): Date | null {
  if (foundingUntil === null || foundingUntil >= at) return null
  return new Date(Math.max(at.getTime() - cooling, foundingUntil.getTime()))
}

/**
 * From when on this person is asked by a role that has settled, or null where they are so already. A manager who was named
 * is as new as a role. Who is let decide by escalation is so by their own deciding role.
 * @param settled as {@link settledBy} says it
 */
export function countsFrom(
  requirement: Requirement,
  settled: Date,
  person: Person,
  people: readonly Person[],
): Date | null {
  const given = [
    ...person.roles.map(role => role.granted_at),
    ...people.map(one => (one.manager?.id === person.id ? one.manager.set_at : undefined)),
  ]
  const fresh = given.flatMap(at => (at && at > settled ? [at.getTime()] : [])).toSorted((a, b) => a - b)
  const [last] = fresh.slice(-1)
  if (last === undefined || isAskedAsOf(requirement, settled, person, people)) return null
  const enough = fresh.find(at => isAskedAsOf(requirement, new Date(at), person, people)) ?? last
  return new Date(enough + cooling)
}

/** Was this person asked with the roles and managers that had been given by then? */
function isAskedAsOf(requirement: Requirement, then: Date, person: Person, people: readonly Person[]): boolean {
  const was = { ...person, roles: person.roles.filter(role => !role.granted_at || role.granted_at <= then) }
  const others = people.map(one => {
    const same = one.id === person.id ? was : one
    return same.manager && same.manager.set_at > then ? { ...same, manager: null } : same
  })
  const { added, ...rest } = requirement
  return isAsked(added && mayReview(was) ? { ...rest, added } : rest, was, others)
}
