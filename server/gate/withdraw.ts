import { standing } from '@/lib/hold/standing'
import { isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { decideActions, lockActions, readActions } from '@/server/action/store'
import { saveContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import { actionDecided, holdEnded } from '@/server/hold/events'
import { endHolds, lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { denial } from './decided'
import type { Registries } from './registry'
import { present, settle, timed } from './settle'

/**
 * The agent takes a waiting action back. What was decided a moment before stands: 409 with it.
 * @throws Refused request.not_found, action.decided
 */
export async function withdraw(
  app: Instance,
  registries: Registries,
  by: Extract<Principal, { kind: 'agent' }>,
  id: string,
  reason: string | undefined,
): Promise<void> {
  const [seen] = isId('act', id) ? await readActions(reader(app.db.pool), [id]) : []
  if (!seen || seen.agent_id !== by.id) throw new Refused('request.not_found')
  const outcome = await transact(app.db, async tx => {
    const [hold] = seen.hold_id ? await lockHolds(tx, [seen.hold_id]) : []
    const [action] = await lockActions(tx, [id])
    if (!action || action.decision) return 'decided'
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const own = hold?.kind === 'action' ? hold : undefined
    if (own && standing(timed(own, registry), registry.containments, at).is === 'over') return 'over'
    const ending = denial('cancelled', 'agent', 'hold.withdrawn', 'The agent took it back.', registry.policy.version)
    if (own) await endHolds(tx, at, [{ id: own.id, status: 'withdrawn' }])
    await decideActions(tx, at, [{ id, ...ending }])
    if (reason) await saveContent(tx, app.vault, id, { withdrawn: reason })
    tx.hint('action', [id])
    tx.hint('hold', own ? [own.id] : [])
    await record(tx, at, [
      own ? holdEnded(own, 'withdrawn', by, ending) : { ...actionDecided(action, 'cancelled', ending.decision), by },
    ])
    return 'done'
  })
  if (outcome === 'done') return
  if (outcome === 'over' && seen.hold_id) await settle(app, registries, [seen.hold_id])
  throw new Refused('action.decided', 'This action has been decided already.')
}
