import { mayIn, maySomewhere } from '@/lib/access/permission'
import { agentIn, type KnownAgent, type Registry } from '@/lib/gate/registry'
import { riskLevels } from '@/lib/gate/risk'
import { sideOf } from '@/lib/gate/side'
import { conflict, type Side } from '@/lib/hold/conflict'
import { settledBy } from '@/lib/hold/cooling'
import { isAsked, isConfirmer, type Person } from '@/lib/hold/requirement'
import { authorSide, changeSide, receiverOf } from '@/lib/hold/side'
import type { ActionRow } from '@/server/action/store'
import type { HoldRow } from '@/server/hold/store'
import { again, type Finality, type finality } from './again'

const critical = riskLevels.indexOf('critical')

/** What a hold is about, seen with today's registry: an action of an agent, or a change by a person. */
export interface Matter {
  readonly hold: HoldRow
  readonly action: ActionRow | null
  readonly known: KnownAgent | null
  readonly side: Side
  /** Off in the demo: there nobody decides for themselves. */
  readonly selfAllowed: boolean
  /** A new tool is decided by saying what it does, not by a yes. */
  readonly needsParams: boolean
  visible(person: Person): boolean
  rejudge(body: string | undefined, params: Record<string, unknown> | null, judge: typeof finality): Finality
}

/** Who may know of it: organisation roles all, team roles their team's, the asking side its own, and whoever is asked. */
function maySee(person: Person, hold: HoldRow, side: Side, known: KnownAgent | null, registry: Registry): boolean {
  if (person.status !== 'active') return false
  if (
    hold.kind === 'change' &&
    hold.team_id === null &&
    maySomewhere(person, 'hold.read') &&
    person.roles.some(held => held.team_id === null)
  )
    return true
  if (mayIn(person, 'hold.read', known?.team ?? hold.team_id)) return true
  if (conflict({ ...side, acting_for: null }, person) !== null || known?.backup === person.id) return true
  const { requirement } = hold
  return isAsked(requirement, person, registry.people) || isConfirmer(requirement, person, registry.people)
}

/** Looks at a hold with today's registry. */
export function matterOf(hold: HoldRow, action: ActionRow | null, registry: Registry, at: Date): Matter {
  const known = hold.agent_id ? agentIn(registry, hold.agent_id) : null
  const about = known
    ? sideOf(registry, known, hold.opened_at, hold.acting_for)
    : {
        ...authorSide(registry.accountabilities.get(hold.id) ?? []),
        receiver: receiverOf(hold.change_kind, hold.subject_id),
      }
  const asking = changeSide(hold.change_kind, about, known?.backup ?? null, hold.proposed_by, hold.opened_at)
  const settled = hold.risk >= critical ? settledBy(at, registry.organisation.founding_until) : null
  const side = settled ? { ...asking, settled } : asking
  const seenBy = hold.change_kind === 'agent.transfer' ? { ...about, proposed_by: hold.proposed_by } : side
  return {
    hold,
    action,
    known,
    side,
    selfAllowed: !registry.organisation.demo,
    needsParams: hold.change_kind === 'tool.classify',
    visible: person => maySee(person, hold, seenBy, known, registry),
    rejudge(body, params, judge) {
      if (hold.kind === 'change' || !action) return { is: 'allowed', requirement: null, rules: [], obligations: [] }
      const rejudged = again(action, body, params, registry, at)
      return rejudged
        ? judge(rejudged, action, registry, at)
        : {
            is: 'denied',
            code: 'action.erased',
            reason: 'What was asked has been erased, so it cannot be allowed.',
            rules: [],
          }
    },
  }
}
