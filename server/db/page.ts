import { z } from 'zod'
import { Refused } from '@/lib/kernel/problem'

/** One page of a list: `next_cursor` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}

/** The query parameters that every list takes: limit 1 to 200 (50), and the cursor of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_000).optional(),
}

/** Reads a cursor: the sort keys of the last row of the page before. Null on the first page. @throws Refused (400) */
export function readCursor(cursor: string | undefined, keys: number): string[] | null {
  if (cursor === undefined) return null
  try {
    const parsed = z
      .array(z.string().max(400))
      .length(keys)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (parsed.some(key => key.includes('\u0000'))) throw new Error('a key with U+0000')
    return parsed
  } catch {
    throw notOurs()
  }
}

/** Runs a query whose cursor PostgreSQL itself has to read (a time); what it cannot read is no cursor of ours: 400. */
export async function withCursor<T>(cursor: string | undefined, query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // Class 22: a data exception. Without a cursor it would be a bug of ours.
    throw cursor !== undefined && code.startsWith('22') ? notOurs() : error
  }
}

function notOurs(): Refused {
  return new Refused('request.invalid', 'This cursor is not one of ours.', {
    errors: [{ pointer: '/cursor', message: 'Not a cursor' }],
  })
}

/** Cuts a page out of `limit + 1` rows; `keys` are the sort keys of a row, as text. */
export function pageOf<T>(rows: readonly T[], limit: number, keys: (row: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items, next_cursor: more ? Buffer.from(JSON.stringify(keys(last))).toString('base64url') : null }
}
