import { afterAll, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { openDatabase } from './pool'
import { refreshStatistics } from './statistics'

const test = await database()
const db = await openDatabase(test.url)
afterAll(() => db.close())

it('has the server look again at a table that has grown, once for each time that it has', async () => {
  const soon = { timeout: 10_000, interval: 50 }
  const known = async () =>
    (await db.pool.query<{ rows: number }>(`select reltuples::int as rows from pg_class where oid = 'event'::regclass`))
      .rows[0]?.rows
  for (const total of [500, 1_500]) {
    const client = await db.pool.connect()
    await client.query(
      `insert into event (type, subjects, body, at) select 'test.made', array['x'], n::text, now()
       from generate_series((select count(*) from event) + 1, $1) n`,
      [total],
    )
    await client.query('select pg_stat_force_next_flush()')
    client.release()
    await expect.poll(() => refreshStatistics(db), soon).toContain('event')
    expect(await known()).toBe(total)
  }
  await expect.poll(() => refreshStatistics(db), soon).toEqual([])
})
