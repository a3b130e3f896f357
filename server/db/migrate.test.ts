import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { database, type TestDatabase } from '@/server/testing/database'
import { inDatabase, maintain } from '@/server/testing/template'
import { migrate } from './migrate'

const folder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

async function one(url: string, sql: string): Promise<unknown> {
  const { rows } = await maintain(url, sql)
  return rows[0]?.value
}

describe('migrate', () => {
  const server = inject('database')
  const name = 'test_migrate'
  const url = inDatabase(server.url, name)

  beforeAll(() => maintain(server.url, `create database ${name}`))
  afterAll(() => maintain(server.url, `drop database ${name} with (force)`))

  it('applies each migration once though two instances start at the same time', async () => {
    const [a, b] = await Promise.all([migrate(url, folder), migrate(url, folder)])
    expect([...a, ...b].length).toBeGreaterThan(0)
    expect([a.length, b.length]).toContain(0)
    expect(await one(url, 'select count(*)::int as value from _prisma_migrations')).toBe(a.length + b.length)
  })

  it('does nothing when nothing is pending', async () => {
    expect(await migrate(url, folder)).toEqual([])
  })

  it('takes up a migration that was cut off', async () => {
    await maintain(
      url,
      `create schema kept; alter table _prisma_migrations set schema kept; drop schema public, holdpoint cascade;
       create schema public; alter table kept._prisma_migrations set schema public;
       update _prisma_migrations set finished_at = null`,
    )
    expect((await migrate(url, folder)).length).toBeGreaterThan(0)
  })

  it('O08: refuses a database that is newer than this Holdpoint, and changes nothing', async () => {
    await maintain(
      url,
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('x', 'x', '9999_future', clock_timestamp())`,
    )
    await expect(migrate(url, folder)).rejects.toThrow('9999_future')
  })

  it('refuses a migration that was edited after it had been applied', async () => {
    await maintain(
      url,
      `delete from _prisma_migrations where id = 'x'; update _prisma_migrations set checksum = 'edited'`,
    )
    await expect(migrate(url, folder)).rejects.toThrow('changed after')
  })
})

describe('database', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await database()
  })

  it('moves the one clock in its own database only', async () => {
    const client = new pg.Client(db.url)
    await client.connect()
    const ahead = async () =>
      (await client.query('select extract(epoch from holdpoint.now() - clock_timestamp())::int as value')).rows[0].value
    expect(await ahead()).toBe(0)
    await db.moveClock(3_600)
    await db.moveClock(60)
    expect(await ahead()).toBe(3_660)
    await client.end()
    const other = await database()
    expect(await one(other.url, 'select extract(epoch from holdpoint.now() - clock_timestamp())::int as value')).toBe(0)
  })
})
