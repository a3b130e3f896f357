import { agentEvent } from '@/lib/agent/events'
import type { ScopeLine } from '@/lib/agent/preset'
import type { EventDraft } from '@/lib/kernel/event'
import type { AgentId, PersonId, ScopeId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { newId } from '@/server/db/id'
import type { Tx } from '@/server/db/tx'
import { openAccountability } from './accountability-store'
import type { Draft } from './agent-store'
import { insertScope } from './scope-store'

/** The whole registration, as its events carry it. */
export function registrationEvent(type: 'agent.registered' | 'agent.updated', by: Principal, draft: Draft): EventDraft {
  return agentEvent(type, by, [draft.id, draft.application_id], {
    agent_id: draft.id,
    name: draft.name,
    kind: draft.kind,
    purpose: draft.purpose,
    application_id: draft.application_id,
    environment: draft.environment,
    tier: draft.tier,
    owner_id: draft.owner_id,
    backup_id: draft.backup_id,
    limits: { ...draft.limits },
  })
}

/** Writes one scope line and remembers who gave it (four eyes, INV-18). Returns its event, to be recorded last. */
export async function writeScope(
  tx: Tx,
  agent: AgentId,
  line: ScopeLine,
  by: PersonId,
  at: Date,
): Promise<{ id: ScopeId; event: EventDraft }> {
  const id = newId('scp')
  await insertScope(tx, id, agent, line, by, at)
  await openAccountability(tx, agent, by, 'scope_editor', at, at)
  const event = agentEvent('scope.granted', { kind: 'person', id: by }, [agent, id], {
    scope_id: id,
    agent_id: agent,
    tool_pattern: line.tool_pattern,
    resource_pattern: line.resource_pattern,
    operations: [...line.operations],
    ceiling: line.ceiling,
    environments: [...line.environments],
    tenants: [...line.tenants],
    ask: line.ask,
    expires_at: line.expires_at?.toISOString() ?? null,
  })
  return { id, event }
}
