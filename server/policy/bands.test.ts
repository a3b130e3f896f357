import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandOf, bandsOf, joinBands } from '@/lib/policy/bands'
import type { Facts } from '@/lib/policy/facts'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'
import { readPolicies } from './read-policies'
import { onTrial } from './slots'

const source = `@id("all") @reason("All.") permit (principal, action, resource);
@id("often") @reason("Often.") forbid (principal, action, resource) when { context.count_hour > 5 || 9 <= context.count_day };
@id("much") @reason("Much.") forbid (principal, action == Action::"pay", resource)
  when { context.sum_day.greaterThanOrEqual(decimal("500.0")) || decimal("70.5").lessThan(context.sum_hour) };
@id("exact") @reason("Exactly.") forbid (principal, action, resource)
  when { context has amount && context.amount == decimal("12.5") };
@id("odd") @reason("Odd.") forbid (principal, action, resource) when { context.count_week * 2 == 6 };
@id("whose") @reason("Whose.") forbid (principal == Agent::"agt_1", action == Action::"delete", resource)
  when { resource == Resource::"folder" };`

const near = (number: number) => fc.integer({ min: Math.max(0, number - 2), max: number + 2 })
const money = (...numbers: number[]) =>
  fc
    .oneof(...numbers.map(number => fc.constantFrom(number - 0.0001, number, number + 0.0001)))
    .map(one => one.toFixed(4))
const asked: fc.Arbitrary<Facts> = fc
  .record({
    agent: fc.constantFrom('agt_1', 'agt_2'),
    resource_type: fc.constantFrom('folder', 'file'),
    operation: fc.constantFrom('pay' as const, 'delete' as const, 'read' as const),
    count_hour: near(5),
    count_day: fc.oneof(near(9), fc.constant(Number.MAX_SAFE_INTEGER)),
    count_week: near(3),
    sum_day: money(500),
    sum_hour: money(70.5),
    amount: fc.option(money(12.5, 3), { nil: undefined }),
  })
  .map(given => ({ ...plainFacts, ...given }))

describe('what was judged before', () => {
  const supposed = { approved: false, constrained: false }
  const read = readPolicies(source)
  const bands = joinBands([...read.anatomies.values()].map(one => one.bands))

  it('INV-45 is answered alike for what no policy tells apart, and never for what one does', () => {
    const remembering = loadPolicySet(1, source, onTrial, read)
    fc.assert(
      fc.property(asked, facts => {
        const fresh = loadPolicySet(1, source, onTrial, read)
        expect(remembering.evaluate(facts, supposed)).toEqual(fresh.evaluate(facts, supposed))
      }),
      { numRuns: 300 },
    )
  })

  it('a number that is only compared counts by the numbers around it; one that is calculated with, by itself', () => {
    expect(bandOf(bands, 'count_hour', 1)).toBe(bandOf(bands, 'count_hour', 4))
    const told = [4, 5, 6].map(count => bandOf(bands, 'count_hour', count))
    expect(new Set(told).size).toBe(3)
    expect(bandOf(bands, 'sum_day', '499.9999')).toBe(bandOf(bands, 'sum_day', '0.0000'))
    expect(bandOf(bands, 'count_week', 3)).toBe(3)
    expect(bandOf(bands, 'tool', 'x')).toBe('x')
  })

  it('a policy that takes the context as a whole tells everything apart', () => {
    const context = { Var: 'context' }
    const same = bandsOf({ conditions: [{ kind: 'when', body: { '==': { left: context, right: context } } }] })
    expect(bandOf(joinBands([bands, same]), 'count_hour', 1)).toBe(1)
  })
})
