import { levels } from '@/lib/containment/containment'
import { predecessor } from '@/lib/containment/lineage'
import type { EventDraft } from '@/lib/kernel/event'
import type { AgentId, ApplicationId, CredentialId, PersonId } from '@/lib/kernel/id'
import type { Tx } from '@/server/db/tx'
import { containWithin } from './contain'
import { listStopped } from './lineage-store'
import { inForceOn } from './switch-store'

/**
 * An agent that is registered where one of the same application and owner is quarantined or killed begins under the same
 * switch, so that nothing is escaped by registering anew (K06). It is lifted as any other: by two people.
 * @returns the events that the caller records last
 */
export async function inheritAgent(
  tx: Tx,
  agent: { readonly id: AgentId; readonly application_id: ApplicationId; readonly owner: PersonId },
  by: PersonId,
): Promise<readonly EventDraft[]> {
  const before = predecessor(await listStopped(tx, agent.application_id), agent)
  if (!before) return []
  const done = await containWithin(tx, {
    target: { type: 'agent', id: agent.id },
    level: before.level,
    reason: `Inherited: ${before.name} (${before.agent_id}), of the same application and owner, is ${before.level}.`,
    by,
  })
  return done.drafts
}

/** A key that replaces one under a switch is under the same switch. @returns the events that the caller records last */
export async function inheritCredential(
  tx: Tx,
  old: CredentialId,
  next: CredentialId,
  by: PersonId,
): Promise<readonly EventDraft[]> {
  const found = await inForceOn(tx, { type: 'credential', id: old })
  const strictest = found.toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level)).at(0)
  if (!strictest) return []
  const done = await containWithin(tx, {
    target: { type: 'credential', id: next },
    level: strictest.level,
    reason: `Inherited: the key that it replaces (${old}) is ${strictest.level}.`,
    by,
  })
  return done.drafts
}
