import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { accessEvent } from '@/lib/access/events'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { raiseInstanceEpoch } from './organisation-store'

/** After a restore the instance epoch goes up, once: what was handed out before it can be told from what comes after. */
export async function noteRestore(app: Pick<Instance, 'db' | 'config'>): Promise<void> {
  const marker = join(app.config.home, 'restored')
  if (!existsSync(marker)) return
  await transact(app.db, async tx => {
    // The gate's snapshot carries the epoch.
    await touchRegistry(tx)
    const epoch = await raiseInstanceEpoch(tx)
    const at = await clock(tx)
    await record(tx, at, [accessEvent('organisation.restored', { kind: 'system', id: 'setup' }, ['org'], { epoch })])
  })
  rmSync(marker, { force: true })
}
