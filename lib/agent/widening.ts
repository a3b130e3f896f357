import type { PersonId } from '@/lib/kernel/id'
import { type Agent, type AgentLimits, tiers } from './agent'
import type { AgentPatch } from './contract'

/**
 * Does this edit give a working agent more than it had, or other people over it? Then a second person must agree.
 * An agent without a key, and one that was retired, can do nothing yet: editing it is free.
 */
export function widensAgent(
  agent: Pick<Agent, 'status' | 'environment' | 'tier' | 'application_id' | 'limits'>,
  patch: AgentPatch,
): boolean {
  if (agent.status !== 'active') return false
  // Both ways: a higher environment reaches more, a lower one is judged more leniently.
  if (patch.environment !== undefined && patch.environment !== agent.environment) return true
  if (agent.environment === 'development') return false
  if (patch.application_id !== undefined && patch.application_id !== agent.application_id) return true
  if (patch.tier !== undefined && tiers.indexOf(patch.tier) < tiers.indexOf(agent.tier)) return true
  return raises(agent.limits, patch.limits)
}

function raises(now: AgentLimits, wanted: AgentPatch['limits']): boolean {
  if (!wanted) return false
  const asked: Partial<AgentLimits> = wanted
  return (['per_second', 'burst', 'open_holds', 'waits'] as const).some(limit => (asked[limit] ?? 0) > now[limit])
}

/**
 * Whom this edit makes answer for a working agent outside development: they must accept it themselves. `by` has said yes by
 * asking. Null: nothing of it changes hands. An empty list: only names that need no yes of their own (the application's
 * people, or whoever asks), so another governing person agrees.
 */
export function mustAccept(
  agent: Pick<Agent, 'status' | 'environment' | 'owner_id' | 'backup_id'>,
  patch: AgentPatch,
  by: PersonId,
): readonly PersonId[] | null {
  if (agent.status !== 'active' || agent.environment === 'development') return null
  const changes = [
    { was: agent.owner_id, is: patch.owner_id },
    { was: agent.backup_id, is: patch.backup_id },
  ].filter(one => one.is !== undefined && one.is !== one.was)
  if (changes.length === 0) return null
  return changes.flatMap(({ is }) => (is && is !== by ? [is] : []))
}

/** Does a further scope line need a second person? On every working agent outside development. */
export function scopeWidens(agent: Pick<Agent, 'status' | 'environment'>): boolean {
  return agent.status === 'active' && agent.environment !== 'development'
}
