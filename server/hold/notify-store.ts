import type { Reader, Tx } from '@/server/db/tx'

/** The last three holds that ended, when all of them expired and nobody had seen one; newest first. */
export async function unseenRun(db: Reader): Promise<string[]> {
  const rows = await db.query<{ id: string; unseen: boolean }>(
    `select id, status = 'expired' and first_seen_at is null as unseen from hold
     where status <> 'pending' order by decided_at desc, id desc limit 3`,
  )
  return rows.length === 3 && rows.every(row => row.unseen) ? rows.map(row => row.id) : []
}

/** Was this run reported before? A run is known by its newest hold; a longer one is reported every third time. */
export async function alarmed(db: Reader, holds: readonly string[]): Promise<boolean> {
  const rows = await db.query(
    `select 1 from event where type = 'hold.unseen_alarmed' and subjects && $1::text[] limit 1`,
    [holds],
  )
  return rows.length > 0
}

/** One at a time, over all instances: raising alarms about unseen holds. */
export async function lockAlarms(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('holdpoint unseen alarm'))`)
}
