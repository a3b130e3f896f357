import type { Registry } from '@/lib/gate/registry'
import { coalesce } from '@/server/db/coalesce'
import { reader } from '@/server/db/tx'
import { type HoldRow, readHolds } from '@/server/hold/store'
import { type EventOf, eventsOf, type Told, toldAbout } from '@/server/hold/told-store'
import type { Instance } from '@/server/instance'
import { type Belongings, readBelongings } from './hold-page'
import type { Registries } from './registry'

/** All that the page of one hold is drawn from, whoever looks at it. */
export interface HoldRead {
  readonly hold: HoldRow
  readonly belongings: Belongings
  /** The sixty oldest. */
  readonly events: readonly EventOf[]
  readonly told: readonly Told[]
  readonly registry: Registry
  readonly at: Date
}

/** Reads holds for their pages. What many ask for together, as after verdicts that were decided together, is one reading. */
export function openHoldReads(app: Instance, registries: Registries): (id: string) => Promise<HoldRead | undefined> {
  const db = reader(app.db.pool)
  return coalesce(async (ids: string[]) => {
    const [{ at, registry }, holds, belongings, events, told] = await Promise.all([
      registries.now(),
      readHolds(db, ids),
      readBelongings(app, ids),
      eventsOf(db, ids, 60),
      toldAbout(db, ids),
    ])
    const eventsBy = Map.groupBy(events, one => one.subject)
    const toldBy = Map.groupBy(told, one => one.hold)
    return new Map(
      holds.map(hold => {
        const its = { hold, events: eventsBy.get(hold.id) ?? [], told: toldBy.get(hold.id) ?? [] }
        return [hold.id, { ...its, belongings, registry, at }]
      }),
    )
  })
}
