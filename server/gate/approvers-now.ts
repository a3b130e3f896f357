import { type Eligibility, eligibility } from '@/lib/hold/conflict'
import { notYet } from '@/lib/hold/quorum'
import type { Person, Requirement } from '@/lib/hold/requirement'
import { Refused } from '@/lib/kernel/problem'
import type { Matter } from './matter'

interface Said {
  readonly person_id: string
  readonly verdict: string
}

/** Approvers whose reviews still count: each is read afresh, and who lost role, account or independence is left out (A09). */
export function approversNow(
  reviews: readonly Said[],
  people: readonly Person[],
  requirement: Requirement,
  matter: Matter,
): Person[] {
  const ids = saidBy(reviews, 'approve')
  return people.filter(
    person =>
      ids.has(person.id) && eligibility(requirement, matter.side, person, people, matter.selfAllowed).may_approve,
  )
}

/** Who gave this verdict, each once. */
export const saidBy = (reviews: readonly Said[], verdict: 'approve' | 'reject') =>
  new Set(reviews.filter(one => one.verdict === verdict).map(one => one.person_id))

/**
 * A yes is heard when its stage has its turn, and whoever confirms changes nothing.
 * @throws Refused hold.ineligible
 */
export function demandTurn(
  { requirement }: { readonly requirement: Requirement },
  me: Person,
  mine: Eligibility,
  live: readonly Said[],
  people: readonly Person[],
  matter: Matter,
  changes: boolean,
): void {
  const early = mine.self ? null : notYet(requirement, me, approversNow(live, people, requirement, matter), people)
  if (early) throw new Refused('hold.ineligible', early)
  if (mine.confirms && changes)
    throw new Refused('hold.ineligible', 'You are asked whether this is for you. Whoever approves it may change it.')
}
