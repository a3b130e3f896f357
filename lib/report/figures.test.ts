import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { leastReadingMs } from '@/lib/hold/reading-time'
import { byPerson, daysBetween, figuresOf, type HoldFact, percentile, type ReviewFact } from './figures'
import { readingOf } from './reading'
import { hurriedMinute } from './velocity'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })

const at = (text: string) => new Date(`2026-03-${text}Z`)
const window = { from: at('28T12:00:00'), to: at('30T12:00:00') }

let n = 0
const hold = (status: string, opened: string, decided: string, more: Partial<HoldFact> = {}): HoldFact => ({
  id: `h${++n}`,
  status,
  opened_at: at(opened),
  decided_at: at(decided),
  regretted: false,
  ...more,
})
const review = (one: HoldFact, person_id: string, more: Partial<ReviewFact> = {}): ReviewFact => ({
  hold_id: one.id,
  person_id,
  verdict: one.status === 'rejected' ? 'reject' : 'approve',
  at: one.decided_at,
  dwell_ms: 60_000,
  shown_chars: 100,
  ...more,
})

describe('what a verdict was given on', () => {
  it.each([
    [null, 100, 'unopened'],
    [null, null, 'unopened'],
    [9_999, null, 'unknown'],
    [999, 1, 'hurried'],
    [1_000, 1, 'read'],
    [1_999, 100, 'hurried'],
    [2_000, 100, 'read'],
    [200_000, 10_001, 'hurried'],
  ] as const)('open for %s ms, %s characters: %s', (dwell_ms, shown_chars, reading) => {
    expect(readingOf({ dwell_ms, shown_chars })).toBe(reading)
  })

  it('more to read never takes less time', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (a, b) => leastReadingMs(Math.max(a, b)) >= leastReadingMs(Math.min(a, b))),
      runs(100),
    )
  })
})

describe('A26: hurry', () => {
  const every = (ms: number, count: number) =>
    Array.from({ length: count }, (_, k) => new Date(at('29T00:00:00').getTime() + k * ms))

  it('is more than twenty approvals within sixty seconds', () => {
    expect(hurriedMinute(every(300, 200), every(300, 200))?.approvals).toBe(200)
    expect(hurriedMinute(every(3_000, 200), every(3_000, 200))).toBeNull()
    expect(hurriedMinute(every(2_800, 200), every(2_800, 200))?.approvals).toBe(22)
    expect(hurriedMinute(every(1, 20), every(1, 20))).toBeNull()
    expect(hurriedMinute(every(1, 21), every(1, 21))?.approvals).toBe(21)
  })

  it('is found whatever is looked at together: the minute before counts', () => {
    const all = every(1_000, 25)
    expect(hurriedMinute(all, all.slice(-1))?.approvals).toBe(25)
    expect(hurriedMinute(all, all.slice(0, 20))).toBeNull()
  })
})

describe('figures', () => {
  const slow = hold('approved', '29T08:00:00', '29T09:00:00', { regretted: true })
  const quick = hold('rejected', '29T08:00:00', '29T08:01:00')
  const missed = hold('expired', '28T08:00:00', '28T20:00:00')
  const stopped = hold('contained', '28T08:00:00', '28T09:00:00')
  const holds = [slow, quick, missed, stopped]
  const all = [
    review(slow, 'ann'),
    review(slow, 'bob', { dwell_ms: null }),
    review(slow, 'cy', { verdict: 'reject', dwell_ms: 100 }),
    review(quick, 'ann'),
  ]

  it('count what people decided and what nobody did; a stop is neither', () => {
    const found = figuresOf({ holds, reviews: all, all, ...window, least: 3 })
    expect(found).toMatchObject({
      people: 3,
      decided: 2,
      expired: 1,
      expiry_rate: 1 / 3,
      time_to_decide: { p50_ms: 60_000, p95_ms: 3_600_000 },
      load: { reviews: 4, median: 1, most: 2 },
      reading: { read: 2, unopened: 1, hurried: 1, unknown: 0 },
      disagreement: { reviews: 4, disagreed: 3 },
      regret: { approved: 1, regretted: 1 },
    })
    expect(found.days.map(({ day, decided, expired }) => [day, decided, expired])).toEqual([
      ['2026-03-28', 0, 1],
      ['2026-03-29', 2, 0],
      ['2026-03-30', 0, 0],
    ])
  })

  it('of fewer than three people say nothing of them, but what waited for nobody stays', () => {
    const two = all.filter(one => one.person_id !== 'cy')
    const found = figuresOf({ holds, reviews: two, all: two, ...window, least: 3 })
    expect(found).toMatchObject({
      people: 2,
      expired: 1,
      time_to_decide: null,
      load: null,
      reading: null,
      disagreement: null,
      regret: null,
    })
    expect(found.days.every(day => day.time_to_decide === null)).toBe(true)
    expect(figuresOf({ holds, reviews: two, all: two, ...window, least: 1 }).reading).not.toBeNull()
  })

  it('of a day that too few people decided on are left out of that day alone', () => {
    const alone = hold('approved', '30T08:00:00', '30T08:00:30')
    const more = [...all, review(alone, 'ann')]
    const { days } = figuresOf({ holds: [...holds, alone], reviews: more, all: more, ...window, least: 3 })
    expect(days.map(day => day.time_to_decide === null)).toEqual([true, false, true])
    expect(days.at(-1)?.decided).toBe(1)
  })

  it('by person name what each did', () => {
    expect(byPerson(holds, all)).toEqual([
      {
        person_id: 'ann',
        reviews: 2,
        time_to_decide: { p50_ms: 60_000, p95_ms: 3_600_000 },
        reading: { read: 2, hurried: 0, unopened: 0, unknown: 0 },
        disagreed: 1,
        regretted: 1,
      },
      expect.objectContaining({ person_id: 'bob', regretted: 1 }),
      expect.objectContaining({ person_id: 'cy', disagreed: 1, regretted: 0 }),
    ])
  })

  it('are the same in whatever order the rows come', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(holds, { minLength: 4 }),
        fc.shuffledSubarray(all, { minLength: 4 }),
        (someHolds, some) => {
          expect(figuresOf({ holds: someHolds, reviews: some, all: some, ...window, least: 3 })).toEqual(
            figuresOf({ holds, reviews: all, all, ...window, least: 3 }),
          )
        },
      ),
      runs(100),
    )
  })

  it('percentiles are values that were there, and no less than the median', () => {
    expect(percentile([], 0.5)).toBeNull()
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), values => {
        const [half, most] = [percentile(values, 0.5), percentile(values, 0.95)]
        expect(values).toContain(half)
        expect(Number(most)).toBeGreaterThanOrEqual(Number(half))
      }),
      runs(100),
    )
  })

  it('days are whole UTC days, over the end of a month and a change of clocks', () => {
    expect(daysBetween(at('28T23:59:59'), new Date('2026-04-01T00:00:00Z'))).toEqual([
      '2026-03-28',
      '2026-03-29',
      '2026-03-30',
      '2026-03-31',
      '2026-04-01',
    ])
  })
})
