import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { parseCheckpoint, parseVerifierKey } from '@/lib/audit/checkpoint'
import { closingLineOf, exportLine, verifyExport } from '@/lib/audit/export'
import { latestCheckpoint, noteRegression } from '@/server/db/checkpoint'
import { openDatabase } from '@/server/db/pool'
import { record } from '@/server/db/record'
import { openSession } from '@/server/db/session'
import { type Reader, reader, transact } from '@/server/db/tx'
import { openVault } from '@/server/db/vault'
import type { Instance } from '@/server/instance'
import { openLog } from '@/server/log'
import { atEnd } from '@/server/testing/at-end'
import { database } from '@/server/testing/database'
import { emptyFolder } from '@/server/testing/folder'
import { testConfig } from '@/server/testing/server'
import { verifyEd25519 } from './ed25519'
import { newestCheckpoint, readEntries, readHead } from './log-store'
import { acknowledgeRegression, checkLog, keepHead, logRegressed } from './regression'
import { startSequencer } from './sequencer'
import { openSigner } from './signer'

const gate = { kind: 'system', id: 'gate' } as const
const folder = emptyFolder('events')

async function instance(url: string, changes: Parameters<typeof testConfig>[1] = {}): Promise<Instance> {
  const config = testConfig(url, changes)
  const db = await openDatabase(url, 8)
  atEnd(() => db.close())
  return { config, db, log: openLog(config), vault: openVault(config.home) }
}

const running = new Set<{ stop(): Promise<void> }>()
const start = (app: Instance) => {
  const one = startSequencer(app)
  running.add(one)
  return one
}
afterEach(async () => {
  for (const one of running) await one.stop()
  running.clear()
})

async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = performance.now() + 15_000; ; ) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error('it did not come')
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
const write = (app: Instance, names: readonly string[]) =>
  transact(app.db, tx =>
    record(
      tx,
      new Date(),
      names.map(name => ({ type: 'test.written', by: gate, subjects: ['x'], data: { name } })),
    ),
  )

/** Waits until a signed head covers every event, and checks the log against it from the outside. */
async function sealed(app: Instance, events: number): Promise<string[]> {
  const head = await until(async () => {
    const newest = await newestCheckpoint(reader(app.db.pool))
    return newest?.size === events ? newest : null
  })
  const entries = await readEntries(reader(app.db.pool), 0, events, events + 1)
  const key = parseVerifierKey(openSigner(app.config.home).vkey)
  const names: string[] = []
  const lines = [...entries.map(one => exportLine(one.seq, one.body, one.leaf)), closingLineOf(head.note)].map(line =>
    line.trimEnd(),
  )
  const whole = await verifyExport(
    lines,
    { keys: key ? [key] : [], verify: verifyEd25519 },
    event => void names.push(String(event.data.name)),
  )
  expect(whole).toMatchObject({ ok: true, size: events, signed: true })
  return names
}

