import { z } from 'zod'
import { agentPatch, scopeBody, scopeLine } from '@/lib/agent/contract'
import { etagOf } from '@/lib/kernel/etag'
import { isId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import type { ApprovedChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { bumpAgent, findAgent, type Registration } from './agent-store'
import { writeScope } from './drafts'
import { writeEdit } from './edit'

const widenPayload = z.strictObject({ scope: scopeBody, proposed_by: idSchema('usr') })
const editPayload = z.strictObject({ patch: agentPatch, proposed_by: idSchema('usr') })

/** The agent as it was when the change was proposed. @throws Refused `change.stale` when it has moved since. */
async function unchanged(tx: Tx, change: ApprovedChange): Promise<Registration> {
  const agent = isId('agt', change.subject_id) ? await findAgent(tx, change.subject_id, true) : null
  if (!agent || agent.status === 'retired' || etagOf(agent.version) !== change.based_on)
    throw new Refused('change.stale')
  return agent
}

async function applyEdit(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
  const { patch, proposed_by } = editPayload.parse(change.payload)
  await touchRegistry(tx)
  const agent = await unchanged(tx, change)
  await guardExclusive(tx)
  const at = await clock(tx)
  await record(tx, at, [await writeEdit(tx, agent, patch, proposed_by, at)])
}

/** The changes of agents that people have agreed to, by kind: the engine applies each exactly once. */
export const agentChanges = [
  {
    kind: 'scope.widen',
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { scope, proposed_by } = widenPayload.parse(change.payload)
      await touchRegistry(tx)
      const agent = await unchanged(tx, change)
      const at = await clock(tx)
      const written = await writeScope(tx, agent.id, scopeLine(scope), proposed_by, at)
      await bumpAgent(tx, agent.id)
      tx.hint('agent', [agent.id])
      await record(tx, at, [written.event])
    },
  },
  { kind: 'agent.update', apply: applyEdit },
  { kind: 'agent.transfer', apply: applyEdit },
] as const
