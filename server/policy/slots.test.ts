import { describe, expect, it } from 'vitest'
import { judge } from '@/lib/policy/judge'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'
import { openSlots } from './slots'

const only = (effect: 'permit' | 'forbid') =>
  `@id("x") @reason("r") ${effect} (principal, action, resource) when { context.hour >= 0 };`

describe('places in Cedar’s cache', () => {
  it('D04 a hundred candidates in two places: each set answers as itself, however often its place was taken', () => {
    const slots = openSlots('test', 2)
    const sets = Array.from({ length: 100 }, (_, n) => loadPolicySet(n, only(n % 2 === 0 ? 'permit' : 'forbid'), slots))
    for (const round of [1, 2])
      for (const [n, set] of sets.entries())
        expect(judge(set, { ...plainFacts, hour: round }).effect).toBe(n % 2 === 0 ? 'allow' : 'deny')
  })

  it('what Cedar cannot parse takes no place away and denies', () => {
    const slots = openSlots('broken', 1)
    const good = loadPolicySet(1, only('permit'), slots)
    expect(judge(good, plainFacts).effect).toBe('allow')
    expect(() => slots.of({ policies: { x: 'no Cedar' }, schema: 'no schema' })).toThrow()
    expect(judge(good, { ...plainFacts, hour: 3 }).effect).toBe('allow')
  })
})
