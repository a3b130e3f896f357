import { describe, expect, it } from 'vitest'
import { against, denied, good, outcomeOf, send } from '../testing/loopback.ts'
import { AlreadyDone, Denied, digestOf, forModel, guarded, Unavailable } from './index.ts'

const tool = 'send_money'
interface Bill {
  readonly recipient: string
  amount: string
}
const bill: Bill = { recipient: 'GB29', amount: '1.00' }

/** Answers with these fields, about what was sent; allows `params` instead where they are given. */
const answering = (fields: Record<string, unknown>, params?: Record<string, unknown>) =>
  against((response, _n, seen) => {
    if (seen.path.endsWith('/outcome')) return send(response, 200, {})
    const sent = JSON.parse(seen.body)
    const digest = digestOf(sent)
    const returned = params ?? sent.params
    const executable_digest = digestOf({ ...sent, params: returned })
    const modified = digest !== executable_digest
    send(response, 200, { ...good, digest, executable_digest, params: returned, modified, ...fields })
  })

describe('a guarded function', () => {
  it('asks with its arguments, under its own key, and runs once', async () => {
    const { client, seen } = await answering({})
    const runs: Bill[] = []
    const pay = guarded(client, tool, (one: Bill) => runs.push(one), {
      key: one => `bill-${one.recipient}`,
      describe: () => ({ intent: 'rent', context: { task: 'july' } }),
    })
    expect(await pay(bill)).toBe(1)
    expect(runs).toEqual([bill])
    expect(seen.map(one => one.key)).toEqual(['bill-GB29', undefined])
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ tool, params: bill, intent: 'rent', context: { task: 'july' } })
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ status: 'succeeded' })
  })

  it('runs with what an approver changed, whatever it does to its arguments', async () => {
    const { client } = await answering({}, { recipient: 'GB29', amount: '0.50' })
    const pay = guarded(client, tool, (one: Bill) => {
      const { amount } = one
      one.amount = '9999.00'
      return amount
    })
    expect(await pay(bill)).toBe('0.50')
    expect(bill.amount).toBe('1.00')
  })

  it('does not run when it is denied or was done before, and there is one safe text for the model', async () => {
    const runs: Bill[] = []
    const no = await answering({ ...denied, digest: digestOf({ tool, params: bill }) })
    const error = await outcomeOf(guarded(no.client, tool, (one: Bill) => runs.push(one))(bill))
    expect(error).toBeInstanceOf(Denied)
    expect(forModel(error)).toMatch(/^This action was not allowed \(not this one\)/)
    const before = await answering({ outcome: 'succeeded' })
    const again = await outcomeOf(guarded(before.client, tool, (one: Bill) => runs.push(one))(bill))
    expect(again).toBeInstanceOf(AlreadyDone)
    expect(forModel(again)).toBe('This action was done before. It was not done again.')
    expect(forModel(new Error('of the function itself'))).toBeNull()
    expect(runs).toEqual([])
  })

  it('is called with obligations only where it has a place for them', async () => {
    const obligations = [{ id: 'o1', type: 'mask', properties: {} }]
    const { client } = await answering({ obligations })
    const error = await outcomeOf(guarded(client, tool, (one: Bill) => one)(bill))
    expect(error).toBeInstanceOf(Unavailable)
    expect(await guarded(client, tool, (_one: Bill, answer) => answer.obligations)(bill)).toEqual(obligations)
  })
})
