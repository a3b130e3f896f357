import { describe, expect, it } from 'vitest'
import type { Facts } from '@/lib/policy/facts'
import { narrowingOf } from '@/lib/policy/narrowing'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'

const set = (more: string) =>
  loadPolicySet(
    1,
    `@id("pay") @reason("Paying is fine.") @obligation("log; execute_within:10m")
       permit (principal, action == Action::"pay", resource);
     ${more}`,
  )
const cap = `@id("cap") @reason("At most 500 at once.") @constrain("cap $amount 500; execute_within 5m")
  forbid (principal, action == Action::"pay", resource)
  when { context has amount && context.amount.greaterThan(decimal("500.0")) } unless { context.constrained };`
const tool = { operation: 'pay', parameters: { amount: 'amount', to: 'recipient' } } as const
const params = { amount: '700', to: 'A' }
const facts = (given: Readonly<Record<string, unknown>>): Facts => ({
  ...plainFacts,
  operation: 'pay',
  amount: `${Number(given.amount)}.0000`,
})
const ask = (more: string, given = params) => narrowingOf(set(more), facts(given), given, tool, facts)

describe('an action that policy narrows', () => {
  it('INV-16 is allowed as narrowed, by the permit that gives it, with what it obliges to', () => {
    expect(ask(cap)).toMatchObject({
      params: { amount: '500', to: 'A' },
      modified: true,
      execute_within: 300,
      obligations: [
        { id: 'obl_1', type: 'execute_within', properties: { seconds: 600 } },
        { id: 'obl_2', type: 'log', properties: {} },
      ],
      rules: [{ id: 'pay' }, { id: 'cap' }],
    })
  })

  it('two rules that narrow are both applied', () => {
    const lower = cap.replace('"cap"', '"lower"').replace('$amount 500', 'amount 300')
    expect(ask(cap + lower)).toMatchObject({ params: { amount: '300' } })
  })

  it.each([
    ['nothing narrows', cap.replace(' unless { context.constrained }', '')],
    [
      'a rule that it does not lift is in its way',
      `${cap} @id("no") @reason("No.") forbid (principal, action, resource);`,
    ],
    [
      'another rule asks people as well',
      `${cap} @id("two") @reason("Ask.") @approvals("1") forbid (principal, action, resource) unless { context.approved };`,
    ],
    [
      'a rule that it lifts does not say how',
      `${cap} @id("how") @reason("How?") forbid (principal, action, resource) unless { context.constrained };`,
    ],
    ['what it says cannot be done', cap.replace('cap $amount 500', 'restrict to to [B]')],
    [
      'what it becomes is not allowed either',
      `${cap} @id("odd") @reason("Not this.") forbid (principal, action, resource)
         when { context has amount && context.amount == decimal("500.0") };`,
    ],
  ])('INV-06 is not allowed by itself when %s', (_name, more) => {
    expect(ask(more)).toBeNull()
  })

  it('is not looked at when it is allowed as it stands', () => {
    expect(ask(cap, { amount: '400', to: 'A' })).toBeNull()
  })
})
