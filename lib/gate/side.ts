import type { Side } from '@/lib/hold/conflict'
import { agentSide, sideSubjects } from '@/lib/hold/side'
import type { KnownAgent, Registry } from './registry'

/** The side that asks for an action of this agent, as the registry knows it: see {@link agentSide}. */
export function sideOf(registry: Registry, known: KnownAgent, opened: Date, actingFor: string | null): Side {
  const rows = sideSubjects(known).flatMap(subject => registry.accountabilities.get(subject) ?? [])
  return agentSide(known, rows, opened, actingFor)
}
