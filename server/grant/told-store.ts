import type { Tx } from '@/server/db/tx'

/** A broken glass of which nobody was told yet, or not since it ended. */
export interface Loud {
  readonly id: string
  readonly hold_id: string
  readonly over: boolean
}

const end = 'least(coalesce(revoked_at, expires_at), coalesce(closed_at, expires_at), expires_at)'

/** Locks broken glasses of which people have to be told: that they were broken, and later that they are over. */
export function lockLoud(tx: Tx, limit: number): Promise<Loud[]> {
  return tx.query<Loud>(
    `select id, hold_id, (told_at is not null) as over from standing_grant
     where kind = 'break_glass' and status <> 'proposed' and reviewed_at is null
       and (told_at is null or (${end} <= holdpoint.now() and told_at < ${end}))
     order by id limit $1 for update skip locked`,
    [limit],
  )
}

export async function markLoud(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  await tx.query('update standing_grant set told_at = $2 where id = any($1)', [ids, at])
}
