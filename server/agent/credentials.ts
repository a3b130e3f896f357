import type { SignedIn } from '@/lib/access/permission'
import { agentEvent } from '@/lib/agent/events'
import type { EventDraft } from '@/lib/kernel/event'
import type { AgentId, CredentialId, PersonId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { closeAccountability, openAccountability } from './accountability-store'
import { activateAgent } from './agent-store'
import { writableAgent } from './authority'
import {
  type CredentialRow,
  insertCredential,
  listCredentials,
  revokeCredentialRow,
  shorten,
  takesNoKeys,
} from './credential-store'
import { hashKey, mintKey } from './key'

const maxLive = 20

/** A key at the only moment at which it exists: it is shown once, and only its hash stays. */
export interface Issued {
  readonly id: CredentialId
  readonly key: string
  readonly created_at: Date
  readonly expires_at: Date
}

const live = (row: CredentialRow, at: Date) =>
  row.revoked_at === null && (row.expires_at === null || row.expires_at > at)

async function issue(
  tx: Tx,
  person: SignedIn,
  agent: AgentId,
  name: string,
  days: number,
  at: Date,
): Promise<{ issued: Issued; events: EventDraft[] }> {
  if (await takesNoKeys(tx, agent)) throw new Refused('request.forbidden', 'This agent takes no further keys.')
  const before = await listCredentials(tx, agent)
  if (before.filter(row => live(row, at)).length >= maxLive)
    throw new Refused('credential.limit', `An agent has at most ${maxLive} live keys.`)
  const id = newId('crd')
  const key = mintKey(id)
  const expires_at = new Date(at.getTime() + days * 86_400_000)
  await insertCredential(tx, {
    id,
    agent_id: agent,
    name,
    hash: hashKey(key),
    created_by: person.id,
    created_at: at,
    expires_at,
  })
  await openAccountability(tx, agent, person.id, 'key_holder', at, expires_at)
  const by: Principal = { kind: 'person', id: person.id }
  const events = [
    agentEvent('credential.issued', by, [agent, id], {
      credential_id: id,
      agent_id: agent,
      name,
      expires_at: expires_at.toISOString(),
    }),
  ]
  if (await activateAgent(tx, agent)) events.push(agentEvent('agent.activated', by, [agent], { agent_id: agent }))
  tx.hint('agent', [agent])
  return { issued: { id, key, created_at: at, expires_at }, events }
}

/** Issues a key; the first makes the agent active. @throws Refused `agent.retired`, `credential.limit`, 403, 404 */
export function issueCredential(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  body: { name: string; expires_in_days: number },
): Promise<Issued> {
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const agent = await writableAgent(tx, person, id, true)
    const at = await clock(tx)
    const { issued, events } = await issue(tx, person, agent.id, body.name, body.expires_in_days, at)
    await record(tx, at, events)
    return issued
  })
}

/** What a later concept adds to a rotation, in its transaction. Answers the events to record. */
export type AlsoRotate = (tx: Tx, old: CredentialId, next: CredentialId, by: PersonId) => Promise<readonly EventDraft[]>

/** Gives a new key, and lets the old one live on for `overlap_seconds` at most, so that nothing has to stop (I04). */
export function rotateCredential(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  credentialId: string,
  body: { overlap_seconds: number; expires_in_days: number },
  also: AlsoRotate = async () => [],
): Promise<Issued & { replaces: { id: CredentialId; expires_at: Date } }> {
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const agent = await writableAgent(tx, person, id, true)
    await guardExclusive(tx)
    const at = await clock(tx)
    const old = (await listCredentials(tx, agent.id)).find(row => row.id === credentialId)
    if (!old || !live(old, at)) throw new Refused('request.not_found')
    const { issued, events } = await issue(tx, person, agent.id, old.name, body.expires_in_days, at)
    const end = new Date(
      Math.min(at.getTime() + body.overlap_seconds * 1_000, old.expires_at?.getTime() ?? Number.POSITIVE_INFINITY),
    )
    await shorten(tx, old.id, end)
    const rotated = { credential_id: old.id, agent_id: agent.id, expires_at: end.toISOString(), replaced_by: issued.id }
    await record(tx, at, [
      ...events,
      ...(await also(tx, old.id, issued.id, person.id)),
      agentEvent('credential.rotated', { kind: 'person', id: person.id }, [agent.id, old.id], rotated),
    ])
    return { ...issued, replaces: { id: old.id, expires_at: end } }
  })
}

/** Revokes a key: its next use on any instance is 401, and what it waits for ends (I02, K12). Again is fine. */
export async function revokeCredential(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  credentialId: string,
  reason: string,
): Promise<void> {
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const agent = await writableAgent(tx, person, id, true)
    await guardExclusive(tx)
    const at = await clock(tx)
    const all = await listCredentials(tx, agent.id)
    const row = all.find(one => one.id === credentialId)
    if (!row) throw new Refused('request.not_found')
    if (!(await revokeCredentialRow(tx, row.id, agent.id, at))) return
    const holdsAnother = all.some(one => one.id !== row.id && one.created_by === row.created_by && live(one, at))
    if (!holdsAnother) await closeAccountability(tx, agent.id, 'key_holder', at, row.created_by)
    tx.hint('agent', [agent.id])
    await record(tx, at, [
      agentEvent('credential.revoked', { kind: 'person', id: person.id }, [agent.id, row.id], {
        credential_id: row.id,
        agent_id: agent.id,
        reason,
      }),
    ])
  })
}
