import { judgeDeferral } from '@/lib/action/defer'
import { deferredActions } from '@/server/action/waiting-store'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { decideAnew } from './anew'
import { storedFacts } from './facts-store'
import type { Registries } from './registry'
import { readDependencies } from './waits'

/*
 * Actions that wait for others of their agent (`deferred`) end
 *   at their own deadline             expired, dependency.timeout; a pause stops that clock and gives the time back
 *   by a kill or quarantine           contained
 *   when one of these did not happen  denied, dependency.failed
 *   when all of these are settled     decided anew, by all the rules
 */

/**
 * Decides anew what waited for actions that are settled now.
 * @returns how many it has moved
 */
export async function settleDeferred(app: Instance, registries: Registries): Promise<number> {
  const db = reader(app.db.pool)
  let worked = 0
  for (let after: string | null = ''; after !== null; ) {
    const rows: Awaited<ReturnType<typeof deferredActions>> = await deferredActions(db, after, 200)
    after = rows.at(-1)?.id ?? null
    const waiting = rows.map(row => ({ ...row, waits: storedFacts(row).deferred ?? null }))
    const known = await readDependencies(
      db,
      waiting.map(one => one.waits),
    )
    const due = waiting.filter(
      ({ waits, agent_id }) => waits === null || judgeDeferral(waits, agent_id, known).is !== 'wait',
    )
    if (due.length > 0) worked += await decideAnew(app, registries, null, due)
  }
  return worked
}
