import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Containment, Level } from '@/lib/containment/containment'
import { expiresAt, standing, type Timed, unionLength } from './standing'

const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000)
const reach = {
  agent_id: 'agt_1',
  team_id: 'tea_1',
  owner_id: 'usr_1',
  credential_id: 'crd_1',
  tool: 't',
  environment: 'production',
  session: 's',
  instance: null,
}
const hold: Timed = { status: 'pending', opened_at: at(0), expires_at: at(100), epoch: 5, reach }
const switched = (level: Level, epoch: number, from: number, lifted: number | null, id = 'agt_1'): Containment => ({
  id: `ctn_${epoch}`,
  target: { type: 'agent', id },
  level,
  reason: 'r',
  by_id: 'usr_9',
  epoch,
  from: at(from),
  lifted_at: lifted === null ? null : at(lifted),
})

describe('standing', () => {
  it.each([
    ['open', hold, [], 99, { is: 'open' }],
    ['over at its very deadline', hold, [], 100, { is: 'over', as: 'expired' }],
    ['closed once it has ended, whatever the clock says', { ...hold, status: 'approved' }, [], 500, { is: 'closed' }],
    ['frozen while a pause reaches it', hold, [switched('paused', 6, 10, null)], 50, { is: 'frozen' }],
    ['still frozen after its stored time', hold, [switched('paused', 6, 10, null)], 5_000, { is: 'frozen' }],
    ['open again with the time given back', hold, [switched('paused', 6, 10, 60)], 140, { is: 'open' }],
    ['over when that is used up', hold, [switched('paused', 6, 10, 60)], 150, { is: 'over', as: 'expired' }],
    [
      'not touched by a pause of another agent',
      hold,
      [switched('paused', 6, 10, null, 'agt_2')],
      100,
      { is: 'over', as: 'expired' },
    ],
    ['contained by a younger kill', hold, [switched('killed', 6, 10, null)], 20, { is: 'over', as: 'contained' }],
    [
      'contained for ever, also when the kill is lifted',
      hold,
      [switched('killed', 6, 10, 12)],
      20,
      { is: 'over', as: 'contained' },
    ],
    ['contained by a quarantine too', hold, [switched('quarantined', 6, 10, 12)], 20, { is: 'over', as: 'contained' }],
    ['open under a kill that was lifted before it opened', hold, [switched('killed', 5, -10, -5)], 20, { is: 'open' }],
    ['open while it is only guarded', hold, [switched('guarded', 6, 10, null)], 20, { is: 'open' }],
    [
      'a change is reached by no switch',
      { ...hold, reach: null },
      [switched('killed', 6, 10, null), switched('paused', 7, 10, null)],
      20,
      { is: 'open' },
    ],
  ] as const)('is %s', (_name, timed, all, now, expected) => {
    expect(standing(timed, all, at(now))).toMatchObject(expected)
  })

  it('a pause gives back exactly what it took, overlapping ones once, at most to a total age of seven days', () => {
    const span = fc.tuple(fc.integer({ min: -50, max: 90 }), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), spans => {
        const all = spans.map(([from, length], n) => switched('paused', 10 + n, from, from + length))
        const now = at(10_000)
        const frozen = new Set<number>()
        let end = 100
        // The reference: walk second by second; each frozen second before the end moves the end by one.
        for (let second = 0; second < end; second++) {
          if (spans.some(([from, length]) => second >= from && second < from + length)) {
            frozen.add(second)
            end++
          }
        }
        expect(expiresAt(hold, all, now).getTime()).toBe(at(100 + frozen.size).getTime())
      }),
    )
    expect(expiresAt(hold, [switched('paused', 9, 10, null)], at(30 * 86_400))).toEqual(
      new Date(at(0).getTime() + 7 * 86_400_000),
    )
  })

  it('INV-19 whatever pauses, however many and however long, a hold never ends before its time nor lives over seven days', () => {
    const hour = 3_600
    const span = fc.record({
      from: fc.integer({ min: -hour, max: 400 * hour }),
      length: fc.option(fc.integer({ min: 1, max: 400 * hour }), { nil: null }),
      level: fc.constantFrom<Level>('paused', 'paused', 'guarded', 'watched'),
    })
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 8 }),
        fc.integer({ min: 1, max: 720 * hour }),
        fc.integer({ min: 0, max: 900 * hour }),
        (spans, lives, now) => {
          const all = spans
            .filter(one => one.from <= now)
            .map(({ from, length, level }, n) =>
              switched(level, 10 + n, from, length === null || from + length > now ? null : from + length),
            )
          const timed = { ...hold, expires_at: at(lives) }
          const end = expiresAt(timed, all, at(now)).getTime()
          expect(end).toBeGreaterThanOrEqual(at(lives).getTime())
          expect(end).toBeLessThanOrEqual(Math.max(at(lives).getTime(), at(168 * hour).getTime()))
          if (now >= Math.max(lives, 168 * hour)) expect(standing(timed, all, at(now)).is).toBe('over')
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('the union of intervals counts every second once', () => {
    expect(
      unionLength(
        [
          { from: at(0), to: at(10) },
          { from: at(5), to: at(15) },
          { from: at(20), to: at(21) },
        ],
        at(2),
      ),
    ).toBe(14_000)
  })
})
