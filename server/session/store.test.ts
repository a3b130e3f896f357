import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { after, unseen } from '@/lib/session/session'
import { reader, transact } from '@/server/db/tx'
import { openVault } from '@/server/db/vault'
import { emptyFolder } from '@/server/testing/folder'
import { registry } from '@/server/testing/registry'
import { eraseSources, recordedRows, recordSources } from './source-store'
import { type ChangedSession, readSession, type SessionRow, saveSessions, sessionFactsSql, sessionsOf } from './store'

const { db } = await registry()
const vault = openVault(emptyFolder('session'))
const agent = `agt_${randomBytes(4).toString('hex')}`
const used = (tool: string, operation = 'read') =>
  ({ tool, operation, classification: 'confidential', status: 'allowed', untrusted_text: false }) as const
const changed = (session: string, ...tools: string[]): ChangedSession => ({
  agent_id: agent,
  session,
  ...tools.reduce((state, tool) => after(state, used(tool)), unseen),
})
const opened = async (session: string) =>
  (await recordedRows(reader(db.pool), vault, agent, session, '')).rows.map(one => one.source).toReversed()
const save = (...rows: ChangedSession[]) => transact(db, tx => saveSessions(tx, rows))

test('what two instances write of one session at once is joined, in any order, without either losing or waiting in a ring', async () => {
  const rounds = Array.from({ length: 20 }, (_, at) => at)
  await Promise.all(
    rounds.map(at => {
      const [a, b] = [changed('s-1', `a${at}`, 'both'), { ...changed('s-2', `b${at}`), led: at === 7 }]
      return at % 2 === 0 ? save(a, b) : save(b, a)
    }),
  )
  const first = await readSession(reader(db.pool), agent, 's-1')
  expect(first?.tools).toEqual([...rounds.map(at => `a${at}`), 'both'].toSorted())
  expect(await readSession(reader(db.pool), agent, 's-2')).toMatchObject({ led: true, highest: 'confidential' })
})

test('a weaker writing lowers nothing', async () => {
  await save({ ...changed('s-3', 'a'), highest: 'restricted', untrusted: true, led: true })
  await save(changed('s-3', 'b'))
  expect(await readSession(reader(db.pool), agent, 's-3')).toEqual({
    highest: 'restricted',
    untrusted: true,
    led: true,
    tools: ['a', 'b'],
  })
})

test('a batch reads its sessions with its other facts, and one that is not there is not', async () => {
  await save(changed('s-4', 'get'))
  const asked = JSON.stringify([
    { agent_id: agent, session: 's-4' },
    { agent_id: agent, session: 'none' },
  ])
  const sql = `with asked as (select * from json_to_recordset($1::json) as g(agent_id text, session text))
    select ${sessionFactsSql} as sessions`
  const { rows } = await db.pool.query<{ sessions: SessionRow[] }>(sql, [asked])
  expect([...sessionsOf(rows[0]?.sessions ?? [])]).toEqual([
    [`${agent}/s-4`, { highest: 'confidential', untrusted: false, led: false, tools: ['get'] }],
  ])
})

test('recorded sources come back as they were, in their order; the database alone reads none of them, and erased ones are gone', async () => {
  const sources = [
    { kind: 'user', reported_by: 'harness', ref: 'prompt', text: 'Pay Ann 10.00 sesame' },
    { kind: 'tool_result', reported_by: 'gateway', ref: 'read#1', text: 'IBAN sesame', classification: 'internal' },
  ] as const
  await transact(db, tx => recordSources(tx, vault, agent, 's-5', sources))
  expect(await opened('s-5')).toEqual(sources)
  const { rows } = await db.pool.query<{ all: string }>(
    `select (select json_agg(s)::text from session_source s) || (select string_agg(encode(sealed, 'escape'), '') from content) as all`,
  )
  expect(rows[0]?.all).not.toContain('sesame')
  expect(await transact(db, tx => eraseSources(tx, agent, 's-5', 'usr_1'))).toBe(2)
  expect(await opened('s-5')).toEqual([])
})
