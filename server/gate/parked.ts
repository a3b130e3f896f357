import type { Registry } from '@/lib/gate/registry'
import { type ActionRow, lockActions } from '@/server/action/store'
import { overdueActions, retimeParked, waitingUnder } from '@/server/action/waiting-store'
import { guardShared } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { decideAnew } from './anew'
import { denial, type Ending } from './decided'
import { endOf, writeEnds } from './parked-ends'
import { isParked, parkedStanding } from './parked-standing'
import type { Registries } from './registry'
import { present, youngestEnd } from './settle'

/*
 * Calls of a tool that nobody has classified hang under the tool's one item. They end
 *   at their own deadline        expired, tool.unclassified; a pause stops that clock and gives the time back
 *   by a kill or quarantine      contained
 *   when the item is rejected    rejected
 *   when it is classified        decided anew, by all the rules: allowed, denied, or a hold of their own
 */

/** Has time or a switch ended this parked call, whether or not it is written yet? */
export function isParkedOver(action: ActionRow, registry: Registry, at: Date): boolean {
  return isParked(action) && parkedStanding(action, registry, at).is === 'over'
}

/**
 * Ends parked calls whose own deadline has passed, or that a switch reached. Null: whatever is due. What a pause gave back
 * is re-timed.
 */
export async function expireParked(
  app: Instance,
  registries: Registries,
  ids: readonly string[] | null,
): Promise<number> {
  const known = registries.latest()
  const due = ids ?? (await overdueActions(reader(app.db.pool), known ? youngestEnd(known) : 0, 500))
  if (due.length === 0) return 0
  return transact(app.db, async tx => {
    const actions = (await lockActions(tx, due)).filter(action => !action.decision).filter(isParked)
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const ends: { action: ActionRow; ending: Ending }[] = []
    const rest: { id: string; due: Date }[] = []
    for (const action of actions) {
      const now = parkedStanding(action, registry, at)
      if (now.is === 'over') ends.push({ action, ending: endOf(action, now, registry) })
      else if (now.is !== 'closed') rest.push({ id: action.id, due: now.expires_at })
    }
    await retimeParked(tx, rest, youngestEnd(registry))
    if (ends.length > 0) await writeEnds(tx, at, ends)
    return actions.length
  })
}

/** Ends every call under an item that people rejected, or that ended some other way. Called until it returns 0. */
export async function endParked(
  app: Instance,
  registries: Registries,
  item: string,
  reason: string | null,
): Promise<number> {
  const waiting = await waitingUnder(reader(app.db.pool), item, 200)
  if (waiting.length === 0) return 0
  return transact(app.db, async tx => {
    const actions = (
      await lockActions(
        tx,
        waiting.map(one => one.id),
      )
    ).filter(action => !action.decision && action.hold_id === item)
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    await writeEnds(
      tx,
      at,
      actions.map(action => ({
        action,
        ending: denial(
          'rejected',
          'human',
          'hold.rejected',
          reason ?? 'A person refused this tool.',
          registry.policy.version,
        ),
      })),
    )
    return actions.length
  })
}

/**
 * Decides the calls under a classified tool's item anew.
 * @returns how many have been decided, or wait for something else now
 */
export async function redecideParked(app: Instance, registries: Registries, item: string): Promise<number> {
  let worked = 0
  for (let after: string | null = ''; after !== null; ) {
    const waiting: ActionRow[] = await waitingUnder(reader(app.db.pool), item, 100, after)
    after = waiting.at(-1)?.id ?? null
    if (waiting.length > 0) worked += await decideAnew(app, registries, item, waiting)
  }
  return worked
}
