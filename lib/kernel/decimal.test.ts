import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDecimal } from './decimal'

describe('an amount', () => {
  test.each<[unknown, bigint]>([
    ['98.70', 987_000n],
    ['98.7', 987_000n],
    [98.7, 987_000n],
    ['0', 0n],
    ['-0.0001', -1n],
    [-0, 0n],
    [10_000, 100_000_000n],
    ['9999.9999', 99_999_999n],
    ['999999999999999.9999', 9_999_999_999_999_999_999n],
    ['007', 70_000n],
  ])('%o is exact', (value, scaled) => {
    expect(parseDecimal(value)).toBe(scaled)
  })

  test.each<[unknown]>([
    [['100']],
    [{ gt: 0 }],
    [true],
    [null],
    [undefined],
    [100n],
    [''],
    [' 1'],
    ['1\n'],
    ['+1'],
    ['1,000'],
    ['1e3'],
    ['0x10'],
    ['.5'],
    ['5.'],
    ['1.23456'],
    ['1000000000000000'],
    ['１００'],
    ['٣'],
    ['--1'],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e21],
    [1e-7],
    [0.1 + 0.2],
  ])('P06 %o is none: nothing is coerced, rounded or guessed', value => {
    expect(parseDecimal(value)).toBeNull()
  })

  test('keeps the order of the amounts it stands for', () => {
    const amount = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 9_999 }))
    const write = ([whole, part]: [number, number]) => `${whole}.${String(part).padStart(4, '0')}`
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [left, right] = [write(a), write(b)]
        const scaled = [parseDecimal(left) ?? 0n, parseDecimal(right) ?? 0n]
        expect(Math.sign(Number((scaled[0] ?? 0n) - (scaled[1] ?? 0n)))).toBe(Math.sign(Number(left) - Number(right)))
      }),
    )
  })
})
