import { beforeAll, describe, expect, inject, it } from 'vitest'
import { escalateDue } from '@/server/engine/escalate'
import { maintain } from '@/server/testing/template'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
const many = Math.round(20_000 * inject('scale'))
let first = ''
beforeAll(async () => {
  await w.tools({ run: {} })
  const { key } = await w.agent({
    scopes: [everything],
  })
  first = (await w.submit(key, { tool: 'run', params: { n: 1 }, deadline_seconds: 7_200 })).body.hold.id
  // Ended ones have the lower ids: whoever looks for open ones must not pass by all of them.
  for (const [prefix, status] of [
    ['0', 'expired'],
    ['7', 'pending'],
  ])
    await w.db.background.query(
      `insert into hold (id, kind, change_kind, subject_id, requirement, shown_digest, why, epoch, status, decided_at, opened_at,
         expires_at, due_at, next_level_at)
       select 'hld_' || $2 || lpad(n::text, 25, '0'), 'change', 'agent.transfer', 'none_' || n, h.requirement, h.shown_digest, h.why,
         h.epoch, $3, case when $3 = 'pending' then null else h.opened_at end, h.opened_at, h.opened_at + interval '20 days',
         h.opened_at + interval '20 days', h.opened_at + interval '10 days'
       from generate_series(1, $1) n, (select * from hold where id = $4) h`,
      [many, prefix, status, first],
    )
  await maintain(w.test.url, 'analyze hold')
})
const count = async (sql: string): Promise<number> =>
  (await w.db.pool.query(`select count(*)::integer as n from ${sql}`)).rows[0]?.n

describe('a policy that is saved while very many holds are open', () => {
  it('is brought to them a few at a time: what has ended costs nothing', async () => {
    const { rows } = await w.db.pool.query(
      `explain (analyze, buffers, format json) select id from hold where status = 'pending' and id > '' order by id limit 200`,
    )
    const [{ Plan: plan }] = rows[0]['QUERY PLAN']
    // One page for each of them at most, and the way to the first.
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(220)
  })

  it('waits for none of them, and counts for each of them soon after, by two instances', async () => {
    await w.test.moveClock(300)
    const locker = await w.db.pool.connect()
    try {
      await locker.query('begin')
      await locker.query('select id from hold where id = $1 for update', [first])
      const governor = await w.signedIn(w.governor)
      const levels = [{ who: [{ kind: 'owner' }, { kind: 'backup' }], after: { seconds: 60 } }]
      const made = await governor('POST', '/api/console/escalation', { name: 'Soon', reminders: [], levels })
      expect(made.status).toBe(201)
      const changed = { name: 'Sooner', reminders: [], levels: [{ ...levels[0], after: { seconds: 30 } }] }
      const path = `/api/console/escalation/${made.body.id}`
      expect((await governor('PUT', path, changed, { 'if-match': made.body.etag })).status).toBe(200)
    } finally {
      await locker.query('rollback')
      locker.release()
    }
    await expect
      .poll(
        async () => {
          await Promise.all(w.servers.map(one => escalateDue(one.app)))
          return count('hold_escalation where level = 1')
        },
        { timeout: 240_000, interval: 1 },
      )
      .toBe(many + 1)
    expect(await count('escalation_change')).toBe(0)
    expect(await count(`hold where status = 'pending' and next_level_at <= holdpoint.now()`)).toBe(0)
    const mine = (await w.events('hold.escalated')).filter(one => one.data.hold === first)
    expect(mine).toHaveLength(1)
  }, 300_000)
})
