import { standing } from '@/lib/hold/standing'
import { canonical } from '@/lib/kernel/canonical'
import { isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { decideActions, lockActions, readActions } from '@/server/action/store'
import { readContent, saveContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { actionDecided, holdEnded } from '@/server/hold/events'
import { endHolds, lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { denial } from './decided'
import { expireParked, isParkedOver } from './parked'
import type { Registries } from './registry'
import { present, settle, timed } from './settle'

/** What the agent says when it takes an action back; a key makes the same answer come again. */
export interface Withdrawal {
  readonly reason?: string | undefined
  readonly key: string | null
}

/**
 * The agent takes a waiting action back. What was decided a moment before stands: 409 with it.
 * @throws Refused request.not_found, action.decided, idempotency.conflict
 */
export async function withdraw(
  app: Instance,
  registries: Registries,
  by: Extract<Principal, { kind: 'agent' }>,
  id: string,
  { reason, key }: Withdrawal,
): Promise<void> {
  // Which call this was, should it be asked again because its answer was lost.
  const call = key === null ? null : canonical({ key, reason: reason ?? null })
  const [seen] = isId('act', id) ? await readActions(reader(app.db.pool), [id]) : []
  if (!seen || seen.agent_id !== by.id) throw new Refused('request.not_found')
  const outcome = await transact(app.db, async tx => {
    const [hold] = seen.hold_id ? await lockHolds(tx, [seen.hold_id]) : []
    const [action] = await lockActions(tx, [id])
    if (!action) return 'decided'
    if (action.decision) return (await saidBefore(tx, app, action, key, call)) ? 'done' : 'decided'
    // Its tool was classified in between: it hangs under a hold of its own now, which ends with it.
    if (action.hold_id !== seen.hold_id) return 'moved'
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const own = hold?.kind === 'action' ? hold : undefined
    if (own && standing(timed(own, registry), registry.containments, at).is === 'over') return 'over'
    if (!own && isParkedOver(action, registry, at)) return 'over'
    const ending = denial('cancelled', 'agent', 'hold.withdrawn', 'The agent took it back.', registry.policy.version)
    if (own) await endHolds(tx, at, [{ id: own.id, status: 'withdrawn' }])
    await decideActions(tx, at, [{ id, ...ending }])
    await saveContent(tx, app.vault, id, {
      ...(reason ? { withdrawn: reason } : {}),
      ...(call === null ? {} : { withdrawal: call }),
    })
    tx.hint('action', [id])
    tx.hint('hold', own ? [own.id] : [])
    await record(tx, at, [
      own ? holdEnded(own, 'withdrawn', by, ending) : { ...actionDecided(action, 'cancelled', ending.decision), by },
    ])
    return 'done'
  })
  if (outcome === 'done') return
  if (outcome === 'moved') return withdraw(app, registries, by, id, { reason, key })
  if (outcome === 'over') {
    if (seen.expires_at) await expireParked(app, registries, [id])
    else if (seen.hold_id) await settle(app, registries, [seen.hold_id])
  }
  throw new Refused('action.decided', 'This action has been decided already.')
}

/** Was it this very call that took it back? @throws Refused idempotency.conflict: by this key, with another body */
async function saidBefore(
  tx: Tx,
  app: Instance,
  action: { id: string; status: string },
  key: string | null,
  call: string | null,
): Promise<boolean> {
  if (action.status !== 'cancelled' || call === null) return false
  const before = (await readContent(tx, app.vault, [action.id])).get(action.id)?.parts.get('withdrawal')
  if (before === call) return true
  const parsed: { key?: unknown } = JSON.parse(before ?? '{}')
  if (parsed.key === key) throw new Refused('idempotency.conflict', 'This Idempotency-Key was used with another body.')
  return false
}
