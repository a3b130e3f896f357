import type { Tx } from '@/server/db/tx'

/** Moves the instance epoch on: what was handed out before a restore can be told from what comes after. */
export async function bumpEpoch(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ instance_epoch: number }>(
    'update organisation set instance_epoch = instance_epoch + 1 where id = $1 returning instance_epoch',
    ['org'],
  )
  if (!row) throw new Error('the organisation row is missing')
  return row.instance_epoch
}
