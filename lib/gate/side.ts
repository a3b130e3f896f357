import { emptySide, type Side } from '@/lib/hold/conflict'
import type { KnownAgent, Registry } from './registry'

const thirtyDays = 30 * 24 * 3_600_000

/**
 * The side that asks, for an action of this agent: everyone who was its owner, creator, key holder or scope editor at any
 * time from 30 days before `opened` until now (INV-18), and whoever it says it acts for.
 */
export function sideOf(registry: Registry, known: KnownAgent, opened: Date, actingFor: string | null): Side {
  const from = opened.getTime() - thirtyDays
  const rows = [known.agent.id, known.application.id].flatMap(subject => registry.accountabilities.get(subject) ?? [])
  const recent = rows.filter(row => row.until === null || row.until.getTime() > from)
  const people = (relation: string) => recent.filter(row => row.relation === relation).map(row => row.person_id)
  return {
    ...emptySide,
    owners: new Set<string>([known.owner, ...people('owner')]),
    creators: new Set<string>([known.agent.created_by]),
    key_holders: new Set<string>(people('key_holder')),
    editors: new Set<string>(
      recent.filter(row => row.relation === 'scope_editor' && row.since.getTime() > from).map(row => row.person_id),
    ),
    acting_for: actingFor,
    environment: known.agent.environment,
    opened,
  }
}
