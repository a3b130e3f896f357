import { afterAll, expect, it, vi } from 'vitest'
import { letterBox } from '@/server/testing/letters'
import { everything, world } from '@/server/testing/world'

const box = await letterBox()
afterAll(() => box.close())
const w = await world(1, { smtp: box.smtp })
const scopes = [everything]
await w.tools({
  'odd.pay': { operation: 'pay', parameters: { amount: 'amount', pin: 'secret' } },
  'odd.look': { operation: 'read' },
})

it('P12 arguments stand in the body and nowhere else: in an address or twice they are refused, in a header they are nothing', async () => {
  const { key } = await w.agent({ scopes })
  const pay = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    w.gate(key, 'POST', path, body, { 'idempotency-key': crypto.randomUUID(), prefer: 'wait=0', ...headers })
  const body = { tool: 'odd.pay', params: { amount: '98.70' } }
  for (const query of ['amount=1.00', 'params=%7B%7D', 'tool=odd.look', 'params[amount]=1'])
    expect((await pay(`/api/v1/actions?${query}`, body)).status, query).toBe(400)
  expect((await pay('/api/v1/actions', '{"tool":"odd.pay","params":{"amount":"1.00","amount":"98.70"}}')).status).toBe(
    400,
  )
  const told = (await pay('/api/v1/actions', body, { amount: '1.00', params: '{}', tool: 'odd.look' })).body
  expect(told).toMatchObject({ status: 'held', params: { amount: '98.70' } })
})

it('P16 a secret argument counts whole in the digest, and stands in no title, event, message or list', async () => {
  const { key } = await w.agent({ scopes })
  const secret = `pin-${crypto.randomUUID()}`
  const submit = (pin: string) => w.submit(key, { tool: 'odd.pay', params: { amount: '5.00', pin } })
  const one = (await submit(secret)).body
  const other = (await submit(`${secret}x`)).body
  expect(one.digest).not.toBe(other.digest)
  const ann = await w.signedIn(w.approver)
  const lists = await Promise.all(
    ['/holds?status=open', `/holds/${one.hold.id}`, '/actions', '/audit'].map(path =>
      ann('GET', `/api/console${path}`),
    ),
  )
  // Whoever decides may look at it, on a press; it is in the arguments of its own page alone.
  const [list, page, actions] = lists.map(({ body }) => JSON.stringify(body))
  expect(list).not.toContain(secret)
  expect(actions).not.toContain(secret)
  expect(page?.split(secret)).toHaveLength(2)
  const { rows } = await w.db.pool.query<{ text: string }>(
    `select body as text from event union all select payload from delivery union all select facts from action
     union all select coalesce(decision, '') from action union all select why || requirement from hold`,
  )
  expect(rows.filter(({ text }) => text.includes(secret))).toEqual([])
  await vi.waitFor(() => expect(box.letters.length).toBeGreaterThan(0), { timeout: 10_000 })
  expect(box.letters.filter(letter => letter.text.includes(secret))).toEqual([])
})

it('O13 the database’s clock decides, and how far this machine’s is from it is told', async () => {
  const { key } = await w.agent({ scopes })
  await w.test.moveClock(3_600)
  const held = (await w.submit(key, { tool: 'odd.pay', params: { amount: '5.00' }, deadline_seconds: 60 })).body
  const hour = Date.parse(held.hold.opened_at) - Date.now()
  expect(hour).toBeGreaterThan(3_500_000)
  const base = w.servers[0]?.url ?? ''
  const skew = async () => {
    const text = await (await fetch(`${base}/metrics`)).text()
    return Number(/^holdpoint_clock_skew_seconds (\S+)$/m.exec(text)?.[1])
  }
  expect(await skew()).toBeLessThan(-3_500)
  await w.test.moveClock(61)
  const { body } = await w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=0' })
  expect(body).toMatchObject({ status: 'expired', decision: { by: 'timeout' } })
})
