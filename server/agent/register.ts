import type { SignedIn } from '@/lib/access/permission'
import { type RegisterBody, scopeLine } from '@/lib/agent/contract'
import { presetScopes } from '@/lib/agent/preset'
import type { EventDraft } from '@/lib/kernel/event'
import type { AgentId, ApplicationId, PersonId } from '@/lib/kernel/id'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { openAccountability } from './accountability-store'
import { insertAgent } from './agent-store'
import { registrationEvent, writeScope } from './drafts'
import { demandAccountable, demandHome, demandMayGive, demandOwnName } from './rules'

/** What a later concept adds to a registration, in its transaction. Answers the events to record. */
export type AlsoRegister = (
  tx: Tx,
  agent: { readonly id: AgentId; readonly application_id: ApplicationId; readonly owner: PersonId },
  by: PersonId,
) => Promise<readonly EventDraft[]>

/**
 * Registers an agent with the scopes of its preset and those named one by one. It has no key yet, so it can do nothing.
 * @throws Refused `agent.confusable`, `agent.owner_invalid`, `request.invalid` (application), `request.forbidden`.
 */
export async function registerAgent(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  body: RegisterBody,
  also: AlsoRegister = async () => [],
): Promise<AgentId> {
  demandMayGive(person, body.scopes)
  const id = newId('agt')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const home = await demandHome(tx, person, body.application_id)
    const name_skeleton = await demandOwnName(tx, body.name, null)
    await demandAccountable(tx, home, body.owner_id, body.backup_id)
    const at = await clock(tx)
    const { scopes, preset, ...rest } = body
    const draft = { ...rest, id, name_skeleton }
    await insertAgent(tx, draft, person.id, at)
    await openAccountability(tx, id, person.id, 'creator', at)
    if (body.owner_id) await openAccountability(tx, id, body.owner_id, 'owner', at)
    if (body.backup_id) await openAccountability(tx, id, body.backup_id, 'backup', at)
    const events = [registrationEvent('agent.registered', { kind: 'person', id: person.id }, draft)]
    const lines = [...(preset ? presetScopes(preset, body.environment) : []), ...scopes.map(scopeLine)]
    for (const line of lines) events.push((await writeScope(tx, id, line, person.id, at)).event)
    const owner = body.owner_id ?? home.owner_id
    events.push(...(await also(tx, { id, application_id: body.application_id, owner }, person.id)))
    tx.hint('agent', [id])
    await record(tx, at, events)
  })
  return id
}
