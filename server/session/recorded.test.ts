import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { eraseContent } from '@/server/db/content-store'
import { transact } from '@/server/db/tx'
import { openVault } from '@/server/db/vault'
import { emptyFolder } from '@/server/testing/folder'
import { registry } from '@/server/testing/registry'
import { keepSources } from './record-sources'
import { lastRecorded, noteRecorded, recordedSources } from './recorded'
import { mostRecorded, recordedFactsSql, recordedRowsSql, recordSources } from './source-store'

const { db } = await registry()
const real = openVault(emptyFolder('recorded'))
let opened = 0
const vault: typeof real = {
  ...real,
  open(key, sealed) {
    opened++
    return real.open(key, sealed)
  },
}
const agent = `agt_${randomBytes(4).toString('hex')}`
const record = (session: string, ...texts: string[]) =>
  transact(db, tx =>
    recordSources(
      tx,
      vault,
      agent,
      session,
      texts.map(text => ({ kind: 'tool_result', reported_by: 'gateway', ref: null, text })),
    ),
  )
/** What a session is judged by, the oldest first, and how many texts were opened for it. */
async function look(session: string): Promise<{ texts: string[]; opened: number }> {
  opened = 0
  const found = await recordedSources({ db, vault }, agent, session)
  return { texts: found.sources.map(one => one.source.text), opened }
}
/** The mark by which a batch judges whether what is known of a session still holds. */
async function markNow(session: string): Promise<string | null> {
  const sql = `with asked as (select $1::text as agent_id, $2::text as session, true as named) select ${recordedFactsSql} as recorded`
  const { rows } = await db.pool.query<{ recorded: [string, string, string][] }>(sql, [agent, session])
  return rows[0]?.recorded[0]?.[2] ?? null
}
const erase = (id: string | undefined) => transact(db, tx => eraseContent(tx, id ?? '', 'usr_1'))

test('each text is opened once: what a call adds is all that the next one opens', async () => {
  await record('s-1', 'a', 'b', 'c')
  expect(await look('s-1')).toEqual({ texts: ['a', 'b', 'c'], opened: 3 })
  await record('s-1', 'd')
  expect(await look('s-1')).toEqual({ texts: ['a', 'b', 'c', 'd'], opened: 1 })
  expect(await look('s-1')).toEqual({ texts: ['a', 'b', 'c', 'd'], opened: 0 })
})

test('what is erased is gone at once, also where it was kept ready', async () => {
  const [, second] = await record('s-2', 'a', 'b', 'c')
  await look('s-2')
  await erase(second)
  expect((await look('s-2')).texts).toEqual(['a', 'c'])
})

test('the newest fit; what was cut for one that is erased is whole again, and what is pushed out opens nothing anew', async () => {
  const long = 'x'.repeat(200_000)
  const [, second] = await record('s-3', long, long)
  const lengths = async () => {
    const { texts, opened } = await look('s-3')
    return { lengths: texts.map(text => text.length), opened }
  }
  expect(await lengths()).toEqual({ lengths: [62_144, 200_000], opened: 2 })
  await record('s-3', 'y'.repeat(10_000))
  expect(await lengths()).toEqual({ lengths: [52_144, 200_000, 10_000], opened: 1 })
  await erase(second)
  expect((await lengths()).lengths).toEqual([200_000, 10_000])
  await record('s-3', ...Array.from({ length: 199 }, () => 'z'))
  expect(await lengths()).toMatchObject({ lengths: [10_000, ...Array(199).fill(1)], opened: 199 })
})

test('what this process recorded itself it knows as a reading finds it, by the mark that the database has of it', async () => {
  const told = (found: Awaited<ReturnType<typeof recordedSources>> | null) =>
    found && { texts: found.sources.map(one => one.source.text), mark: found.mark }
  const app = { db, vault }
  expect(lastRecorded(app, agent, 's-4')).toBeNull()
  expect(told(await recordedSources(app, agent, 's-4'))).toEqual({ texts: [], mark: await markNow('s-4') })
  for (const count of [1, 3, 50, 50, 50, 49, 2]) {
    const sources = Array.from({ length: count }, (_, n) => ({
      kind: 'tool_result' as const,
      text: n === 0 ? 'x'.repeat(9_000) : String(n),
    }))
    await keepSources(app, { kind: 'system', id: 'gateway' }, { session: 's-4', agent, as: 'gateway', sources })
    const known = told(lastRecorded(app, agent, 's-4'))
    // A process that has never heard of the session.
    expect(known).toEqual(told(await recordedSources({ db: { ...db }, vault }, agent, 's-4')))
    expect(known?.mark).toBe(await markNow('s-4'))
  }
  expect(lastRecorded(app, agent, 's-4')?.sources).toHaveLength(200)
  await keepSources(
    app,
    { kind: 'system', id: 'gateway' },
    {
      session: 's-4',
      agent,
      as: 'agent',
      sources: [{ kind: 'user', text: 'as it says itself' }],
    },
  )
  expect(lastRecorded(app, agent, 's-4')?.mark).toBe(await markNow('s-4'))
})

