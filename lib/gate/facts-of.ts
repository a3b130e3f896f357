import { type Calendar, localTime, plainCalendar } from '@/lib/access/calendar'
import type { Containment } from '@/lib/containment/containment'
import type { Facts } from '@/lib/policy/facts'
import type { Candidate } from './candidate'

const day = 86_400_000

/** What stands around an action now: the calendar of its team, the strictest switch in reach, whether it is only watched. */
export interface Around {
  readonly calendar: Calendar | undefined
  readonly contained: Containment | null
  readonly observing: boolean
}

/** The facts that policy sees: what is pinned to the action, and everything else as it stands now. */
export function factsOf(
  { submission, resolved, known, match, pinned }: Candidate,
  { calendar = plainCalendar, contained, observing }: Around,
  now: Date,
): Facts {
  const { agent, team } = known
  const tenant = resolved.tenants[0]
  return {
    ...pinned,
    agent: agent.id,
    agent_kind: agent.kind,
    agent_age_days: Math.max(0, Math.floor((now.getTime() - agent.created_at.getTime()) / day)),
    application: agent.application_id,
    tier: agent.tier,
    team,
    tool: submission.tool,
    operation: resolved.operation,
    environment: resolved.environment,
    ...(tenant === undefined ? {} : { tenant }),
    classification: resolved.classification,
    resource_type: resolved.resource_type ?? '',
    ...(resolved.owning_team === null ? {} : { resource_team: resolved.owning_team }),
    tool_known: resolved.known,
    asks_person: resolved.asks_person,
    meanings: resolved.meanings,
    external: resolved.external,
    reversible: resolved.reversible,
    in_scope: match.in_scope,
    tenant_in_scope: match.tenant_in_scope,
    above_ceiling: match.above_ceiling,
    ask: match.ask,
    ...(resolved.amount === null ? {} : { amount: resolved.amount }),
    amount_unreadable: resolved.amount_unreadable,
    unpinned: resolved.unpinned.length > 0,
    ...(resolved.currency === null ? {} : { currency: resolved.currency }),
    ...(submission.context?.acting_for === undefined ? {} : { acting_for: submission.context.acting_for }),
    ...localTime(calendar, now),
    containment: contained?.level ?? 'none',
    observing,
  }
}
