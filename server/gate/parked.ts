import { decide } from '@/lib/gate/decide'
import type { Registry } from '@/lib/gate/registry'
import type { Standing } from '@/lib/hold/standing'
import type { EventDraft } from '@/lib/kernel/event'
import { untraced } from '@/lib/session/provenance'
import {
  type ActionRow,
  decideActions,
  lockActions,
  moveActions,
  overdueActions,
  retimeParked,
  waitingUnder,
} from '@/server/action/store'
import { readContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { actionDecided } from '@/server/hold/events'
import { insertHolds } from '@/server/hold/open-store'
import { lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { again } from './again'
import { compose } from './compose'
import { denial, type Ending } from './decided'
import { isParked, parkedStanding } from './parked-standing'
import type { Registries } from './registry'
import { endDecision, present, youngestEnd } from './settle'

/*
 * Calls of a tool that nobody has classified hang under the tool's one item. They end
 *   at their own deadline        expired, tool.unclassified; a pause stops that clock and gives the time back
 *   by a kill or quarantine      contained
 *   when the item is rejected    rejected
 *   when it is classified        decided anew, by all the rules: allowed, denied, or a hold of their own
 */

async function write(tx: Tx, at: Date, ends: readonly { action: ActionRow; ending: Ending }[]): Promise<void> {
  const written = await decideActions(
    tx,
    at,
    ends.map(one => ({ id: one.action.id, ...one.ending })),
  )
  tx.hint('action', [...written])
  tx.hint('hold', [...new Set(ends.flatMap(one => one.action.hold_id ?? []))])
  await record(
    tx,
    at,
    ends
      .filter(one => written.has(one.action.id))
      .map(one => actionDecided(one.action, one.ending.status, one.ending.decision)),
  )
}

/** Has time or a switch ended this parked call, whether or not it is written yet? */
export function isParkedOver(action: ActionRow, registry: Registry, at: Date): boolean {
  return isParked(action) && parkedStanding(action, registry, at).is === 'over'
}

/** The end of a parked call that nobody classified in time, or that a switch reached. */
function endOf(over: Extract<Standing, { is: 'over' }>, registry: Registry): Ending {
  return over.as === 'expired'
    ? denial('expired', 'timeout', 'tool.unclassified', 'Nobody classified the tool in time.', registry.policy.version)
    : { ...endDecision(over, registry), execute_by: null }
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
      if (now.is === 'over') ends.push({ action, ending: endOf(now, registry) })
      else if (now.is !== 'closed') rest.push({ id: action.id, due: now.expires_at })
    }
    await retimeParked(tx, rest, youngestEnd(registry))
    if (ends.length > 0) await write(tx, at, ends)
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
    await write(
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
 * Decides the calls under a classified tool's item anew, by the rules as they are now. What a pause has frozen stays as it
 * is until that is lifted, or its own time is over.
 * @returns how many have been decided or hang under holds of their own now
 */
export async function redecideParked(app: Instance, registries: Registries, item: string): Promise<number> {
  let worked = 0
  for (let after: string | null = ''; after !== null; ) {
    const waiting: ActionRow[] = await waitingUnder(reader(app.db.pool), item, 100, after)
    after = waiting.at(-1)?.id ?? null
    if (waiting.length > 0)
      worked += await redecide(
        app,
        registries,
        item,
        waiting.map(one => one.id),
      )
  }
  return worked
}

function redecide(app: Instance, registries: Registries, item: string, ids: readonly string[]): Promise<number> {
  return transact(app.db, async tx => {
    await lockHolds(tx, [item])
    const waiting = (await lockActions(tx, ids)).filter(action => !action.decision && action.hold_id === item)
    if (waiting.length === 0) return 0
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const actions = waiting
      .filter(isParked)
      .map(action => ({ action, now: parkedStanding(action, registry, at) }))
      .filter(one => one.now.is !== 'frozen')
    const contents = await readContent(
      tx,
      app.vault,
      actions.map(one => one.action.id),
    )
    const ends: { action: ActionRow; ending: Ending }[] = []
    const moves: { action: ActionRow; composed: ReturnType<typeof compose> }[] = []
    for (const { action, now } of actions) {
      const body = contents.get(action.id)?.parts.get('body')
      const rejudged = again(action, body, null, registry, at)
      if (now.is === 'over') {
        ends.push({ action, ending: endOf(now, registry) })
        continue
      }
      if (!rejudged || body === undefined) {
        const erased = 'What was asked has been erased.'
        ends.push({ action, ending: denial('denied', 'policy', 'action.erased', erased, registry.policy.version) })
        continue
      }
      const ruling = decide(rejudged.candidate, registry, at)
      if (ruling.is === 'refused') continue
      const left =
        now.is === 'open'
          ? Math.max(1, Math.round((now.expires_at.getTime() - at.getTime()) / 1_000))
          : Number.POSITIVE_INFINITY
      const bounded = ruling.is === 'decided' ? ruling : { ...ruling, seconds: Math.min(ruling.seconds, left) }
      // What was sent, and where it came from, is stored with the action already.
      const given = { body, body_digest: Buffer.alloc(0), trace: untraced }
      const composed = compose(
        app.vault,
        { given, id: action.id, key: action.key, known: rejudged.known },
        rejudged.candidate,
        bounded,
        registry,
        null,
        at,
      )
      if (composed.record.decision && composed.record.status !== 'held') {
        ends.push({
          action,
          ending: {
            status: composed.record.status,
            decision: composed.record.decision,
            execute_by: composed.record.execute_by,
          },
        })
      } else if (composed.hold) moves.push({ action, composed })
    }
    await insertHolds(
      tx,
      moves.flatMap(one => one.composed.hold ?? []),
    )
    await moveActions(
      tx,
      moves.map(one => ({ ...one.composed.action, hold_id: one.composed.hold?.id ?? item })),
    )
    tx.hint(
      'hold',
      moves.flatMap(one => one.composed.hold?.id ?? []),
    )
    tx.hint(
      'action',
      moves.map(one => one.action.id),
    )
    await write(tx, at, ends)
    const salted = (action: ActionRow) => contents.get(action.id)?.salted(action.digest ?? '') ?? 'erased'
    await record(
      tx,
      at,
      moves.map(
        (one): EventDraft => ({
          ...one.composed.event,
          data: { ...one.composed.event.data, digest: salted(one.action) },
        }),
      ),
    )
    return actions.length
  })
}
