import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openKeptPast } from './kept-past'
import { windows } from './past'

const lengths = Object.values(windows).map(seconds => seconds * 1_000)
const longest = Math.max(...lengths)
const start = Date.UTC(2026, 0)
const asks = fc.record({
  after: fc.oneof(...lengths.map(length => fc.integer({ min: 0, max: length }))),
  currency: fc.constantFrom('EUR', 'GBP'),
  denied: fc.boolean(),
  sum: fc.bigInt({ min: 0n, max: 10n ** 12n }),
})
type Told = { at: number; currency: string; count: number; denied: number; sum: bigint }
const told = (list: readonly { after: number; currency: string; denied: boolean; sum: bigint }[]): Told[] => {
  let at = start
  return list.map(({ after, currency, denied, sum }) => {
    at += after
    return { at, currency, count: 1, denied: denied ? 1 : 0, sum: denied ? 0n : sum }
  })
}
const within = (list: readonly Told[], currency: string, from: number) => {
  const mine = list.filter(one => one.currency === currency && one.at > from)
  return {
    count: mine.length,
    denied: mine.reduce((sum, one) => sum + one.denied, 0),
    sum: mine.reduce((sum, one) => sum + one.sum, 0n),
  }
}

describe('a past that is kept', () => {
  it('G14 never says less than was asked within a window, nor more than within a sixtieth longer one', () => {
    fc.assert(
      fc.property(fc.array(asks, { minLength: 1, maxLength: 40 }), fc.nat(20), fc.boolean(), (list, open, looked) => {
        const kept = openKeptPast()
        const all = told(list)
        const over = all.slice(0, Math.max(0, all.length - open))
        for (const one of over) {
          kept.add(one)
          if (looked) kept.at(one.at, [])
        }
        const now = (all.at(-1)?.at ?? start) + 1
        const past = kept.at(now, all.slice(over.length))
        expect(past.known).toBe(lengths.length)
        for (const currency of ['EUR', 'GBP'])
          for (const [n, length] of lengths.entries()) {
            const said = past.tallies.get(currency)?.[n] ?? { count: 0, denied: 0, sum: 0n }
            const least = within(all, currency, now - length)
            const most = within(all, currency, now - length - length / 60)
            for (const part of ['count', 'denied', 'sum'] as const) {
              expect(said[part]).toBeGreaterThanOrEqual(least[part])
              expect(said[part]).toBeLessThanOrEqual(most[part])
            }
          }
      }),
    )
  })

  it('counts what has ended late in the windows of the time at which it was asked', () => {
    const kept = openKeptPast()
    const now = start + longest
    kept.at(now, [])
    kept.add({ at: now - 2 * 3_600_000, currency: '', count: 1, denied: 1, sum: 0n })
    const [minute, hour, day] = kept.at(now, []).tallies.get('') ?? []
    expect([minute?.denied, hour?.denied, day?.denied]).toEqual([0, 0, 1])
  })

  it('knows a window once all of it lies behind the first that was looked at, and forgets what has left the longest', () => {
    const kept = openKeptPast()
    kept.reach(start)
    kept.add({ at: start, currency: '', count: 5, denied: 0, sum: 7n })
    expect(kept.at(start + 59_999, []).known).toBe(0)
    expect(kept.at(start + 60_000, []).known).toBe(1)
    expect(kept.at(start + 86_400_000, []).known).toBe(3)
    const end = kept.at(start + longest + longest / 60 + 1, [])
    expect(end).toEqual({ known: 5, tallies: new Map() })
  })
})
