import type { Agent, Credential } from '@/lib/agent/agent'
import { agentEvent } from '@/lib/agent/events'
import type { Application } from '@/lib/application/application'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { markExposed } from './credential-store'
import { hashKey, parseKey } from './key'

/** An agent that has shown a live key: what its doors know of it. `key_hash` is lower-case hex. */
export interface KnownAgent {
  readonly agent: Agent
  readonly application: Application
  readonly credential: Credential
  readonly key_hash: string
}

/**
 * A key was seen where keys do not belong (a query string, I12): it is marked as exposed, once, and that goes on record.
 * It keeps working, because cutting off production is a person's call; a key that is not ours changes nothing.
 */
export async function flagExposed(app: Pick<Instance, 'db'>, presented: string): Promise<void> {
  const key = parseKey(presented)
  if (!key) return
  await transact(app.db, async tx => {
    const at = await clock(tx)
    const agentId = await markExposed(tx, key.credential_id, hashKey(presented), at)
    if (!agentId) return
    await record(tx, at, [
      agentEvent('credential.exposed', { kind: 'system', id: 'gate' }, [agentId, key.credential_id], {
        credential_id: key.credential_id,
        agent_id: agentId,
        exposed_at: at.toISOString(),
        where: 'query',
      }),
    ])
    tx.hint('agent', [agentId])
  })
}
