import type { SignedIn } from '@/lib/access/permission'
import type { AgentPatch } from '@/lib/agent/contract'
import { mustAccept, widensAgent } from '@/lib/agent/widening'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { closeAccountability, openAccountability } from './accountability-store'
import { type Draft, findHome, type Registration, updateAgent } from './agent-store'
import { writableAgent } from './authority'
import { registrationEvent } from './drafts'
import { demandAccountable, demandHome, demandOwnName } from './rules'

/**
 * Edits a registration. What gives a working agent more becomes a change for a second person; other people answer for it once
 * they have accepted.
 * @returns the change's hold, or null when it was done at once.
 * @throws Refused `request.precondition_failed` (412) when `ifMatch` is not today's etag, and what registering throws.
 */
export async function editAgent(
  app: Instance,
  person: SignedIn,
  id: string,
  patch: AgentPatch,
  ifMatch: string | null,
): Promise<{ hold_id: string } | null> {
  const now = await writableAgent(reader(app.db.pool), person, id)
  if (!matchesEtag(ifMatch, now.version)) throw new Refused('request.precondition_failed')
  if (patch.application_id && patch.application_id !== now.application_id)
    await demandHome(reader(app.db.pool), person, patch.application_id)
  const accepting = mustAccept(now, patch, person.id)
  if (accepting) return transfer(app, person, now, patch, accepting)
  if (widensAgent(now, patch)) {
    await check(reader(app.db.pool), now, patch)
    return proposeChange(app, person, {
      kind: 'agent.update',
      subject_id: now.id,
      based_on: etagOf(now.version),
      payload: { patch, proposed_by: person.id },
      agent_id: now.id,
      team_id: now.team_id,
    })
  }
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const agent = await writableAgent(tx, person, id, true)
    if (agent.version !== now.version) throw new Refused('request.precondition_failed')
    await guardExclusive(tx)
    const at = await clock(tx)
    const event = await writeEdit(tx, agent, patch, person.id, at)
    await record(tx, at, [event])
  })
  return null
}

/** A working agent changes hands: whoever is to answer for it accepts that first (a hold of kind change). */
async function transfer(
  app: Instance,
  person: SignedIn,
  agent: Registration,
  patch: AgentPatch,
  accepting: readonly PersonId[],
): Promise<{ hold_id: string }> {
  const { owner_id, backup_id, ...rest } = patch
  if (Object.keys(rest).length > 0)
    throw new Refused(
      'request.invalid',
      'Who answers for a working agent is changed by itself, apart from anything else.',
    )
  await check(reader(app.db.pool), agent, patch)
  const stages = accepting.map(id => ({ approvals: 1, who: [{ relation: 'person' as const, person_id: id }] }))
  return proposeChange(app, person, {
    kind: 'agent.transfer',
    subject_id: agent.id,
    based_on: etagOf(agent.version),
    payload: { patch, proposed_by: person.id },
    agent_id: agent.id,
    team_id: agent.team_id,
    ...(stages.length > 0
      ? {
          asks: { stages, veto: true },
          sentence: 'Nobody answers for an agent who has not agreed to.',
        }
      : {}),
  })
}

async function check(db: Parameters<typeof findHome>[0], agent: Registration, patch: AgentPatch): Promise<Draft> {
  const draft: Draft = {
    id: agent.id,
    name: patch.name ?? agent.name,
    name_skeleton: await demandOwnName(db, patch.name ?? agent.name, agent.id),
    kind: patch.kind ?? agent.kind,
    purpose: patch.purpose ?? agent.purpose,
    application_id: patch.application_id ?? agent.application_id,
    environment: patch.environment ?? agent.environment,
    tier: patch.tier ?? agent.tier,
    owner_id: patch.owner_id === undefined ? agent.owner_id : patch.owner_id,
    backup_id: patch.backup_id === undefined ? agent.backup_id : patch.backup_id,
    limits: { ...agent.limits, ...patch.limits },
  }
  const home = await findHome(db, draft.application_id)
  if (!home) throw new Refused('request.invalid', 'There is no such application.')
  const touched = patch.owner_id !== undefined || patch.backup_id !== undefined || patch.application_id !== undefined
  if (touched) await demandAccountable(db, home, draft.owner_id, draft.backup_id)
  return draft
}

/** Writes an edit in an open transaction that holds the agent's row: the row, who answers for it, and its event (returned). */
export async function writeEdit(
  tx: Tx,
  agent: Registration,
  patch: AgentPatch,
  by: PersonId,
  at: Date,
): Promise<EventDraft> {
  const draft = await check(tx, agent, patch)
  if (!(await updateAgent(tx, draft, agent.version))) throw new Refused('request.precondition_failed')
  const moved = draft.application_id !== agent.application_id
  // An inherited owner whose application the agent leaves was its owner until now: four eyes still remembers.
  if (moved && agent.owner_id === null) await openAccountability(tx, agent.id, agent.owner, 'owner', at, at)
  for (const [relation, before, after] of [
    ['owner', agent.owner_id, draft.owner_id],
    ['backup', agent.backup_id, draft.backup_id],
  ] as const) {
    if (before === after) continue
    await closeAccountability(tx, agent.id, relation, at)
    if (before === null && relation === 'owner' && !moved)
      await openAccountability(tx, agent.id, agent.owner, 'owner', at, at)
    if (after !== null) await openAccountability(tx, agent.id, after, relation, at)
  }
  tx.hint('agent', [agent.id])
  return registrationEvent('agent.updated', { kind: 'person', id: by }, draft)
}
