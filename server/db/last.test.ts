import { expect, test } from 'vitest'
import { database } from '@/server/testing/database'
import { openDatabase } from './pool'
import { Last, reader, transact } from './tx'

test('INV-07 a statement that fails behind the last decision takes the whole transaction back, and the connection is good', async () => {
  const db = await openDatabase((await database()).url, 1)
  try {
    await db.pool.query('create temp table kept (n integer check (n < 5))')
    const failing = transact(
      db,
      async tx => new Last(Promise.all([1, 9].map(n => tx.query('insert into kept values ($1)', [n])))),
    )
    await expect(failing).rejects.toMatchObject({ code: '23514' })
    expect(await reader(db.pool).query('select n from kept')).toEqual([])
    const good = transact(
      db,
      async tx => new Last(tx.query<{ n: number }>('insert into kept values (2) returning n').then(([row]) => row?.n)),
    )
    expect(await good).toBe(2)
    expect(await reader(db.pool).query('select n from kept')).toEqual([{ n: 2 }])
  } finally {
    await db.close()
  }
})
