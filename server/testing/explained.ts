import type pg from 'pg'
import { z } from 'zod'
import type { Tx } from '@/server/db/tx'

const Explained = z
  .array(
    z.object({
      'QUERY PLAN': z.array(
        z.object({ Plan: z.object({ 'Shared Hit Blocks': z.number(), 'Shared Read Blocks': z.number() }) }),
      ),
    }),
  )
  .length(1)

const literal = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `'{${value.map(one => JSON.stringify(String(one))).join(',')}}'`
  return `'${String(value instanceof Date ? value.toISOString() : value).replaceAll("'", "''")}'`
}

/**
 * How many pages statements of the product touch, run as they stand there and planned on this connection as the product plans:
 * once, whatever their arguments. Each is rolled back, and no rows come of it.
 */
export function explained(client: pg.ClientBase): (run: (tx: Tx) => Promise<unknown>) => Promise<number> {
  const prepared = new Map<string, string>()
  return async run => {
    let pages = 0
    const query = async <R>(text: string, params: readonly unknown[] = []): Promise<R[]> => {
      const name = prepared.get(text) ?? `explained_${prepared.size}`
      if (!prepared.has(text)) await client.query(`prepare ${name} as ${text}`)
      prepared.set(text, name)
      const given = params.length > 0 ? `(${params.map(literal).join(', ')})` : ''
      await client.query('begin')
      const { rows } = await client.query(`explain (analyze, buffers, format json) execute ${name}${given}`)
      await client.query('rollback')
      for (const { 'QUERY PLAN': plans } of Explained.parse(rows))
        for (const { Plan: plan } of plans) pages += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
      return []
    }
    await run({ query, hint: () => undefined, after: () => undefined })
    return pages
  }
}
