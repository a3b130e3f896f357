import type { Tx } from '@/server/db/tx'

/** This database is a demo, for ever: screens say so, and nobody decides for themselves in it. */
export async function markDemo(tx: Tx): Promise<void> {
  await tx.query('update organisation set demo = true, version = version + 1')
}
