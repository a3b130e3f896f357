import { mayEverywhere } from '@/lib/access/permission'
import { enqueue } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { closeOver } from '@/server/grant/end'
import { lockLoud, markLoud } from '@/server/grant/told-store'

/** Closes standing approvals that are over, and tells everybody who governs of a broken glass: when it breaks and to look back. */
export async function grantsDue(app: Served): Promise<number> {
  const closed = await closeOver(app)
  if (!app.config.smtp) return closed
  const registry = await app.gate.registries.refresh()
  const governing = registry.people
    .filter(one => one.status === 'active' && mayEverywhere(one, 'grant.review'))
    .map(one => one.id)
  return transact(
    app.db,
    async tx => {
      const loud = await lockLoud(tx, 20)
      if (loud.length === 0) return closed
      const at = await clock(tx)
      for (const { id, hold_id, over } of loud) {
        const kind = over ? 'grant.to_review' : 'grant.glass_broken'
        const payload = JSON.stringify({ kind, grant: id })
        await enqueue(
          tx,
          at,
          governing.map(person_id => ({ subject_id: hold_id, kind, person_id, payload })),
        )
      }
      await markLoud(
        tx,
        loud.map(one => one.id),
        at,
      )
      return closed
    },
    app.db.background,
  )
}
