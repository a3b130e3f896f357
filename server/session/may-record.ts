import { demandUncontained } from '@/lib/gate/contained'
import type { Registry } from '@/lib/gate/registry'
import { Refused } from '@/lib/kernel/problem'
import { missingToRecord, recordedBy } from '@/lib/session/recorder'
import type { SourceKind } from '@/lib/session/source'
import type { KnownAgent } from '@/server/agent/authenticate'

/** May this identity record sources of these kinds for `agent` at `at`? @throws Refused request.forbidden, request.not_found, agent.contained */
export function demandMayRecord(
  registry: Registry,
  by: KnownAgent,
  agent: string,
  kinds: readonly SourceKind[],
  at: Date,
): void {
  const missing = missingToRecord(registry.scopes.get(by.agent.id) ?? [], agent, recordedBy(kinds), at)
  if (missing.length > 0)
    throw new Refused('request.forbidden', `This needs a scope of exactly ${missing.join(' and ')} for this agent.`)
  demandUncontained(registry, by)
  if (!registry.agents.has(agent)) throw new Refused('request.not_found')
}
