import { groupsOf, isConfirm } from '@/lib/hold/need'
import { isAmong, mayReview, type Person, type Requirement, type Who } from '@/lib/hold/requirement'

/** Everybody whom a requirement asks to approve, at any place of it. */
const asked = ({ stages, named = [] }: Requirement): Who[] => [
  ...stages.flatMap(stage => stage.who),
  ...named
    .flatMap(part => part.stages)
    .flatMap(stage => (isConfirm(stage) ? [] : groupsOf(stage.need).flatMap(group => group.who))),
]

/** Asks for a standing that approvers do not have by being approvers. */
const asksMore = (who: Who): boolean =>
  who.relation === 'governing' || (who.relation === 'role' && who.role !== 'approver')

/**
 * Why this person may not be let decide what they are not asked for, in a sentence; null: they may. Whoever is let in could
 * fill any place, so they must be an approver or governor themselves, and have whatever standing a place asks for (INV-19).
 */
export function whatLacks(requirement: Requirement, person: Person, people: readonly Person[]): string | null {
  if (person.status !== 'active' || !mayReview(person)) return 'They are neither approver nor governor.'
  return asked(requirement).some(who => asksMore(who) && !isAmong(who, person, people))
    ? 'This asks for somebody with a higher role than theirs.'
    : null
}
