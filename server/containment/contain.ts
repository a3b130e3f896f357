import { type Containment, type Level, levels, type Target } from '@/lib/containment/containment'
import { containmentEvent } from '@/lib/containment/events'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import type { Tx } from '@/server/db/tx'
import { inForceOn, insertContainment, renewContainment } from './switch-store'

/** What is to be stopped, by whom, and why. */
export interface Order {
  readonly target: Target
  readonly level: Level
  readonly reason: string
  readonly by: PersonId
}

/**
 * What came of it. `engaged`: a new switch. `same`: it was in force already. `weaker`: a stronger one is in force on the same
 * target, and nothing was written. `drafts` are the events that the caller records last.
 */
export interface Contained {
  readonly outcome: 'engaged' | 'same' | 'weaker'
  readonly containment: Containment
  readonly drafts: readonly EventDraft[]
}

/**
 * Throws a switch inside an open transaction that takes no further lock: registry row, then the guard alone, then the clock.
 * From its commit on nothing in its reach is allowed on any instance. It locks no hold, action or agent row.
 */
export async function containWithin(tx: Tx, order: Order): Promise<Contained & { readonly at: Date }> {
  await touchRegistry(tx)
  await guardExclusive(tx)
  const at = await clock(tx)
  const before = await inForceOn(tx, order.target)
  const strength = levels.indexOf(order.level)
  const stronger = before.find(one => levels.indexOf(one.level) > strength)
  if (stronger) return { outcome: 'weaker', containment: stronger, drafts: [], at }
  const by: Principal = { kind: 'person', id: order.by }
  const same = before.find(one => one.level === order.level)
  const subjects = subjectsOf(order.target)
  tx.hint('containment', '*')
  if (same) return { ...(await again(tx, same, by, order.reason, subjects)), at }
  const containment = await insertContainment(tx, newId('ctn'), order, at)
  const draft = containmentEvent('containment.engaged', by, [containment.id, ...subjects], {
    containment_id: containment.id,
    target_type: order.target.type,
    target_id: order.target.id,
    level: order.level,
    reason: order.reason,
    epoch: containment.epoch,
    from: at.toISOString(),
  })
  return { outcome: 'engaged', containment, drafts: [draft], at }
}

/** The same again: a kill or quarantine takes a younger epoch, so that a lift that was on its way is stale (K07). */
async function again(
  tx: Tx,
  same: Containment,
  by: Principal,
  reason: string,
  subjects: readonly string[],
): Promise<Contained> {
  if (same.level !== 'killed' && same.level !== 'quarantined') return { outcome: 'same', containment: same, drafts: [] }
  const epoch = await renewContainment(tx, same.id)
  const draft = containmentEvent('containment.renewed', by, [same.id, ...subjects], {
    containment_id: same.id,
    epoch,
    reason,
  })
  return { outcome: 'same', containment: { ...same, epoch }, drafts: [draft] }
}

/** The ids that an event about this target is found by: a session's also by its agent. */
export function subjectsOf(target: Target): string[] {
  if (target.type === 'organisation') return ['org']
  const agent = target.type === 'session' || target.type === 'instance' ? target.id.split('/')[0] : undefined
  // Subjects travel as one comma-separated text: what could hold a comma is found by its agent alone.
  return [...(agent ? [agent] : []), ...(target.id.includes(',') ? [] : [target.id])]
}