test('a reading that has found what is only then noted by who wrote it loses nothing by that', async () => {
  const long = (letter: string) => letter.repeat(150_000)
  const fresh = () => recordedSources({ db: { ...db }, vault }, agent, 's-6')
  const texts = (found: Awaited<ReturnType<typeof fresh>> | null) => found?.sources.map(one => one.source.text)
  await record('s-6', 'first', long('a'))
  await look('s-6')
  const [id = ''] = await record('s-6', long('b'))
  await look('s-6')
  const source = { kind: 'tool_result', reported_by: 'gateway', ref: null, text: long('b') } as const
  noteRecorded({ db }, agent, 's-6', [{ id, source }], { mark: await markNow('s-6'), before: 'another' })
  expect(texts(lastRecorded({ db }, agent, 's-6'))).toEqual(texts(await fresh()))
})

test('what processes know that record and erase beside each other is what is there, or they know that it is not', async () => {
  const apps = [
    { db, vault },
    { db: { ...db }, vault },
  ] as const
  const shown = (found: Awaited<ReturnType<typeof recordedSources>> | null) =>
    found && { texts: found.sources.map(one => one.source.text).toSorted(), mark: found.mark }
  const ids: string[] = []
  let known = 0
  for (let round = 0; round < 12; round++) {
    for (const app of apps) await recordedSources(app, agent, 's-7')
    // The last rounds leave one of them alone with it: it goes on by what it knows.
    const busy = round < 8 ? [0, 1, 0, 1, 0] : [0]
    const made = await Promise.all(
      busy.map((at, n) =>
        keepSources(
          apps[at as 0 | 1],
          { kind: 'system', id: 'gateway' },
          {
            session: 's-7',
            agent,
            as: 'gateway',
            sources: [{ kind: 'tool_result', text: `${round}.${n}` }],
          },
        ),
      ),
    )
    ids.push(...made.flatMap(one => one.ids))
    if (round % 3 === 2 && round < 8) await erase(ids.shift())
    const now = shown(await recordedSources({ db: { ...db }, vault }, agent, 's-7'))
    expect(now?.mark).toBe(await markNow('s-7'))
    expect(now?.texts).toHaveLength(ids.length)
    for (const app of apps) {
      const here = shown(lastRecorded(app, agent, 's-7'))
      if (here?.mark === now?.mark) known++
      if (here?.mark === now?.mark) expect(here).toEqual(now)
    }
  }
  expect(known).toBeGreaterThanOrEqual(4)
})

test('whether what is known of a session still holds costs the same for any; reading it costs what it is judged by, however much others record beside it', async () => {
  const fill = (who: string, session: string, by: string, from: number, count: number) =>
    db.pool.query(
      `with ids as (select 'src_9' || lpad(n::text, 25, '0') as id from generate_series($4::int, $4 + $5 - 1) n),
       keys as (insert into content_key (subject_id, wrapped) select id, 'x' from ids)
       insert into session_source (id, agent_id, session, kind, reported_by, length, recorded_at)
         select id, $1, $2, 'user', $3, 1, holdpoint.now() from ids`,
      [who, session, by, from, count],
    )
  const blocks = async (sql: string, ...params: string[]) => {
    const { rows } = await db.pool.query(`explain (analyze, buffers, format json) ${sql}`, params)
    const { Plan: plan } = rows[0]?.['QUERY PLAN'][0] ?? {}
    return Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks'])
  }
  await fill(agent, 's-5', 'gateway', 0, 2_000)
  await fill('agt_other', 's-other', 'gateway', 2_000, 30_000)
  await fill(agent, 's-5', 'agent', 40_000, 30_000)
  await db.pool.query('vacuum analyze session_source, content_key, session_mark')
  const facts = `with asked as (select $1::text as agent_id, 's-5'::text as session, true as named) select ${recordedFactsSql} as recorded`
  expect(await blocks(facts, agent)).toBeLessThan(8)
  expect(await blocks(recordedRowsSql, agent, 's-5', 'src_a')).toBeLessThan(4 * mostRecorded)
})
