import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder } from '@/server/testing/folder'
import { backUp, restore } from './backup'
import { adoptEmbedded, type Embedded, startEmbedded } from './embedded'
import { isAlive, processIdentity } from './lock-file'

const homes = emptyFolder('embedded')
chmodSync(homes, 0o711)

async function query(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'holdpoint test',
    connectionTimeoutMillis: 2_000,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows[0]?.value
  } finally {
    await client.end()
  }
}

async function restarted(server: Embedded, before: number): Promise<void> {
  await expect.poll(() => server.postgresPid(), { timeout: 30_000, interval: 50 }).not.toBe(before)
}

describe('embedded PostgreSQL', () => {
  const home = join(homes, 'one')
  let first: Embedded

  beforeAll(async () => {
    first = await startEmbedded(home)
    await query(first.url, 'create table kept as select 42 as value')
  })
  afterAll(() => first.stopIfLast())

  it('keeps password and URL from everyone else', () => {
    for (const name of ['database.url', 'postgres.json']) expect(statSync(join(home, name)).mode & 0o077).toBe(0)
  })

  it('is durable, UTF-8, and listens on loopback alone', async () => {
    const settings = `select string_agg(setting, ' ' order by name) as value from pg_settings
      where name in ('fsync', 'listen_addresses', 'server_encoding', 'synchronous_commit')`
    expect(await query(first.url, settings)).toBe('on 127.0.0.1 UTF8 on')
  })

  it('refuses who does not know the password', async () => {
    const stranger = new URL(first.url)
    stranger.password = 'guess'
    await expect(query(stranger.href, 'select 1 as value')).rejects.toThrow('password')
  })

  it('is made once though two instances start in an empty home at the same time', async () => {
    const both = join(homes, 'both')
    const [a, b] = await Promise.all([startEmbedded(both), startEmbedded(both)])
    expect(a.url).toBe(b.url)
    expect(a.postgresPid()).toBe(b.postgresPid())
    expect(await a.stopIfLast()).toBe('in use')
    expect(await b.stopIfLast()).toBe('stopped')
  })

  it('is adopted by a second start, and stopped by the last instance only', async () => {
    const second = await startEmbedded(home)
    expect(second.postgresPid()).toBe(first.postgresPid())
    expect(await second.stopIfLast()).toBe('in use')
    expect(await query(first.url, 'select value from kept')).toBe(42)
  })

  it('is adopted by its URL, and by no other', async () => {
    const second = await adoptEmbedded(home, first.url)
    expect(await second?.stopIfLast()).toBe('in use')
    expect(await adoptEmbedded(home, 'postgresql://elsewhere/holdpoint')).toBeNull()
  })

  it('comes back by itself after a kill -9 of its postmaster, with everything committed', async () => {
    const pids: number[] = []
    for (const value of [43, 44]) {
      await query(first.url, `update kept set value = ${value}`)
      const before = first.postgresPid()
      process.kill(before, 'SIGKILL')
      await restarted(first, before)
      pids.push(first.postgresPid())
      expect(await query(first.url, 'select value from kept')).toBe(value)
    }
    expect(new Set(pids).size).toBe(2)
  })

  it('is backed up stopped, and restored into an empty home only', async () => {
    expect(await first.stopIfLast()).toBe('stopped')
    const archive = join(homes, 'backup.tar.gz')
    await backUp(home, archive)
    expect(statSync(archive).mode & 0o077).toBe(0)
    await expect(restore(home, archive)).rejects.toThrow('not empty')
    const other = join(homes, 'two')
    await restore(other, archive)
    expect(statSync(join(other, 'restored')).isFile()).toBe(true)
    first = await startEmbedded(home)
    const copy = await startEmbedded(other)
    expect(copy.url).not.toBe(first.url)
    expect(await query(copy.url, 'select value from kept')).toBe(44)
    expect(await copy.stopIfLast()).toBe('stopped')
  })
})

describe('a process', () => {
  it('is told from a later one with the same pid', () => {
    const own = processIdentity(process.pid) ?? ''
    expect(isAlive(own)).toBe(true)
    expect(isAlive(own.replace(/\d+$/, '1'))).toBe(false)
    expect(isAlive('999999999 x 1')).toBe(false)
  })
})
