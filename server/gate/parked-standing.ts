import { agentIn, type Registry, reachOf } from '@/lib/gate/registry'
import { type Standing, standing, type Timed } from '@/lib/hold/standing'
import type { ActionRow } from '@/server/action/store'

/** What of a parked call its clock is made of: its own deadline, and what switches can reach. */
export type Parked = Pick<
  ActionRow,
  'agent_id' | 'credential_id' | 'tool' | 'environment' | 'session' | 'instance' | 'created_at' | 'decision'
> & { readonly expires_at: Date }

/**
 * A parked call as `standing` asks for it: it waits like a hold that opened when it arrived. Every switch since then is
 * younger than it, also one of the same millisecond, for under a switch in force it would not have been parked.
 */
export function parkedTimed(action: Parked, registry: Registry): Timed {
  const known = agentIn(registry, action.agent_id)
  const before = registry.containments.filter(one => one.from < action.created_at)
  return {
    status: action.decision ? 'decided' : 'pending',
    opened_at: action.created_at,
    expires_at: action.expires_at,
    epoch: Math.max(0, ...before.map(one => one.epoch)),
    reach: known && reachOf(known, action),
  }
}

/** Has an undecided action a clock of its own, because it waits under its tool's item? */
export function isParked<Row extends { expires_at: Date | null }>(action: Row): action is Row & { expires_at: Date } {
  return action.expires_at !== null
}

/** What a parked call is at `at`: open, frozen by a pause, or over. */
export function parkedStanding(action: Parked, registry: Registry, at: Date): Standing {
  return standing(parkedTimed(action, registry), registry.containments, at)
}
