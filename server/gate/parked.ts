import { reaches } from '@/lib/containment/containment'
import { decide } from '@/lib/gate/decide'
import { agentIn, type Registry, reachOf } from '@/lib/gate/registry'
import type { EventDraft } from '@/lib/kernel/event'
import {
  type ActionRow,
  decideActions,
  lockActions,
  moveActions,
  overdueActions,
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
import type { Registries } from './registry'
import { present } from './settle'

/*
 * Calls of a tool that nobody has classified hang under the tool's one item. They end
 *   at their own deadline        expired, tool.unclassified
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

/** A kill or quarantine since the call arrived, lifted or not, has ended it. */
function containedSince(action: ActionRow, registry: Registry): boolean {
  const known = agentIn(registry, action.agent_id)
  const reach = known && reachOf(known, action)
  return registry.containments.some(
    one =>
      reach &&
      (one.level === 'killed' || one.level === 'quarantined') &&
      one.from > action.created_at &&
      reaches(one.target, reach),
  )
}

/** Has time or a switch ended this parked call, whether or not it is written yet? */
export function isParkedOver(action: ActionRow, registry: Registry, at: Date): boolean {
  return action.expires_at !== null && (action.expires_at <= at || containedSince(action, registry))
}

/** Ends parked calls whose own deadline has passed, or that a switch reached. Null: whatever is due. */
export async function expireParked(
  app: Instance,
  registries: Registries,
  ids: readonly string[] | null,
): Promise<number> {
  const due = ids ?? (await overdueActions(reader(app.db.pool), 500))
  if (due.length === 0) return 0
  return transact(app.db, async tx => {
    const actions = (await lockActions(tx, due)).filter(action => !action.decision && action.expires_at)
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const version = registry.policy.version
    await write(
      tx,
      at,
      actions.flatMap(action => {
        if (containedSince(action, registry)) {
          return [
            {
              action,
              ending: denial('contained', 'containment', 'containment.killed', 'A switch ended this.', version),
            },
          ]
        }
        return action.expires_at && action.expires_at <= at
          ? [
              {
                action,
                ending: denial(
                  'expired',
                  'timeout',
                  'tool.unclassified',
                  'Nobody classified the tool in time.',
                  version,
                ),
              },
            ]
          : []
      }),
    )
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

/** Decides the calls under a classified tool's item anew, by the rules as they are now. Called until it returns 0. */
export async function redecideParked(app: Instance, registries: Registries, item: string): Promise<number> {
  const waiting = await waitingUnder(reader(app.db.pool), item, 100)
  if (waiting.length === 0) return 0
  return transact(app.db, async tx => {
    await lockHolds(tx, [item])
    const actions = (
      await lockActions(
        tx,
        waiting.map(one => one.id),
      )
    ).filter(action => !action.decision && action.hold_id === item)
    if (actions.length === 0) return 0
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const contents = await readContent(
      tx,
      app.vault,
      actions.map(action => action.id),
    )
    const ends: { action: ActionRow; ending: Ending }[] = []
    const moves: { action: ActionRow; composed: ReturnType<typeof compose> }[] = []
    for (const action of actions) {
      const ending = containedSince(action, registry)
        ? denial('contained', 'containment', 'containment.killed', 'A switch ended this.', registry.policy.version)
        : null
      const body = contents.get(action.id)?.parts.get('body')
      const rejudged = again(action, body, null, registry, at)
      if (ending || !rejudged || body === undefined) {
        ends.push({
          action,
          ending:
            ending ??
            denial('denied', 'policy', 'action.erased', 'What was asked has been erased.', registry.policy.version),
        })
        continue
      }
      const ruling = decide(rejudged.candidate, registry, at)
      if (ruling.is === 'refused') continue
      const left = action.expires_at
        ? Math.max(1, Math.round((action.expires_at.getTime() - at.getTime()) / 1_000))
        : Number.POSITIVE_INFINITY
      const bounded = ruling.is === 'decided' ? ruling : { ...ruling, seconds: Math.min(ruling.seconds, left) }
      const given = { body, body_digest: Buffer.alloc(0) }
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