describe('the sequencer', () => {
  test('INV-32 numbers what concurrent writers commit: gapless, each event once, conflicting ones in commit order', async () => {
    const { url } = await database()
    const [one, two] = [await instance(url), await instance(url)]
    await one.db.emergency.query('create table public.counter (n int); insert into public.counter values (0)')
    await one.db.emergency.query('grant all on public.counter to holdpoint_app')
    start(one)
    const expected = new Set<string>()
    const writers = [one, two].flatMap((app, which) =>
      Array.from({ length: 4 }, async (_w, writer) => {
        for (let i = 0; i < 25; i++) {
          const name = `${which}-${writer}-${i}`
          const roll = i % 5 === 3
          await transact(app.db, async tx => {
            const [row] = await tx.query<{ n: number }>('update public.counter set n = n + 1 returning n')
            await record(tx, new Date(), [
              { type: 'test.written', by: gate, subjects: ['x'], data: { name, n: row?.n } },
            ])
            if (roll) throw new Error('never mind')
            expected.add(name)
          }).catch((error: unknown) => {
            if (!roll) throw error
          })
        }
      }),
    )
    await Promise.all(writers)
    const names = await sealed(one, expected.size)
    expect(new Set(names)).toEqual(expected)
    const entries = await readEntries(reader(one.db.pool), 0, 10_000, 10_000)
    const order = entries.map(entry => JSON.parse(entry.body).data.n)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  test('INV-32 an event whose transaction commits late is numbered after those that overtook it, and none is lost', async () => {
    const { url } = await database()
    const app = await instance(url)
    start(app)
    const late = new pg.Client({ connectionString: url })
    await late.connect()
    await late.query('begin')
    await late.query(`insert into event (type, subjects, body, at) values ('test.written', '{x}', $1, now())`, [
      '{"at":"2026-01-01T00:00:00.000Z","by":{"id":"gate","kind":"system"},"data":{"name":"late"},"id":"evt_late","subjects":["x"],"type":"test.written"}',
    ])
    await write(app, ['overtaker'])
    expect(await sealed(app, 1)).toEqual(['overtaker'])
    expect((await readHead(reader(app.db.pool))).skipped).toHaveLength(1)
    await late.query('commit')
    await late.end()
    expect(await sealed(app, 2)).toEqual(['overtaker', 'late'])
    expect((await readHead(reader(app.db.pool))).skipped).toEqual([])
  })

  test('a second instance takes over when the first one is killed mid-way, and nobody signs two heads of one size', async () => {
    const { url } = await database()
    const [one, two] = [await instance(url), await instance(url)]
    start(one)
    await write(one, ['a'])
    await sealed(one, 1)
    start(two)
    const names: string[] = []
    for (let i = 0; i < 30; i++) {
      names.push(`n${i}`)
      await write(i % 2 ? one : two, [`n${i}`])
      // Every few events the connection of whoever is at work is cut by the server.
      if (i % 10 === 5)
        await one.db.emergency.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdpoint sequencer' and datname = current_database()`,
        )
    }
    await running.values().next().value?.stop()
    await write(two, ['last'])
    expect(await sealed(two, 32)).toEqual(['a', ...names, 'last'])
    const { rows } = await one.db.pool.query('select size, note from checkpoint order by size')
    const notes = rows.map(row => parseCheckpoint(row.note))
    expect(notes.every(note => note && openSigner(one.config.home).isOurs(note))).toBe(true)
    await until(async () => latestCheckpoint(two)?.includes('\n32\n'))
  })

  test('a head is out within a second of the event, and the other instance hears of it', async () => {
    const { url } = await database()
    const [one, two] = [await instance(url), await instance(url)]
    start(one)
    await write(one, ['warm'])
    await sealed(one, 1)
    start(two)
    const before = performance.now()
    await write(two, ['now'])
    await until(async () => latestCheckpoint(two)?.includes('\n2\n') && latestCheckpoint(one)?.includes('\n2\n'))
    expect(performance.now() - before).toBeLessThan(1_000)
  })

  test('20,000 waiting events are numbered and signed within seconds', async () => {
    const { url } = await database()
    const app = await instance(url)
    await app.db.emergency.query(
      `insert into event (type, subjects, body, at) select 'test.written', '{x}', '{"at":"2026-01-01T00:00:00.000Z","by":{"id":"gate","kind":"system"},"data":{"name":"' || n || '"},"id":"evt_' || n || '","subjects":["x"],"type":"test.written"}', now()
       from generate_series(1, 20000) n`,
    )
    const before = performance.now()
    start(app)
    await until(async () => (await newestCheckpoint(reader(app.db.pool)))?.size === 20_000)
    expect(performance.now() - before).toBeLessThan(8_000)
    expect((await sealed(app, 20_000)).at(-1)).toBe('20000')
  })

  test('the log refuses update, delete and truncate, to its owner and to the application', async () => {
    const { url } = await database()
    const app = await instance(url)
    start(app)
    await write(app, ['a', 'b'])
    await sealed(app, 2)
    for (const pool of [app.db.pool, app.db.emergency]) {
      for (const table of ['event', 'log_entry', 'log_node', 'checkpoint']) {
        const column = { event: 'body', log_entry: 'leaf', log_node: 'hash', checkpoint: 'note' }[table]
        await expect(pool.query(`update ${table} set ${column} = ${column}`), table).rejects.toThrow(
          /refused|permission denied/,
        )
        await expect(pool.query(`delete from ${table}`), table).rejects.toThrow(/refused|permission denied/)
      }
      await expect(pool.query('truncate event')).rejects.toThrow(/refused|permission denied/)
      await expect(pool.query('truncate log_entry')).rejects.toThrow(/refused|permission denied/)
    }
    expect(await sealed(app, 2)).toEqual(['a', 'b'])
  })

  test('HOLDPOINT_EVENTS: every event is one line of the file, in order, across a restart', async () => {
    const { url } = await database()
    const file = join(folder, 'events.ndjson')
    const app = await instance(url, { events: file })
    const first = start(app)
    await write(app, ['a', 'b\n\u2028c'])
    await sealed(app, 2)
    await first.stop()
    start(app)
    await write(app, ['d'])
    await sealed(app, 3)
    await until(async () => existsSync(file) && readFileSync(file, 'utf8').split('\n').length === 4)
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(line => [line.seq, line.event.data.name])).toEqual([
      [0, 'a'],
      [1, 'b\n\u2028c'],
      [2, 'd'],
    ])
  })
})

