import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { reportEvent } from '@/lib/report/events'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { disableNaming, enableNaming, openNaming } from './store'

/** Why names are shown now, as everybody may read it; null: they are not. */
export async function namingNow(db: Reader) {
  const open = await openNaming(db)
  return (
    open && {
      reason: open.reason,
      enabled_by: { id: open.enabled_by, name: open.enabled_by_name },
      enabled_at: open.enabled_at,
    }
  )
}

/** Lets reports name people, for a reason that all of them can read. Enabled twice is enabled. @throws Refused 403 */
export async function showNames(app: Pick<Instance, 'db'>, by: SignedIn, reason: string): Promise<void> {
  if (!mayEverywhere(by, 'report.name')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    const id = newId('rpn')
    if (!(await enableNaming(tx, id, by.id, reason, at))) return
    tx.hint('report', '*')
    await record(tx, at, [reportEvent('report.naming_enabled', { kind: 'person', id: by.id }, [id], { naming_id: id })])
  })
}

/** Reports name nobody any more. @throws Refused 403 */
export async function hideNames(app: Pick<Instance, 'db'>, by: SignedIn): Promise<void> {
  if (!mayEverywhere(by, 'report.name')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    const id = await disableNaming(tx, by.id, at)
    if (id === null) return
    tx.hint('report', '*')
    await record(tx, at, [
      reportEvent('report.naming_disabled', { kind: 'person', id: by.id }, [id], { naming_id: id }),
    ])
  })
}
