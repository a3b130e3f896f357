import { isAmong, type Person, type Requirement, required } from './requirement'

/**
 * How much of a requirement these people fill, each counted once in all (bipartite matching of people to places).
 * @returns the number of places filled; the quorum is met when it equals {@link required}.
 */
export function filled(requirement: Requirement, approvers: readonly Person[], people: readonly Person[]): number {
  const places = requirement.stages.flatMap(stage => Array.from({ length: stage.approvals }, () => stage.who))
  const unique = [...new Map(approvers.map(person => [person.id, person])).values()]
  const fits = unique.map(person => places.map(who => who.some(one => isAmong(one, person, people))))
  const takenBy = new Array<number>(places.length).fill(-1)

  const place = (person: number, tried: Set<number>): boolean => {
    for (let at = 0; at < places.length; at++) {
      if (!fits[person]?.[at] || tried.has(at)) continue
      tried.add(at)
      const holder = takenBy[at] ?? -1
      if (holder === -1 || place(holder, tried)) {
        takenBy[at] = person
        return true
      }
    }
    return false
  }
  let count = 0
  for (let person = 0; person < unique.length; person++) if (place(person, new Set())) count++
  return count
}

/** Enough of distinct people? */
export function quorumMet(requirement: Requirement, approvers: readonly Person[], people: readonly Person[]): boolean {
  return filled(requirement, approvers, people) >= required(requirement)
}

/** People who stand in some stage at all, in no order. */
export function candidates(requirement: Requirement, people: readonly Person[]): Person[] {
  return people.filter(person => requirement.stages.some(stage => stage.who.some(who => isAmong(who, person, people))))
}
