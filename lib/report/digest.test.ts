import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { digestOf, digestText, lastWeek } from './digest'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })

describe('the week that is over', () => {
  it.each([
    ['2026-11-23T00:00:00Z', '2026-W47', '2026-11-16'],
    ['2026-11-22T23:59:59Z', '2026-W46', '2026-11-09'],
    ['2026-11-29T12:00:00Z', '2026-W47', '2026-11-16'],
    // ISO 8601: 2026 has 53 weeks; 1 January 2027 is in the last of them.
    ['2027-01-05T00:00:00Z', '2026-W53', '2026-12-28'],
    ['2027-01-12T00:00:00Z', '2027-W01', '2027-01-04'],
    // 30 December 2024 is in the first week of 2025.
    ['2025-01-06T08:00:00Z', '2025-W01', '2024-12-30'],
  ])('at %s it is %s, from %s', (at, name, from) => {
    const week = lastWeek(new Date(at))
    expect([week.name, week.from.toISOString().slice(0, 10)]).toEqual([name, from])
  })

  it('ends at a Monday no later than now, and lasts seven days whatever clocks do', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), at => {
        const { from, to } = lastWeek(at)
        expect(to.getTime() - from.getTime()).toBe(7 * 86_400_000)
        expect(to.getUTCDay()).toBe(1)
        expect(at.getTime() - to.getTime()).toBeGreaterThanOrEqual(0)
        expect(at.getTime() - to.getTime()).toBeLessThan(7 * 86_400_000)
      }),
      runs(100),
    )
  })
})

describe('a digest', () => {
  const week = lastWeek(new Date('2026-11-23T00:00:00Z'))

  it('is not sent where nothing was asked and nothing waits', () => {
    expect(digestOf(week, [], 3, { waiting: 0, unused: 0 })).toBeNull()
    expect(digestOf(week, [], 3, { waiting: 1, unused: 0 })).toMatchObject({ waiting: 1 })
  })

  it('I08 tells of scopes that nothing needed, also where nothing was asked', () => {
    const digest = digestOf(week, [], 3, { waiting: 0, unused: 2 })
    expect(digest && digestText(digest, 'https://hold.example').text).toContain('nothing needed for 30 days: 2')
  })

  it('says counts and links, and nothing else', () => {
    const rows = [
      { status: 'allowed', outcome: 'failed', count: 4 },
      { status: 'approved', outcome: 'rolled_back', count: 2 },
      { status: 'rejected', outcome: null, count: 1 },
      { status: 'held', outcome: null, count: 9 },
    ]
    const digest = digestOf(week, rows, 1, { waiting: 9, unused: 0 })
    expect(digest && digestText(digest, 'https://hold.example').text).toBe(
      'What the agent that you answer for asked in week 2026-W47, and what became of it:\n\n- went on: 6 (2 of them approved by people)\n- rejected by people: 1\n- denied by rules: 0\n- expired undecided: 0\n- stopped by a switch: 0\n- failed afterwards: 4\n- put back afterwards: 2\n- waiting now: 9\n\nBy agent: https://hold.example/reports/agents\nWhat waits: https://hold.example/approvals\n',
    )
  })
})
