import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

/** What one agent may pay in a day without being asked. */
const limit = 500
const rule = `@id("day-limit") @reason("More than 500 in a day is not for an agent alone.") forbid (principal, action == Action::"pay", resource)
  when { context.sum_day.greaterThan(decimal("${limit}.0")) };
@id("small") @reason("Small payments go on.") permit (principal, action == Action::"pay", resource) when { context.in_scope };
@id("often") @reason("Not more than 3 a minute.") forbid (principal, action == Action::"execute", resource) when { context.tool == "run" && context.count_minute > 3 };`
const w = await world(2)
const scopes = [{ ...everything, operations: [...everything.operations], environments: ['development' as const] }]
const agent = () => w.agent({ scopes, environment: 'development', limits: { per_second: 100_000, burst: 200_000 } })

beforeAll(async () => {
  await w.tools({
    pay: { operation: 'pay', parameters: { amount: 'amount', currency: 'currency' } },
    run: {},
  })
  // The pack without its rule 7, which would ask people for every payment.
  await inForce(w, packWith(rule).replaceAll(/@id\("high-impact[^;]*;/g, ''))
})

describe('what an agent has asked before', () => {
  it(`G14 splitting a payment does not pass: ${200} at once on two instances allow exactly what one may`, async () => {
    for (let round = 0; round < inject('scale'); round++) {
      const { key } = await agent()
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          w.submit(key, { tool: 'pay', params: { amount: '49.00', currency: 'EUR', n } }, { prefer: 'wait=0' }, n % 2),
        ),
      )
      const statuses = answers.map(one => one.body.status)
      // 10 × 49 = 490 is below the limit, the next would be 539.
      expect(statuses.filter(status => status === 'allowed')).toHaveLength(10)
      expect(statuses.filter(status => status === 'denied')).toHaveLength(190)
    }
  })

  it('counts each currency for itself, each agent for itself, and asks of one tool only', async () => {
    const [one, other] = [await agent(), await agent()]
    const pay = async (key: string, currency: string) =>
      (await w.submit(key, { tool: 'pay', params: { amount: '400', currency } })).body.status
    expect(await pay(one.key, 'EUR')).toBe('allowed')
    expect(await pay(one.key, 'EUR')).toBe('denied')
    expect(await pay(one.key, 'GBP')).toBe('allowed')
    expect(await pay(other.key, 'EUR')).toBe('allowed')
  })

  it('a batch is no way around it: each of its items sees those before it', async () => {
    const { key } = await agent()
    const actions = Array.from({ length: 6 }, (_, n) => ({ tool: 'run', params: { n }, idempotency_key: `b${n}` }))
    const { body } = await w.gate(key, 'POST', '/api/v1/actions/batch', { actions })
    expect(body.items.map((item: { status: string }) => item.status).sort()).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'denied',
      'denied',
      'denied',
    ])
  })

  it('each ask is in its narrowest window and all around it, by currency, until it has slid out', async () => {
    const { key } = await agent()
    const given = async (amount: string, currency: string) => {
      const { body } = await w.submit(key, { tool: 'pay', params: { amount, currency } })
      const { rows } = await w.db.pool.query<{ facts: string }>('select facts from action where id = $1', [body.id])
      return JSON.parse(rows[0]?.facts ?? '{}').given
    }
    await given('1.00', 'EUR')
    for (const [seconds, amount] of [
      [86_400 * 8, '2.00'],
      [86_400 * 3, '4.00'],
      [3_600 * 5, '8.00'],
      [600, '16.00'],
    ] as const) {
      await w.test.moveClock(seconds)
      await given(amount, 'EUR')
    }
    await given('32.00', 'USD')
    expect(await given('64.00', 'EUR')).toMatchObject({
      count_minute: 3,
      count_hour: 4,
      count_day: 5,
      count_week: 6,
      count_month: 7,
      sum_minute: '80.0000',
      sum_hour: '88.0000',
      sum_day: '92.0000',
      sum_week: '94.0000',
      sum_month: '95.0000',
    })
  })

  it('G14 an instance that has just come up takes what it has not looked through for as much as can be, until it has', async () => {
    const { id, key } = await agent()
    const asked = async () => {
      const { body } = await w.submit(key, { tool: 'pay', params: { amount: '1.00', currency: 'EUR' } })
      const { rows } = await w.db.pool.query<{ facts: string }>('select facts from action where id = $1', [body.id])
      return JSON.parse(rows[0]?.facts ?? '{}').given
    }
    // What 20,000 asks and some more of the last weeks would have left: 40 seconds between them.
    const { rows: made } = await w.db.background.query<{ id: string }>(
      `insert into action (id, agent_id, credential_id, key, tool, operation, environment, classification, reversible, session,
         facts, status, created_at, decision, decided_at, amount, currency)
       select 'act_' || n, $1, 'crd_x', 'k' || n, 'pay', 'pay', 'development', 'internal', true, 's', '{}', 'allowed',
         holdpoint.now() - n * interval '40 seconds', '{}', holdpoint.now() - n * interval '40 seconds', 1, 'EUR'
       from generate_series(21000, 1, -1) n returning id`,
      [id],
    )
    expect(made).toHaveLength(21_000)
    const first = await asked()
    expect(first.count_month).toBe(Number.MAX_SAFE_INTEGER)
    for (const [said, least] of [
      [first.count_minute, 2],
      [first.count_hour, 90],
      [first.count_day, 2_160],
    ]) {
      expect(said).toBeGreaterThanOrEqual(least)
      expect(said).toBeLessThanOrEqual(least * (61 / 60) + 3)
    }
    await expect.poll(async () => (await asked()).count_month, { interval: 50, timeout: 10_000 }).toBeLessThan(22_000)
    expect((await asked()).count_month).toBeGreaterThan(21_000)
  })

  it('K14 a database that was put back under a running instance is looked through anew: its asks are numbered from the beginning', async () => {
    const { id, key } = await agent()
    const run = async () => (await w.submit(key, { tool: 'run', params: { n: randomUUID() } })).body.status
    const owner = new pg.Client({ connectionString: w.db.url })
    await owner.connect()
    const numberFrom = (n: number) => owner.query(`select setval(pg_get_serial_sequence('action', 'asked'), $1)`, [n])
    await numberFrom(50_000)
    // The second of them reads the first.
    expect([await run(), await run()]).toEqual(['allowed', 'allowed'])
    // What a backup has that was made before: neither the action nor its number; and an administrator has acknowledged it.
    await owner.query(`set session_replication_role = replica`)
    await owner.query('delete from action where agent_id = $1', [id])
    await numberFrom(1)
    await owner.query('update organisation set instance_epoch = instance_epoch + 1')
    await owner.query('update registry set version = version + 1')
    await owner.end()
    expect([await run(), await run(), await run(), await run()]).toEqual(['allowed', 'allowed', 'allowed', 'denied'])
  })
})
