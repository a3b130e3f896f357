import type { SignedIn } from '@/lib/access/permission'
import { type ScopeBody, scopeLine } from '@/lib/agent/contract'
import { agentEvent } from '@/lib/agent/events'
import { scopeWidens } from '@/lib/agent/widening'
import { etagOf } from '@/lib/kernel/etag'
import { isId, type ScopeId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import { proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { openAccountability } from './accountability-store'
import { bumpAgent } from './agent-store'
import { writableAgent } from './authority'
import { writeScope } from './drafts'
import { demandMayGive } from './rules'
import { revokeScopeRow } from './scope-store'

/** Gives an agent a further scope line. On a working agent outside development a second person must agree: then a hold. */
export async function grantScope(
  app: Instance,
  person: SignedIn,
  id: string,
  body: ScopeBody,
): Promise<{ scope_id: ScopeId } | { hold_id: string }> {
  const agent = await writableAgent(reader(app.db.pool), person, id)
  demandMayGive(person, [body])
  if (scopeWidens(agent)) {
    return proposeChange(app, person, {
      kind: 'scope.widen',
      subject_id: agent.id,
      based_on: etagOf(agent.version),
      payload: { scope: body, proposed_by: person.id },
      agent_id: agent.id,
      team_id: agent.team_id,
    })
  }
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const locked = await writableAgent(tx, person, id, true)
    // It became active meanwhile: what was free is not any more.
    if (scopeWidens(locked)) throw new Refused('request.precondition_failed')
    const at = await clock(tx)
    const written = await writeScope(tx, locked.id, scopeLine(body), person.id, at)
    await bumpAgent(tx, locked.id)
    tx.hint('agent', [locked.id])
    await record(tx, at, [written.event])
    return { scope_id: written.id }
  })
}

/** Takes a scope line away, at once: nothing is allowed under it after this commit. Again is fine. */
export async function revokeScope(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  scopeId: string,
): Promise<void> {
  if (!isId('scp', scopeId)) throw new Refused('request.not_found')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const agent = await writableAgent(tx, person, id, true)
    await guardExclusive(tx)
    const at = await clock(tx)
    if (!(await revokeScopeRow(tx, scopeId, agent.id, at))) throw new Refused('request.not_found')
    await openAccountability(tx, agent.id, person.id, 'scope_editor', at, at)
    await bumpAgent(tx, agent.id)
    tx.hint('agent', [agent.id])
    await record(tx, at, [
      agentEvent('scope.revoked', { kind: 'person', id: person.id }, [agent.id, scopeId], {
        scope_id: scopeId,
        agent_id: agent.id,
      }),
    ])
  })
}
