import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ send_money: { operation: 'pay', parameters: { amount: 'amount', to: 'recipient' } } })
const scopes = [{ ...everything, operations: [...everything.operations], environments: ['staging' as const] }]
const [ann, gil] = await Promise.all([w.approver, w.governor].map(who => w.signedIn(who)))
const { key } = await w.agent({ scopes, environment: 'staging' })
const other = await w.agent({ scopes, environment: 'staging' })

async function pay(params: object, more: object = {}, by = key) {
  const { body } = await w.submit(by, { tool: 'send_money', params, ...more })
  expect(body.status).toBe('held')
  const path = `/api/console/holds/${body.hold.id}`
  const seen = (await ann?.('GET', path))?.body
  return {
    ...body,
    before: seen.approved_before,
    review: (more: object) => ann?.('POST', `${path}/reviews`, { digest: body.digest, ...more }),
  }
}

it('U12 after twenty alike, one changed digit is named field by field against what was last approved', async () => {
  const bill = { to: 'GB29NWBK60161331926819', amount: '41.20', reference: 'bill' }
  for (let n = 0; n < 20; n++) {
    const one = await pay({ ...bill, nonce: n })
    expect(one.before).toMatchObject(n === 0 ? [] : [{ diff: [{ path: 'nonce', before: n - 1, after: n }] }])
    expect((await one.review({ verdict: 'approve' }))?.status).toBe(201)
  }
  const changed = await pay({ ...bill, nonce: 19, to: 'GB29NWBK60161331926818' })
  expect(changed.before).toMatchObject([{ diff: [{ path: 'to', before: bill.to, after: 'GB29NWBK60161331926818' }] }])
  // What is rejected is nothing to compare with, and neither is what another agent was allowed.
  expect((await changed.review({ verdict: 'reject' }))?.status).toBe(201)
  const next = await pay({ ...bill, nonce: 19, amount: '412.00' })
  expect(next.before).toMatchObject([{ diff: [{ path: 'amount', before: '41.20', after: '412.00' }] }])
  expect((await pay(bill, {}, other.key)).before).toEqual([])
  const elsewhere = await pay({ ...bill, nonce: 19 }, { resource: { type: 'account', id: 'acc-2' } })
  expect(elsewhere.before).toEqual([])
})

it('U12 against what could be run: the arguments as an approver changed them, and the resource', async () => {
  const resource = { type: 'invoice', id: 'inv-1' }
  const first = await pay({ to: 'X', amount: '900' }, { resource })
  const narrowed = await first.review({ verdict: 'approve', params: { to: 'X', amount: '90' } })
  expect(narrowed?.status, JSON.stringify(narrowed?.body)).toBe(201)
  const second = await pay({ to: 'X', amount: '900' }, { resource: { ...resource, id: 'inv-2' } })
  expect(second.before).toMatchObject([
    {
      action_id: first.id,
      diff: [
        { path: 'amount', before: '90', after: '900' },
        { path: 'resource:', before: 'invoice:inv-1', after: 'invoice:inv-2' },
      ],
    },
  ])
  expect((await gil?.('GET', `/api/console/holds/${second.hold.id}`))?.body.approved_before).toEqual(second.before)
})
