import type { ActionStatus } from '@/lib/action/contract'
import type { Decision } from '@/lib/action/decision'
import { agentIn, type Registry, reachOf } from '@/lib/gate/registry'
import { type Standing, standing, type Timed } from '@/lib/hold/standing'
import type { EventDraft } from '@/lib/kernel/event'
import { Refused } from '@/lib/kernel/problem'
import { decideActions } from '@/server/action/store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Tx, transact, Unavailable } from '@/server/db/tx'
import { holdEnded } from '@/server/hold/events'
import { endHolds, type HoldRow, lockDue, lockHolds, retimeHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import type { Registries } from './registry'

/** Time and registry as they stand after the last lock of this transaction. */
export async function present(tx: Tx, registries: Registries): Promise<{ at: Date; registry: Registry }> {
  const [row] = await tx.query<{ at: Date; version: number }>(
    'select holdpoint.now() as at, version from registry where id = 1',
    [],
    'present',
  )
  if (!row) throw new Error('the registry row is missing')
  return { at: row.at, registry: await registries.at(tx, row.version) }
}

/** A hold as `standing` asks for it. A change is reached by no switch; neither is what belongs to no agent any more. */
export function timed(hold: HoldRow, registry: Registry): Timed {
  const known = hold.kind === 'action' && hold.agent_id ? agentIn(registry, hold.agent_id) : null
  const reach =
    known &&
    reachOf(known, {
      credential_id: hold.credential_id ?? '',
      tool: hold.tool ?? '',
      environment: hold.environment ?? '',
      session: hold.session ?? '',
      instance: hold.instance,
    })
  return { status: hold.status, opened_at: hold.opened_at, expires_at: hold.expires_at, epoch: hold.epoch, reach }
}

/** The epoch of the youngest kill or quarantine, lifted or not. */
export function youngestEnd(registry: Registry): number {
  return registry.containments.reduce(
    (top, one) => (one.level === 'killed' || one.level === 'quarantined' ? Math.max(top, one.epoch) : top),
    0,
  )
}

/** The decision that a derived end writes. */
export function endDecision(
  over: Extract<Standing, { is: 'over' }>,
  registry: Registry,
): { status: ActionStatus; decision: Decision } {
  const base = {
    verdict: 'deny',
    reason_in_content: false,
    policy_version: registry.policy.version,
    rules: [],
    modified: false,
    executable_digest: null,
    obligations: [],
  } as const
  if (over.as === 'expired') {
    return {
      status: 'expired',
      decision: { ...base, by: 'timeout', code: 'hold.expired', reason: 'Nobody decided in time.' },
    }
  }
  const killed = over.by?.level === 'killed'
  return {
    status: 'contained',
    decision: {
      ...base,
      by: 'containment',
      code: killed ? 'containment.killed' : 'containment.quarantined',
      reason: killed ? 'The kill switch ended this.' : 'A quarantine ended this.',
    },
  }
}

/**
 * Writes what time and switches have already ended: hold, decision and event in one guarded statement each, before anyone
 * is told. Called by waiters (`ids`) and by the engine (null: whatever is due). What a pause gave back is re-timed.
 * @returns 0 when nothing more is due now.
 */
export async function settle(
  app: Instance,
  registries: Registries,
  ids: readonly string[] | null,
  limit = 500,
): Promise<number> {
  const known = registries.latest()
  const youngest = known ? youngestEnd(known) : 0
  return transact(app.db, async tx => {
    const due = await lockDue(tx, ids, youngest, limit)
    if (due.length === 0) return 0
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const rest: { id: string; due: Date }[] = []
    const over: { hold: HoldRow; as: 'expired' | 'contained'; action: { status: ActionStatus; decision: Decision } }[] =
      []
    for (const hold of due) {
      const now = standing(timed(hold, registry), registry.containments, at)
      if (now.is === 'over') over.push({ hold, as: now.as, action: endDecision(now, registry) })
      else if (now.is !== 'closed') rest.push({ id: hold.id, due: now.expires_at })
    }
    await retimeHolds(tx, rest, youngestEnd(registry))
    const ended = await endHolds(
      tx,
      at,
      over.map(one => ({ id: one.hold.id, status: one.as })),
    )
    const written = over.filter(one => ended.has(one.hold.id))
    const decided = await decideActions(
      tx,
      at,
      written.flatMap(one => (one.hold.action_id ? [{ id: one.hold.action_id, ...one.action, execute_by: null }] : [])),
    )
    if (written.length > 0) {
      tx.hint('action', [...decided])
      tx.hint(
        'hold',
        written.map(one => one.hold.id),
      )
    }
    const events = written.map(
      (one): EventDraft =>
        holdEnded(one.hold, one.as, { kind: 'system', id: 'engine' }, one.hold.action_id ? one.action : null, {
          seen: one.hold.first_seen_at !== null,
        }),
    )
    await record(tx, at, events)
    return due.length < limit ? 0 : due.length
  })
}

const mostLooks = 5

/**
 * A hold that time or a switch has ended, as it ended: `settle` leaves alone what another instance is writing just now, and whoever
 * comes too late is to be told how it ended, so that this waits for it.
 * @throws Refused `request.not_found`, Unavailable where it cannot be written
 */
export async function settled(app: Instance, registries: Registries, id: string): Promise<HoldRow> {
  for (let look = 0; look < mostLooks; look++) {
    await settle(app, registries, [id])
    const [hold] = await transact(app.db, tx => lockHolds(tx, [id]))
    if (!hold) throw new Refused('request.not_found')
    if (hold.status !== 'pending') return hold
  }
  throw new Unavailable('the end of a hold could not be written')
}
