import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { latestEnd, longestSeconds, usualSeconds } from './extension'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })

const opened_at = new Date('2026-03-01T09:00:00Z')
const later = (seconds: number) => new Date(opened_at.getTime() + seconds * 1_000)
const hour = 3_600

describe('until when a hold may wait', () => {
  it.each([
    ['nobody said how long: seven days', usualSeconds, null, null, null, 7 * 24 * hour],
    ['a rule says a day, today', usualSeconds, null, 24 * hour, null, 24 * hour],
    ['a rule said an hour when it opened', hour, null, null, null, hour],
    ['a rule said a day when it opened, and an hour now', 24 * hour, null, hour, null, hour],
    ['its agent asked for ten minutes', 600, null, null, 600, 600],
    ['its agent asked for two days, which is more than the usual', usualSeconds, null, null, 48 * hour, 48 * hour],
    ['a rule says thirty days', 30 * 24 * hour, null, 30 * 24 * hour, null, 7 * 24 * hour],
    [
      'it was given more time before: counted from what it had first',
      48 * hour,
      usualSeconds,
      null,
      null,
      7 * 24 * hour,
    ],
    ['it was given more time before, and a rule says three days', 48 * hour, usualSeconds, 72 * hour, null, 72 * hour],
  ])('%s', (_, lives, first, policy, agent, most) => {
    const hold = { opened_at, expires_at: later(lives), extended_from: first === null ? null : later(first) }
    expect(latestEnd(hold, { policy, agent })).toEqual(later(most))
  })

  it('A19 is never later than policy, agent or seven days allow, and giving more time never moves it', () => {
    const seconds = fc.integer({ min: 1, max: 30 * 24 * hour })
    fc.assert(
      fc.property(seconds, fc.option(seconds), fc.option(seconds), fc.array(seconds), (lives, policy, agent, more) => {
        const limits = { policy, agent }
        const hold = { opened_at, expires_at: later(lives), extended_from: null }
        const latest = latestEnd(hold, limits)
        const most = (latest.getTime() - opened_at.getTime()) / 1_000
        expect(most).toBeLessThanOrEqual(Math.min(longestSeconds, policy ?? Infinity, agent ?? Infinity))
        let now: { opened_at: Date; expires_at: Date; extended_from: Date | null } = hold
        for (const one of more) {
          const until = new Date(Math.min(latest.getTime(), now.expires_at.getTime() + one * 1_000))
          if (until <= now.expires_at) continue
          now = { opened_at, expires_at: until, extended_from: now.extended_from ?? now.expires_at }
          expect(latestEnd(now, limits)).toEqual(latest)
        }
      }),
      runs(100),
    )
  })
})
