import { randomUUID } from 'node:crypto'
import { expect, inject, it } from 'vitest'
import type { Tx } from '@/server/db/tx'
import { lockNextLevels } from '@/server/escalation/store'
import { openPage } from '@/server/hold/list-store'
import { lockDue } from '@/server/hold/store'
import { explained } from '@/server/testing/explained'
import { tallyRounds } from '@/server/testing/tally'
import { maintain } from '@/server/testing/template'
import { everything, world } from '@/server/testing/world'
import { lockDeliveries, lockWebhookDeliveries } from './delivery-store'

/*
 * What the engine and the queue ask again and again, while thousands of approvals are open, thousands have ended, and nothing or
 * little is due: the statements of the product, as their connections plan them.
 */
const w = await world()
const open = 2_000 * inject('scale')

/** Copies one held action: so many open ones with their escalation and a message that waits for the morning, or ended ones. */
async function fill(name: string, count: number, ended: boolean): Promise<void> {
  const columns = async (table: string, but: Readonly<Record<string, string>>) => {
    const { rows } = await w.db.pool.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''`,
      [table],
    )
    const names = rows.map(row => row.name)
    return { into: names.join(', '), from: names.map(one => but[one] ?? `x.${one}`).join(', ') }
  }
  const numbered = `'${name}' || lpad(n::text, ${26 - name.length}, '0')`
  const action = await columns('action', {
    id: `'act_' || ${numbered}`,
    key: numbered,
    hold_id: `'hld_' || ${numbered}`,
  })
  const later = `x.opened_at + interval '20 days' + n * interval '1 second'`
  const hold = await columns('hold', {
    id: `'hld_' || ${numbered}`,
    action_id: `'act_' || ${numbered}`,
    expires_at: later,
    due_at: later,
    next_level_at: `x.opened_at + interval '10 days' + n * interval '1 second'`,
    ...(ended ? { status: `'expired'`, decided_at: 'holdpoint.now()', next_level_at: 'null' } : {}),
  })
  const from = (table: string) => `generate_series(1, ${count}) n, (select * from ${table} where id = $1) x`
  const one = (
    await w.db.pool.query<{ id: string; action_id: string }>(
      'select id, action_id from hold order by opened_at limit 1',
    )
  ).rows[0]
  await w.db.pool.query(`insert into action (${action.into}) select ${action.from} from ${from('action')}`, [
    one?.action_id,
  ])
  await w.db.pool.query(`insert into hold (${hold.into}) select ${hold.from} from ${from('hold')}`, [one?.id])
  await w.db.pool.query(
    `insert into hold_escalation (hold_id, level, steps) select id, 1, '[]' from hold where id like 'hld_${name}%'`,
  )
  await w.db.pool.query(
    `insert into delivery (subject_id, kind, destination, payload, due_at, created_at)
     select id, 'hold.opened', 'mail:nobody', '{}', opened_at + interval '10 days', opened_at from hold where id like 'hld_${name}%'`,
  )
}

const asked: Readonly<Record<string, (tx: Tx) => Promise<unknown>>> = {
  'holds whose time is over': tx => lockDue(tx, null, 0, 500),
  'holds that a switch has reached, fifty of all': tx => lockDue(tx, null, 1, 50),
  'levels that are due': tx => lockNextLevels(tx, 50),
  'mail that is due': tx => lockDeliveries(tx, ['mail', 'address'], 10),
  'what is due to a webhook': tx => lockWebhookDeliveries(tx, 'webhook:whk_x', 4),
  'the first page of the queue': tx => openPage(tx, {}, null, 51),
}

it('what the engine looks for costs what is due, not what is open or has ended; the queue what it shows', async ({
  task,
}) => {
  await w.tools({ run: {} })
  const scopes = [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }]
  const { key } = await w.agent({ scopes })
  await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: 86_400 })
  const client = await w.db.background.connect()
  const costOf = explained(client)
  /** Once tables have been looked at, as the engine has them looked at when they grow. */
  const costs = async () => {
    await maintain(w.test.url, 'analyze')
    const found: Record<string, number> = {}
    for (const [name, ask] of Object.entries(asked)) found[name] = await costOf(ask)
    return found
  }
  await fill('0E', open, true)
  await fill('0A', open / 10, false)
  const few = await costs()
  await fill('0B', (9 * open) / 10, false)
  const many = await costs()
  client.release()
  for (const name of Object.keys(asked)) expect(many[name], name).toBeLessThan(1.5 * (few[name] ?? 0) + 30)
  expect(many['holds whose time is over']).toBeLessThan(20)
  tallyRounds(task, open)
}, 120_000)
