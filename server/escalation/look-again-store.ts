import type { Tx } from '@/server/db/tx'

/**
 * Every open hold is to be looked at once more, since a level may come earlier than it did. It locks none of them: the engine
 * goes through them some at a time, however many are open.
 */
export async function lookAgain(tx: Tx, at: Date): Promise<void> {
  await tx.query('insert into escalation_change (at) values ($1)', [at])
}

/** The last change stands for those before it, and is taken by one instance at a time. */
async function claim(tx: Tx): Promise<{ id: string; reached: string } | null> {
  const [change] = await tx.query<{ id: string; reached: string }>(
    'select id, reached from escalation_change where id = (select max(id) from escalation_change) for update skip locked',
    [],
    'claim-escalation-change',
  )
  if (!change) return null
  await tx.query(
    `delete from escalation_change where id in
       (select id from escalation_change where id < $1 for update skip locked)`,
    [change.id],
  )
  return change
}

/**
 * Makes the next open holds due, in the order of their ids, `limit` of them at most.
 * @returns false when nothing is left to look at again.
 */
export async function lookAtSome(tx: Tx, limit: number): Promise<boolean> {
  const change = await claim(tx)
  if (!change) return false
  const rows = await tx.query<{ id: string }>(
    `select id from hold where status = 'pending' and id > $1 order by id limit $2`,
    [change.reached, limit],
    'holds-to-look-at-again',
  )
  const ids = rows.map(row => row.id)
  // An engine that is looking at one of them may have read what counted before: it is waited for, and looks once more.
  await tx.query(
    `select id from hold where id = any($1) and status = 'pending' order by id for update`,
    [ids],
    'lock-to-look-again',
  )
  await tx.query(
    `update hold set next_level_at = n.at from (select holdpoint.now() as at) n
     where id = any($1) and status = 'pending' and (next_level_at is null or next_level_at > n.at)`,
    [ids],
    'look-again',
  )
  const last = ids.length < limit ? null : ids.at(-1)
  if (last) await tx.query('update escalation_change set reached = $2 where id = $1', [change.id, last])
  else await tx.query('delete from escalation_change where id = $1', [change.id])
  return true
}
