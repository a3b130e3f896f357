import { groupsOf, isConfirm, type NamedStage } from './need'
import {
  isAmong,
  isAsked,
  isConfirmer,
  type NamedPart,
  type Person,
  type Requirement,
  required,
  type Stage,
  type Who,
  waysOf,
} from './requirement'

/** The most places of one way that these people fill, each counted once in all (bipartite matching of people to places). */
function matched(
  way: readonly Stage[],
  approvers: readonly Person[],
  fits: (who: Who, person: Person) => boolean,
): number {
  const places = way.flatMap(stage => Array.from({ length: stage.approvals }, () => stage.who))
  const able = approvers.map(person => places.map(who => who.some(one => fits(one, person))))
  const takenBy = new Array<number>(places.length).fill(-1)

  const place = (person: number, tried: Set<number>): boolean => {
    for (let at = 0; at < places.length; at++) {
      if (!able[person]?.[at] || tried.has(at)) continue
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
  for (let person = 0; person < approvers.length; person++) if (place(person, new Set())) count++
  return count
}

const placesIn = (way: readonly Stage[]) => way.reduce((sum, stage) => sum + stage.approvals, 0)

/** Approvals that are still missing, at least: the best way of the version of each policy that asks most. */
function missing(requirement: Requirement, approvers: readonly Person[], people: readonly Person[]): number {
  const added = new Set<string>(requirement.added ?? [])
  const unique = [...new Map(approvers.map(person => [person.id, person])).values()].filter(
    person => !isConfirmer(requirement, person, people),
  )
  const fits = (who: Who, person: Person) =>
    (person.status === 'active' && added.has(person.id)) || isAmong(who, person, people)
  const left = (way: readonly Stage[]) => placesIn(way) - matched(way, unique, fits)
  return Math.max(...waysOf(requirement).map(ways => Math.min(...ways.map(left))))
}

/**
 * How much of a requirement these people fill, each counted once in all. A confirmation is no approval and fills nothing.
 * @returns the number of approvals that count, of {@link required}
 */
export function filled(requirement: Requirement, approvers: readonly Person[], people: readonly Person[]): number {
  return Math.max(0, required(requirement) - missing(requirement, approvers, people))
}

/** Has everyone who is asked to confirm said yes? */
function confirmed({ named = [] }: Requirement, said: readonly Person[], people: readonly Person[]): boolean {
  return named.every(part => part.stages.every(stage => !isConfirm(stage) || saidYes(stage, said, people)))
}

const saidYes = (stage: { who: readonly Who[] }, said: readonly Person[], people: readonly Person[]) =>
  said.some(person => stage.who.some(who => isAmong(who, person, people)))

/**
 * Enough of distinct people, and everyone who confirms? It depends on who said yes, never on the order in which they did (A06).
 * @param approvers everyone whose yes counts, those who confirm too
 */
export function quorumMet(requirement: Requirement, approvers: readonly Person[], people: readonly Person[]): boolean {
  return confirmed(requirement, approvers, people) && missing(requirement, approvers, people) <= 0
}

/** People who stand in some stage at all, in no order. */
export function candidates(requirement: Requirement, people: readonly Person[]): Person[] {
  return people.filter(person => isAsked(requirement, person, people) || isConfirmer(requirement, person, people))
}

/** Where one stage of an approval policy stands: its turn comes when all before it are met. */
export type Turn = 'met' | 'open' | 'later'

/** Where each stage of a part stands, with those who have said yes; people count once over the stages up to it. */
export function turnsOf(
  part: NamedPart,
  requirement: Requirement,
  approvers: readonly Person[],
  people: readonly Person[],
): Turn[] {
  const { added } = requirement
  const upTo = (at: number): Requirement => ({
    stages: [],
    veto: true,
    named: [{ ...part, stages: part.stages.slice(0, at) }],
    ...(added ? { added } : {}),
  })
  const confirms = (person: Person) => isConfirmer(requirement, person, people)
  // Whoever confirms anywhere approves nowhere, at stages before that one too.
  const able = approvers.filter(person => !confirms(person))
  const done = (at: number) =>
    quorumMet(upTo(at), able.concat(approvers.filter(person => isConfirmer(upTo(at), person, people))), people)
  const met = part.stages.findIndex((_, at) => !done(at + 1))
  return part.stages.map((_, at) => (met === -1 || at < met ? 'met' : at === met ? 'open' : 'later'))
}

/**
 * Why it is not this person's turn yet, in a sentence; null where it is. Somebody who is asked at a stage that is open, or was,
 * may speak: so whoever agrees, in whatever order they come, it ends the same.
 */
export function notYet(
  requirement: Requirement,
  person: Person,
  approvers: readonly Person[],
  people: readonly Person[],
): string | null {
  const { named = [], stages, added } = requirement
  if (named.length === 0) return null
  const confirms = isConfirmer(requirement, person, people)
  const asks = (stage: NamedStage<Who>) =>
    isConfirm(stage) === confirms &&
    (isConfirm(stage) ? [stage] : groupsOf(stage.need)).some(group =>
      group.who.some(who => isAmong(who, person, people)),
    )
  if (added?.includes(person.id) || stages.some(stage => stage.who.some(who => isAmong(who, person, people))))
    return null
  let before: string | null = null
  for (const part of named) {
    const turns = turnsOf(part, requirement, approvers, people)
    for (const [at, stage] of part.stages.entries()) {
      if (!asks(stage)) continue
      if (turns[at] !== 'later') return null
      before ??= part.stages[turns.indexOf('open')]?.label ?? null
    }
  }
  return before === null ? null : `It is not your turn yet: first ${before}.`
}
