import { plainCalendar } from '@/lib/access/calendar'
import { whatLacks } from '@/lib/escalation/bar'
import type { Facts } from '@/lib/escalation/tellable'
import type { Waiting } from '@/lib/escalation/timeline'
import type { Registry } from '@/lib/gate/registry'
import { conflict, eligibility } from '@/lib/hold/conflict'
import { type Person, withAdded } from '@/lib/hold/requirement'
import { standing } from '@/lib/hold/standing'
import { isId } from '@/lib/kernel/id'
import { onCallAt } from '@/lib/on-call/on-call'
import type { Roster } from '@/server/escalation/roster'
import type { HoldRow } from '@/server/hold/store'
import { matterOf } from './matter'
import { timed } from './settle'

/** The hold as its escalation sees it at this moment; null once it is over. */
export function waitingOf(hold: HoldRow, registry: Registry, at: Date): Waiting | null {
  const now = standing(timed(hold, registry), registry.containments, at)
  if (now.is === 'over' || now.is === 'closed') return null
  return {
    opened_at: hold.opened_at,
    expires_at: now.expires_at,
    calendar: (hold.team_id === null ? undefined : registry.calendars.get(hold.team_id)) ?? plainCalendar,
  }
}

/**
 * What telling people of this hold asks of the world. Whom escalation lets decide must hold a deciding role of their own, not
 * be on the side that asks, and govern where the hold asks somebody who governs: the bar stays where it is (INV-19, A20).
 * Nobody is let in by a policy that somebody on that side has written, or that they have written themselves: one person would take
 * the place of those whom two have agreed to ask.
 * @param writer who wrote the policy; null: nobody, it is the standard one
 * @param added people whom levels have let decide beside those whom the stored requirement knows
 */
export function factsOf(
  hold: HoldRow,
  registry: Registry,
  at: Date,
  roster: Roster,
  reviewed: ReadonlySet<string>,
  writer: string | null,
  added: readonly string[] = [],
): Facts {
  const ids = added.filter(id => isId('usr', id))
  const stands = { ...hold, requirement: withAdded(hold.requirement, ids) }
  const matter = matterOf(stands, null, registry, at)
  const { people } = registry
  const may = (person: Person, requirement = stands.requirement) =>
    eligibility(requirement, matter.side, person, people, matter.selfAllowed)
  const wrote = people.find(one => one.id === writer)
  const ownRule = wrote !== undefined && conflict({ ...matter.side, acting_for: null }, wrote) !== null
  return {
    people,
    owner: matter.known?.owner ?? null,
    backup: matter.known?.backup ?? null,
    eligible: person => may(person).may_approve,
    barred(person) {
      if (ownRule) return 'Somebody on the side that asks wrote this policy.'
      if (person.id === writer) return 'They wrote this policy: nobody lets themselves decide.'
      const lacks = whatLacks(hold.requirement, person, people)
      if (lacks !== null) return lacks
      return may(person, withAdded(stands.requirement, [person.id])).may_approve
        ? null
        : 'They are on the side that asks, or got their role from it.'
    },
    sees: person => matter.visible(person),
    onCall(id, when) {
      const schedule = roster.schedules.get(id)
      return schedule ? onCallAt(schedule, when) : null
    },
    teamName: team => registry.teams.get(team) ?? 'the owning team',
    away: roster.absences,
    reviewed,
  }
}
