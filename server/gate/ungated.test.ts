import { afterAll, expect, it } from 'vitest'
import { deliver } from '@/server/engine/deliver'
import { letterBox } from '@/server/testing/letters'
import { everything, world } from '@/server/testing/world'

const box = await letterBox()
afterAll(() => box.close())
const w = await world(1, { smtp: box.smtp })
const app = w.servers[0]?.app
if (!app) throw new Error('no server')
await w.tools({ 'ledger.pay': { operation: 'pay' } })
const scope = { ...everything, operations: [...everything.operations], environments: ['production' as const] }

it('G01 a downstream call without a permit is refused there, and whoever governs is told at once, once an hour for the same', async () => {
  const ledger = await w.agent({ kind: 'service_account', scopes: [{ ...scope, tool_pattern: 'ledger.*' }] })
  const agent = await w.agent({ scopes: [scope] })
  const tell = (key: string, tool: string, more: object = {}) =>
    w.gate(key, 'POST', '/api/v1/permits/ungated', { tool, done: false, ...more })

  const verify = { tool: 'ledger.pay', params: {}, permit: null, consume: true }
  expect((await w.gate(ledger.key, 'POST', '/api/v1/permits/verify', verify)).body).toMatchObject({
    valid: false,
    reason: 'invalid',
  })
  for (let n = 0; n < 3; n++)
    expect(await tell(ledger.key, 'ledger.pay')).toMatchObject({ status: 202, body: { told: true } })
  await deliver(app)
  await expect
    .poll(() => box.letters.filter(one => one.text.includes('Subject: Something was tried without a permit')).length)
    .toBe(2)
  expect(new Set(box.letters.flatMap(one => one.to))).toEqual(new Set([w.governor.email, w.administrator.email]))
  const { rows } = await w.db.pool.query(`select body from event where type = 'permit.ungated'`)
  expect(rows).toHaveLength(3)

  // Nobody else can raise the alarm: not the agent itself, not a system for what it does not execute.
  expect((await tell(agent.key, 'ledger.pay')).status).toBe(403)
  expect((await tell(ledger.key, 'mail.send')).status).toBe(403)
})

it('G01 a permit that was presented and did not fit tells whose agent it was', async () => {
  const bank = await w.agent({ kind: 'workload', scopes: [{ ...scope, tool_pattern: 'bank.*' }] })
  await w.tools({ 'bank.look': { operation: 'read' } })
  const agent = await w.agent({ scopes: [scope] })
  const { body } = await w.submit(agent.key, { tool: 'bank.look', params: { account: 1 } })
  const told = { tool: 'bank.look', done: true, permit: body.permit }
  expect((await w.gate(bank.key, 'POST', '/api/v1/permits/ungated', told)).status).toBe(202)
  const { rows } = await w.db.pool.query(
    `select body from event where type = 'permit.ungated' and subjects @> array[$1]`,
    [agent.id],
  )
  expect(rows).toHaveLength(1)
  expect(JSON.parse(rows[0].body).data).toMatchObject({ agent: agent.id, action: body.id, done: true })
  await deliver(app)
  await expect
    .poll(() =>
      box.letters.filter(one => one.text.includes('Something was done without asking')).flatMap(one => one.to),
    )
    .toEqual(expect.arrayContaining([w.owner.email]))
})
