import { timingSafeEqual } from 'node:crypto'
import type { Agent, Credential } from '@/lib/agent/agent'
import { agentEvent } from '@/lib/agent/events'
import type { Application } from '@/lib/application/application'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { findKnown, markExposed } from './credential-store'
import { hashKey, parseKey } from './key'

/** An agent that has shown a live key: what its doors know of it. `key_hash` is lower-case hex. */
export interface KnownAgent {
  readonly agent: Agent
  readonly application: Application
  readonly credential: Credential
  readonly key_hash: string
}

/**
 * Finds the agent behind `Authorization: Bearer <key>` with one indexed query, never from a cache, so that a revoked key
 * is refused by its very next use on any instance (K12, I02).
 * @throws Refused `credential.missing` without a bearer key; `credential.invalid` (401) when it is malformed, unknown,
 * expired or revoked, or its agent is retired: one answer for all, so that nothing can be told from it.
 */
export async function authenticateAgent(app: Pick<Instance, 'db'>, headers: Headers): Promise<KnownAgent> {
  const header = headers.get('authorization')
  if (header === null || header === '') throw new Refused('credential.missing')
  const bearer = /^Bearer ([!-~]+)$/i.exec(header.trim())
  const key = bearer?.[1] ? parseKey(bearer[1]) : null
  if (!key || !bearer?.[1]) throw new Refused('credential.invalid')
  const hash = hashKey(bearer[1])
  const found = await findKnown(reader(app.db.pool), key.credential_id)
  // An unknown id is compared with nothing of the same length, so that its answer takes as long.
  const same = timingSafeEqual(found?.hash ?? Buffer.alloc(32), hash)
  if (!found || !same || !found.live) throw new Refused('credential.invalid')
  return {
    agent: found.agent,
    application: found.application,
    credential: found.credential,
    key_hash: hash.toString('hex'),
  }
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
