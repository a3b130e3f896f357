import type { Used } from '@/lib/grant/grant'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { Reader, Tx } from '@/server/db/tx'

/** `numeric(20, 4)` as text, scaled by 10,000. */
export function scaled(text: string): bigint {
  const [whole = '0', rest = ''] = text.split('.')
  return parseDecimal(text) ?? BigInt(`${whole}${rest.padEnd(4, '0').slice(0, 4)}`)
}

interface UseRow {
  readonly line_id: string
  readonly count: number
  readonly amount: string
}

const read = (rows: readonly UseRow[]): Map<string, Used> =>
  new Map(rows.map(row => [row.line_id, { count: row.count, amount: scaled(row.amount) }]))

/**
 * Locks what has been used of these lines, in the order of their ids, and reads it. Before the guard, which is the last
 * lock; whoever holds these rows is alone with them on every instance until the commit.
 */
export async function lockUses(tx: Tx, lines: readonly string[]): Promise<Map<string, Used>> {
  return read(
    await tx.query<UseRow>(
      'select line_id, count, amount::text as amount from grant_use where line_id = any($1) order by line_id for update',
      [lines],
      'lock-grant-uses',
    ),
  )
}

/** What has been used of each line of these grants, as of now. */
export async function readUses(db: Reader, grants: readonly string[]): Promise<Map<string, Used>> {
  return read(
    await db.query<UseRow>(
      'select line_id, count, amount::text as amount from grant_use where grant_id = any($1)',
      [grants],
      'read-grant-uses',
    ),
  )
}

/** One line, how often this batch has used it, and for how much in all (scaled by 10,000). */
export interface LineUse {
  readonly line_id: string
  readonly count: number
  readonly amount: bigint
}

/**
 * Adds what a batch has used, in the transaction that inserts its actions. The table itself refuses more than people
 * agreed to: that would fail the whole transaction, and cannot happen to who has locked the rows.
 */
export async function addUses(tx: Tx, uses: readonly LineUse[], at: Date): Promise<void> {
  await tx.query(
    `update grant_use u set count = u.count + g.n, amount = u.amount + g.a, last_at = $4
     from unnest($1::text[], $2::integer[], $3::numeric[]) as g(line_id, n, a) where u.line_id = g.line_id`,
    [uses.map(use => use.line_id), uses.map(use => use.count), uses.map(use => unscaled(use.amount)), at],
    'add-grant-uses',
  )
}

/** A value scaled by 10,000 as PostgreSQL reads it. */
export function unscaled(amount: bigint): string {
  return `${amount / 10_000n}.${String(amount % 10_000n).padStart(4, '0')}`
}
