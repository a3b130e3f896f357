import { describe, expect, it } from 'vitest'
import {
  type Countersigning,
  type CountersignTier,
  countersigningAfter,
  countersignTierSince,
  isCountersigned,
} from './countersigning'

describe('what must be countersigned', () => {
  it.each<[CountersignTier, string]>([
    ['none', ''],
    ['critical', 'critical'],
    ['high', 'high critical'],
  ])('A11 the setting %s asks it of: %s', (tier, risks) => {
    const asked = ['low', 'medium', 'high', 'critical'].filter(risk => isCountersigned(tier, risk))
    expect(asked.join(' ')).toBe(risks)
  })

  const at = (hour: number) => new Date(Date.UTC(2026, 10, 2, hour))
  /** The setting as it was chosen, hour by hour from one o'clock on. */
  const chosen = (...tiers: CountersignTier[]) =>
    tiers.reduce<Countersigning>((was, tier, hour) => countersigningAfter(was, tier, at(hour + 1)), {
      tier: 'none',
      past: [],
    })

  it.each<[string, CountersignTier[], number, CountersignTier]>([
    ['tightened while it was open: the stricter holds', ['high'], 0, 'high'],
    ['loosened while it was open: the stricter holds', ['high', 'none'], 1, 'high'],
    ['loosened before it was opened', ['high', 'none'], 3, 'none'],
    ['loosened and tightened again', ['high', 'none', 'critical'], 1, 'high'],
    ['loosened step by step', ['high', 'critical', 'none'], 2, 'critical'],
    ['loosened again and again, however often', [...Array(20).fill(['high', 'none']).flat()], 38, 'high'],
    ['never strict', ['none', 'none'], 0, 'none'],
  ])('A11 %s', (_, tiers, opened, tier) => {
    expect(countersignTierSince(chosen(...tiers), at(opened))).toBe(tier)
  })

  it('however often it is loosened, no more than one moment a tier is kept', () => {
    expect(chosen(...[...Array(20).fill(['high', 'critical', 'none']).flat()]).past).toHaveLength(2)
  })
})
