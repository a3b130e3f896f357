import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { accessEvent } from '@/lib/access/events'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { raiseInstanceEpoch } from './organisation-store'
import { revokeTokens } from './sign-in-store'

/**
 * After a restore the instance epoch goes up, once: what was handed out before it can be told from what comes after. Personal
 * tokens end: one that was ended after the backup was made would live again.
 */
export async function noteRestore(app: Pick<Instance, 'db' | 'config'>): Promise<void> {
  const marker = join(app.config.home, 'restored')
  if (!existsSync(marker)) return
  await transact(app.db, async tx => {
    // The gate's snapshot carries the epoch.
    await touchRegistry(tx)
    const epoch = await raiseInstanceEpoch(tx)
    const at = await clock(tx)
    const by = { kind: 'system', id: 'setup' } as const
    const ended = [...(await revokeTokens(tx, at))]
    tx.hint('sign_in', '*')
    await record(tx, at, [
      accessEvent('organisation.restored', by, ['org'], { epoch }),
      ...ended.map(([person_id, sign_in_ids]) =>
        accessEvent('sign_in.revoked', by, [person_id], { person_id, sign_in_ids }),
      ),
    ])
  })
  rmSync(marker, { force: true })
}
