import { asksOf } from '@/lib/gate/asks-of'
import { endOverdue } from '@/server/agent/enforcement'
import { touchRegistry } from '@/server/db/guard'
import { refreshStatistics } from '@/server/db/statistics'
import { isOutage, reader, transact } from '@/server/db/tx'
import { settleDeferred } from '@/server/gate/deferred'
import { endParked, expireParked, redecideParked } from '@/server/gate/parked'
import type { Served } from '@/server/gate/served'
import { settle } from '@/server/gate/settle'
import { attachItem, endedItems, staleItems } from '@/server/hold/store'
import { readDueCalendars } from '@/server/on-call/calendar'
import { openShadowing } from '@/server/policy/proof-shadow'
import { endCanaries } from '@/server/report/canaries'
import { digestDue } from '@/server/report/digest'
import { measureReviews } from '@/server/report/measure'
import { applyChanges } from './apply-changes'
import { deliver, deliverPush, deliverSlack } from './deliver'
import { openWebhookDelivery } from './deliver-webhooks'
import { escalateDue } from './escalate'
import { feedDue } from './feed'
import { grantsDue } from './grants'
import { notifyDue } from './notify'
import { forgetEndedSessions } from './sessions'
import { wakeDue } from './wake'

/** One module of the engine: it asks what is due, does some of it, and says how much it found. */
interface Module {
  readonly name: string
  readonly every: number
  readonly run: (app: Served) => Promise<number>
  /** Hints that make it worth looking at once. */
  readonly wakes: readonly string[]
}

/** Whom approval policies ask, as they stand now. */
const whomAsked = async (app: Served) => asksOf((await app.gate.registries.now()).registry)

/** Calls under items that have ended: decided anew, or rejected with the item. */
async function settleItems(app: Served): Promise<number> {
  let worked = 0
  for (let after: string | null = ''; after !== null; ) {
    const items: Awaited<ReturnType<typeof endedItems>> = await endedItems(reader(app.db.pool), 20, after)
    after = items.at(-1)?.id ?? null
    for (const item of items) {
      const done =
        item.status === 'applied' || item.status === 'approved'
          ? await redecideParked(app, app.gate.registries, item.id)
          : item.status === 'rejected'
            ? await endParked(app, app.gate.registries, item.id, null)
            : 0
      worked += done
    }
  }
  for (const stale of await staleItems(reader(app.db.pool))) {
    await transact(app.db, async tx => {
      await touchRegistry(tx)
      await attachItem(tx, stale.tool_id, null)
    })
  }
  return worked
}

const modules: readonly Module[] = [
  {
    name: 'settle holds',
    every: 500,
    // Where nobody asks the gate anything its snapshot grows old, and a kill in a quiet hour would go unwritten.
    run: async app => {
      await app.gate.registries.refresh()
      return settle(app, app.gate.registries, null)
    },
    wakes: ['containment'],
  },
  { name: 'apply changes', every: 2_000, run: applyChanges, wakes: [] },
  { name: 'settle items', every: 2_000, run: settleItems, wakes: ['tool', 'containment'] },
  {
    name: 'expire parked',
    every: 1_000,
    run: app => expireParked(app, app.gate.registries, null),
    wakes: ['containment'],
  },
  {
    name: 'settle deferred',
    every: 1_000,
    run: app => settleDeferred(app, app.gate.registries),
    wakes: ['action', 'outcome', 'containment'],
  },
  { name: 'end watching', every: 2_000, run: endOverdue, wakes: [] },
  { name: 'escalate', every: 2_000, run: escalateDue, wakes: ['escalation'] },
  { name: 'notify', every: 2_000, run: notifyDue, wakes: [] },
  { name: 'read calendars', every: 30_000, run: readDueCalendars, wakes: [] },
  { name: 'grants', every: 5_000, run: grantsDue, wakes: ['grant'] },
  { name: 'deliver', every: 2_000, run: deliver, wakes: ['delivery'] },
  { name: 'deliver to Slack', every: 2_000, run: deliverSlack, wakes: ['delivery'] },
  { name: 'deliver to devices', every: 2_000, run: deliverPush, wakes: ['delivery'] },
  { name: 'end tests', every: 1_000, run: endCanaries, wakes: [] },
  { name: 'weekly digest', every: 60_000, run: digestDue, wakes: [] },
  { name: 'measure reviews', every: 2_000, run: measureReviews, wakes: [] },
  { name: 'tell the organisation', every: 1_000, run: feedDue, wakes: [] },
  { name: 'wake', every: 500, run: wakeDue, wakes: [] },
  { name: 'statistics', every: 2_000, run: app => refreshStatistics(app.db).then(() => 0), wakes: [] },
  { name: 'forget sessions', every: 60_000, run: forgetEndedSessions, wakes: [] },
  { name: 'touched', every: 10_000, run: app => app.gate.touched.flush(app), wakes: [] },
]

/** Starts the engine of one instance. Instances share due work by `skip locked`; each module runs alone in its instance. */
export function startEngine(app: Served): { stop: () => Promise<void> } {
  let stopped = false
  const running = new Set<Promise<unknown>>()
  const shadowing = { name: 'shadow policy', every: 5_000, run: openShadowing(whomAsked), wakes: [] }
  const webhooks = openWebhookDelivery()
  const sending = { name: 'deliver to webhooks', every: 1_000, run: webhooks.run, wakes: ['delivery'] }
  const timers = [...modules, shadowing, sending].map(module => {
    let busy = false
    let again = false
    const tick = (): void => {
      if (stopped) return
      if (busy) {
        again = true
        return
      }
      busy = true
      const work = module
        .run(app)
        .then(
          found => found > 0,
          error => {
            // Next time it is asked again; what was due is still due.
            if (!isOutage(error)) app.log.error({ err: error, module: module.name }, 'an engine module failed')
            return false
          },
        )
        .then(more => {
          busy = false
          running.delete(work)
          if (again || more) {
            again = false
            setImmediate(tick)
          }
        })
      running.add(work)
    }
    const unsubscribe = app.db.hints.subscribe(hint => {
      if (hint === 'resync' || module.wakes.includes(hint.type)) setImmediate(tick)
    })
    const timer = setInterval(tick, module.every)
    timer.unref()
    return () => {
      clearInterval(timer)
      unsubscribe()
    }
  })
  return {
    async stop() {
      stopped = true
      for (const end of timers) end()
      await Promise.all(running)
      await webhooks.stop()
    },
  }
}
