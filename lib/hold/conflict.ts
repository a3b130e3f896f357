import type { Environment } from '@/lib/kernel/scale'
import { countsFrom } from './cooling'
import { candidates, quorumMet } from './quorum'
import { isAsked, isConfirmer, mayReview, type Person, type Requirement } from './requirement'

/** Whose side asks: they cannot complete the hold (four eyes). Everyone who was so within 30 days before it, until now. */
export interface Side {
  readonly owners: ReadonlySet<string>
  readonly creators: ReadonlySet<string>
  readonly key_holders: ReadonlySet<string>
  /** Who last changed scopes or policy for the agent. */
  readonly editors: ReadonlySet<string>
  /** Who wrote part of the change itself within 30 days before it was proposed. */
  readonly authors: ReadonlySet<string>
  readonly acting_for: string | null
  /** Whom a change would give a role that decides; null for all else. */
  readonly receiver: string | null
  /** The person who proposed a change; null for actions. */
  readonly proposed_by: string | null
  readonly environment: Environment | null
  /** When the hold opened: roles that this side has given since do not count for it. Null where nothing is open yet. */
  readonly opened: Date | null
  /** Roles given after this moment do not count yet, because the risk is critical (A27). Null: all of them count. */
  readonly settled: Date | null
}

export const emptySide: Side = {
  owners: new Set(),
  creators: new Set(),
  key_holders: new Set(),
  editors: new Set(),
  authors: new Set(),
  acting_for: null,
  receiver: null,
  proposed_by: null,
  environment: null,
  opened: null,
  settled: null,
}

/** Why this person is on the asking side, in words they can be told; null when they are not. */
export function conflict(side: Side, person: Person): string | null {
  if (side.proposed_by === person.id) return 'You proposed this change.'
  if (side.receiver === person.id) return 'It would give you this role.'
  if (side.owners.has(person.id)) return 'You own this agent, or did within the last 30 days.'
  if (side.creators.has(person.id)) return 'You registered this agent.'
  if (side.key_holders.has(person.id)) return 'You issued a key of this agent.'
  if (side.editors.has(person.id)) return 'You changed what this agent may do within the last 30 days.'
  if (side.authors.has(person.id)) return 'You wrote part of this change within the last 30 days.'
  if (side.acting_for !== null && isActedFor(side.acting_for, person)) return 'The agent says that it acts for you.'
  return null
}

/** The claim names a person by id, e-mail, the part before the @, or name; a match only ever tightens. */
function isActedFor(claim: string, person: Person): boolean {
  const said = claim.trim().toLowerCase()
  const words = lettersOf(said)
  const local = person.email.split('@')[0] ?? ''
  return (
    said === person.id.toLowerCase() ||
    said === person.email ||
    (words !== '' && (words === lettersOf(local) || words === lettersOf(person.name)))
  )
}

/** Letters and digits of any script, without case, accents and width: the same name however it is written. */
function lettersOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** What one person may do with one hold, and why not. */
export interface Eligibility {
  readonly may_approve: boolean
  readonly may_reject: boolean
  /** Decides alone for their own side: marked self everywhere. */
  readonly self: boolean
  readonly reason: string | null
  /** Their yes says that it is for them, and counts as no approval. */
  readonly confirms?: true
}

/**
 * A person alone: the only active person who may approve at all, or whom this requirement asks, and an agent registered in
 * development. Then the owner may decide. Off in the demo.
 */
function standsAlone(
  requirement: Requirement,
  person: Person,
  people: readonly Person[],
  side: Side,
  allowed: boolean,
): boolean {
  if (!allowed || (side.environment !== null && side.environment !== 'development')) return false
  const asked = new Set(candidates(requirement, people))
  const able = people.filter(one => asked.has(one) || (one.status === 'active' && mayReview(one)))
  return able.length === 1 && able[0]?.id === person.id
}

/** Judges one person against one hold. Owner, creator and key holder may reject, never approve; whoever it is for may confirm. */
export function eligibility(
  requirement: Requirement,
  side: Side,
  person: Person,
  people: readonly Person[],
  selfAllowed: boolean,
): Eligibility {
  if (person.status !== 'active')
    return { may_approve: false, may_reject: false, self: false, reason: 'This account is disabled.' }
  // It is for them, whoever else they are to the agent: their yes confirms, and the quorum counts it as no approval.
  if (isConfirmer(requirement, person, people))
    return { may_approve: true, may_reject: true, self: false, reason: null, confirms: true }
  const named = isAsked(requirement, person, people)
  const because = conflict(side, person)
  if (because) {
    if (standsAlone(requirement, person, people, side, selfAllowed))
      return { may_approve: true, may_reject: true, self: true, reason: null }
    // A claim of the agent's may only take away: whom it names may not decide more than before.
    return {
      may_approve: false,
      may_reject: named || conflict({ ...side, acting_for: null }, person) !== null,
      self: false,
      reason: because,
    }
  }
  if (!named) return { may_approve: false, may_reject: false, self: false, reason: 'The rule asks other people.' }
  if (!isAsked(requirement, withoutFavours(side, person, people), withoutNewManagers(side, people)))
    return {
      may_approve: false,
      may_reject: true,
      self: false,
      reason: 'Someone on the asking side gave you this role while it was waiting.',
    }
  const from = side.settled && countsFrom(requirement, side.settled, person, people)
  if (from)
    return {
      may_approve: false,
      may_reject: true,
      self: false,
      reason: `This is of critical risk, and your role is new: it counts for this from ${minuteOf(from)} on. Until then you may reject it.`,
    }
  return { may_approve: true, may_reject: true, self: false, reason: null }
}

/** `2026-03-29 14:05 UTC`: the first whole minute at which it is so. */
const minuteOf = (at: Date) =>
  `${new Date(Math.ceil(at.getTime() / 60_000) * 60_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** The person without the roles that the asking side has given them since the hold opened (A07, A27). */
function withoutFavours(side: Side, person: Person, people: readonly Person[]): Person {
  const { opened } = side
  if (opened === null) return person
  const roles = person.roles.filter(role => {
    if (!role.granted_at || role.granted_at <= opened) return true
    const giver = people.find(one => one.id === role.granted_by)
    return !giver || conflict(side, giver) === null
  })
  return roles.length < person.roles.length ? { ...person, roles } : person
}

/** The same people without the managers whom the asking side has named since the hold opened (A07). */
function withoutNewManagers(side: Side, people: readonly Person[]): readonly Person[] {
  const { opened } = side
  if (opened === null) return people
  const isFavour = ({ manager }: Person) => {
    if (!manager || manager.set_at <= opened) return false
    const giver = people.find(one => one.id === manager.set_by)
    return giver !== undefined && conflict(side, giver) !== null
  }
  return people.some(isFavour) ? people.map(one => (isFavour(one) ? { ...one, manager: null } : one)) : people
}

/** Could anybody decide this at all? If not it is denied at once, saying so. */
export function isDecidable(
  requirement: Requirement,
  side: Side,
  people: readonly Person[],
  selfAllowed: boolean,
): boolean {
  const able = candidates(requirement, people).filter(
    person => eligibility(requirement, side, person, people, selfAllowed).may_approve,
  )
  if (quorumMet(requirement, able, people)) return true
  return people.some(person => eligibility(requirement, side, person, people, selfAllowed).self)
}
