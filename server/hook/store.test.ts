import { expect, test } from 'vitest'
import { reader } from '@/server/db/tx'
import { everything, world } from '@/server/testing/world'
import { askedBefore, heldInSession, keyOf } from './store'

const w = await world()
await w.tools({ look: { operation: 'read' } })

test('a call of a session is found by index, however many the session has made', async () => {
  const agent = await w.agent({ scopes: [everything] })
  const { body } = await w.submit(agent.key, { tool: 'look', context: { session: 's' } })
  await w.db.pool.query(
    `insert into action select (jsonb_populate_record(a, jsonb_build_object('id', 'act_' || lpad(n::text, 26, '0'),
       'key', $2::text || n, 'digest', n::text, 'hold_id', case when n % 500 = 0 then 'hld_' || n end))).*
     from action a, generate_series(1, 4000) n where id = $1`,
    [body.id, keyOf('x')],
  )
  await w.db.pool.query('analyze action')
  const asked: string[] = []
  const db = {
    ...reader(w.db.pool),
    query: <R>(text: string, given: readonly unknown[] = []) => {
      asked.push(text.replace(/\$\d/g, at => `'${given[Number(at[1]) - 1]}'`))
      return reader(w.db.pool).query<R>(text, given)
    },
  }
  expect(await askedBefore(db, { agent: agent.id, session: 's', digest: '17' })).toMatch(/17$/)
  expect(await heldInSession(db, agent.id, 's')).toEqual([])
  const plan = async (text = '') =>
    JSON.stringify((await w.db.pool.query(`explain ${text}`)).rows.map(row => row['QUERY PLAN']))
  expect(await plan(asked[0])).toMatch(/action_hooked/)
  expect(await plan(asked[1])).toMatch(/action_hook_held/)
})