describe('K14 a database that went back', () => {
  const threeSealed = async () => {
    const { url } = await database()
    const app = await instance(url)
    const first = start(app)
    await write(app, ['a', 'b', 'c'])
    await sealed(app, 3)
    await first.stop()
    return { app, url }
  }

  test('is noticed by the head kept outside it, is not sealed, and goes on once an administrator acknowledges it', async () => {
    const { url } = await database()
    const app = await instance(url)
    const first = start(app)
    await write(app, ['a', 'b'])
    await sealed(app, 2)
    await first.stop()
    expect(parseCheckpoint(readFileSync(join(app.config.home, 'checkpoint'), 'utf8'))).toMatchObject({ size: 2 })
    expect(await checkLog(app)).toBe(false)

    // The home remembers three more entries than this (restored) database has.
    keepHead(app, openSigner(app.config.home).sign(5, new Uint8Array(32)))
    expect(await checkLog(app)).toBe(true)
    noteRegression(app, null)
    await write(app, ['c'])
    const second = start(app)
    // It has found out by itself, and when it stops it has sealed nothing.
    await expect.poll(() => logRegressed(app)).toBe(true)
    await second.stop()
    expect((await newestCheckpoint(reader(app.db.pool)))?.size).toBe(2)
    start(app)

    const person = {
      id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      name: 'Ada',
      email: 'ada@example.com',
      sign_in_id: 'sgn_1',
      signed_in_at: new Date(0),
    } as const
    await expect(
      acknowledgeRegression(app, { ...person, roles: [{ role: 'governor', team_id: null }] }),
    ).rejects.toMatchObject({ code: 'request.forbidden' })
    await acknowledgeRegression(app, { ...person, roles: [{ role: 'administrator', team_id: null }] })
    expect(logRegressed(app)).toBe(false)
    expect(existsSync(join(app.config.home, 'checkpoint.lost-5'))).toBe(true)
    await sealed(app, 4)
  })

  test('a log of the right size with another past is noticed too', async () => {
    const { app } = await threeSealed()
    keepHead(app, openSigner(app.config.home).sign(2, new Uint8Array(32)))
    expect(await checkLog(app)).toBe(true)
  })

  test('INV-31 a connection that is lost while the log is looked at raises no alarm', async () => {
    const { app, url } = await threeSealed()
    const session = await openSession(url, 'lost')
    const query: Reader['query'] = async (...asked) => {
      if (asked[2] === 'log-nodes') await session.close()
      return session.query(...asked)
    }
    await expect(checkLog(app, { query })).rejects.toThrow()
    expect(logRegressed(app)).toBe(false)
    expect(await checkLog(app)).toBe(false)
  })
})
