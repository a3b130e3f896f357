import { expect, it } from 'vitest'
import { cutProxy } from '@/server/testing/cut-proxy'
import { everything, world } from '@/server/testing/world'

let found: Awaited<ReturnType<typeof cutProxy>> | null = null
const w = await world(1, { databaseSeconds: 1 }, async url => {
  found = await cutProxy(url)
  return found.url
})
await w.tools({ look: { operation: 'read' }, run: {} })
const { key } = await w.agent({
  scopes: [{ ...everything, operations: [...everything.operations], environments: ['production'] }],
})
const approver = await w.signedIn(w.approver)

/** Samples by name and labels, e.g. `holdpoint_open_holds{kind="action",age="under_1m"}`. */
async function scrape(): Promise<Map<string, number>> {
  const { status, headers, body } = await w.gate(key, 'GET', '/metrics')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toContain('text/plain')
  const lines = String(body)
    .split('\n')
    .filter(line => line && !line.startsWith('#'))
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

it('says what operators need: the gate, the queue, decisions, engine, log and messages', async () => {
  await scrape()
  await w.submit(key, { tool: 'look' })
  const held = [1, 2].map(n => w.submit(key, { tool: 'run', params: { n } }))
  const [first] = await Promise.all(held)
  const waiting = w.gate(key, 'GET', `/api/v1/actions/${first?.body.id}`, undefined, { prefer: 'wait=20' })
  await expect.poll(async () => (await scrape()).get('holdpoint_gate_waiting')).toBe(1)
  const while_ = await scrape()
  expect(while_.get('holdpoint_open_holds{kind="action",age="under_1m"}')).toBe(2)
  expect(while_.get('holdpoint_oldest_hold_seconds')).toBeGreaterThan(0)
  expect(while_.get('holdpoint_gate_queue')).toBe(0)
  expect(while_.get('holdpoint_gate_seconds_count{ruling="decided"}')).toBe(1)
  expect(while_.get('holdpoint_gate_seconds_count{ruling="held"}')).toBe(2)
  const review = { verdict: 'approve', digest: first?.body.digest }
  expect((await approver('POST', `/api/console/holds/${first?.body.hold.id}/reviews`, review)).status).toBe(201)
  await waiting
  const decided = (verdict: string, by: string, code: string) =>
    `holdpoint_decisions_total{verdict="${verdict}",by="${by}",code="${code}"}`
  await expect
    .poll(async () => (await scrape()).get(decided('allow', 'human', 'hold.approved')), { timeout: 5_000 })
    .toBe(1)
  await expect.poll(async () => (await scrape()).get('holdpoint_log_unsigned'), { timeout: 5_000 }).toBe(0)
  const after = await scrape()
  expect(after.get(decided('allow', 'policy', 'policy.permitted'))).toBe(1)
  expect(after.get('holdpoint_gate_waiting')).toBe(0)
  expect(after.get('holdpoint_database_up')).toBe(1)
  expect(after.get('holdpoint_log_regressed')).toBe(0)
  expect(after.get('holdpoint_log_unnumbered')).toBe(0)
  expect(Math.abs(after.get('holdpoint_clock_skew_seconds') ?? 99)).toBeLessThan(2)
  for (const name of [
    'engine_lag_seconds',
    'delivery_lag_seconds',
    'sequencer_lag_seconds',
    'deliveries{status="dead"}',
  ])
    expect(after.get(`holdpoint_${name}`), name).toBe(0)
})

it('counts switches, what is late and what was given up', async () => {
  await w.db.pool.query(
    `insert into delivery (subject_id, kind, destination, payload, status, due_at, created_at)
     values ('x', 'test', 'a', '{}', 'dead', holdpoint.now(), holdpoint.now()),
            ('x', 'test', 'b', '{}', 'pending', holdpoint.now() + interval '1 hour', holdpoint.now())`,
  )
  const governor = await w.signedIn(w.governor)
  const target = { type: 'tool', id: 'look' }
  await governor('POST', '/api/console/containment', { target, level: 'watched', reason: 'try' })
  const samples = await scrape()
  expect(samples.get('holdpoint_deliveries{status="dead"}')).toBe(1)
  expect(samples.get('holdpoint_deliveries{status="pending"}')).toBe(1)
  expect(samples.get('holdpoint_switches{level="watched"}')).toBe(1)
})

it('answers without a database too, with no stale number of it', async () => {
  if (!found) throw new Error('no proxy')
  found.refuse()
  const samples = await scrape()
  expect(samples.get('holdpoint_database_up')).toBe(0)
  expect([...samples.keys()].filter(name => /open_holds|engine_lag|deliveries|clock_skew/.test(name))).toEqual([])
  expect(samples.get('holdpoint_memory_bytes')).toBeGreaterThan(0)
  found.accept()
  await expect.poll(async () => (await scrape()).get('holdpoint_database_up'), { timeout: 10_000 }).toBe(1)
})
