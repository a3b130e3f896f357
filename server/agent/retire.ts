import type { SignedIn } from '@/lib/access/permission'
import { agentEvent } from '@/lib/agent/events'
import { matchesEtag } from '@/lib/kernel/etag'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { closeAccountability } from './accountability-store'
import { retireAgentRow } from './agent-store'
import { writableAgent } from './authority'
import { revokeAll } from './credential-store'

/** Ends an agent for ever: all its keys are revoked with it, and what it waits for ends. Its name stays taken. */
export async function retireAgent(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  reason: string,
  ifMatch: string | null = null,
): Promise<void> {
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const agent = await writableAgent(tx, person, id, true)
    if (!matchesEtag(ifMatch, agent.version)) throw new Refused('request.precondition_failed')
    await guardExclusive(tx)
    const at = await clock(tx)
    if (!(await retireAgentRow(tx, agent.id, at))) throw new Refused('agent.retired')
    const keys = await revokeAll(tx, agent.id, at)
    await closeAccountability(tx, agent.id, 'key_holder', at)
    const by: Principal = { kind: 'person', id: person.id }
    tx.hint('agent', [agent.id])
    await record(tx, at, [
      agentEvent('agent.retired', by, [agent.id], { agent_id: agent.id, reason }),
      ...keys.map(key =>
        agentEvent('credential.revoked', by, [agent.id, key], {
          credential_id: key,
          agent_id: agent.id,
          reason: 'agent retired',
        }),
      ),
    ])
  })
}
