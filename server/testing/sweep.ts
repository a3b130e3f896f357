import { expect } from 'vitest'
import type { Reader } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'

/**
 * Instances look at once, beside their own engines, until no level is due and all that is due has left: a message that is claimed
 * and not yet sent when its claim runs out goes out again, so that no clock moves on before.
 */
export async function untilAllIsTold(
  db: Reader,
  apps: readonly Served[],
  looks: readonly ((app: Served) => Promise<unknown>)[],
): Promise<void> {
  await expect
    .poll(
      async () => {
        for (const look of looks) await Promise.all(apps.map(look))
        const [row] = await db.query<{ left: number }>(
          `select (select count(*) from hold where status = 'pending' and next_level_at <= holdpoint.now())::integer
             + (select count(*) from delivery where status = 'pending')::integer as left`,
          [],
          'left-to-tell',
        )
        return row?.left
      },
      { timeout: 15_000 },
    )
    .toBe(0)
}
