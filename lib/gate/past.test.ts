import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { historyOf, noPast, type Past, readsPast, withOne } from './past'

const ask = fc.record({
  currency: fc.constantFrom('EUR', 'GBP', null),
  amount: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n })),
  denied: fc.boolean(),
})

describe('the past of an agent with a tool', () => {
  it('counts every ask, and adds up what was not denied in its own currency, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 20 }), asks => {
        const past = asks.reduce((sum: Past, one) => withOne(sum, one.currency, one.amount, one.denied), noPast)
        const seen = historyOf(past, 'EUR', 10_000n)
        expect(seen.count_minute).toBe(asks.length + 1)
        expect(seen.denied_month).toBe(asks.filter(one => one.denied).length)
        const mine = asks.filter(one => one.currency === 'EUR' && !one.denied)
        const sum = mine.reduce((total, one) => total + (one.amount ?? 0n), 10_000n)
        expect(seen.sum_day).toBe(`${sum / 10_000n}.${String(sum % 10_000n).padStart(4, '0')}`)
      }),
    )
  })

  it('is as large as can be where there is more than was looked at, and never larger than Cedar can hold', () => {
    const beyond = historyOf({ ...noPast, known: 1 }, 'EUR', 0n)
    expect(beyond).toMatchObject({ count_hour: Number.MAX_SAFE_INTEGER, sum_week: '922337203685477.5807' })
    expect(beyond).toMatchObject({ count_minute: 1, sum_minute: '0.0000' })
    const huge = Array.from({ length: 3 }).reduce((past: Past) => withOne(past, null, 9n * 10n ** 18n, false), noPast)
    expect(historyOf(huge, null, 1n).sum_month).toBe('922337203685477.5807')
  })

  it('is read only where a policy asks for it', () => {
    expect(readsPast(new Set(['amount', 'sum_week']))).toBe(true)
    expect(readsPast(new Set(['amount', 'session_tools']))).toBe(false)
  })
})
