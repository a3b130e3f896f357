import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Containment,
  endedSince,
  inForce,
  levels,
  pauses,
  type Reachable,
  reaches,
  targetTypes,
} from './containment'

const action: Reachable = {
  agent_id: 'agt_1',
  team_id: 'tea_1',
  owner_id: 'usr_1',
  credential_id: 'crd_1',
  tool: 'pay',
  environment: 'production',
  session: 's-1',
  instance: 'pod-1',
}
const ids: Readonly<Record<(typeof targetTypes)[number], readonly [own: string, others: string]>> = {
  organisation: ['', ''],
  team: ['tea_1', 'tea_2'],
  owner: ['usr_1', 'usr_2'],
  agent: ['agt_1', 'agt_2'],
  session: ['agt_1/s-1', 'agt_2/s-1'],
  instance: ['agt_1/pod-1', 'agt_2/pod-1'],
  tool: ['pay', 'Pay'],
  environment: ['production', 'staging'],
  credential: ['crd_1', 'crd_2'],
}
const time = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1_000)
const arbitrary: fc.Arbitrary<Containment> = fc
  .record({
    type: fc.constantFrom(...targetTypes),
    own: fc.boolean(),
    level: fc.constantFrom(...levels),
    epoch: fc.integer({ min: 1, max: 50 }),
    from: fc.integer({ min: 0, max: 500 }),
    lasts: fc.option(fc.integer({ min: 0, max: 500 })),
  })
  .map(one => ({
    id: 'ctn_1' as const,
    target: { type: one.type, id: ids[one.type][one.own ? 0 : 1] },
    level: one.level,
    reason: '',
    by_id: 'usr_9' as const,
    epoch: one.epoch,
    from: time(one.from),
    lifted_at: one.lasts === null ? null : time(one.from + one.lasts),
  }))

describe('reaches', () => {
  it.each(targetTypes)('a switch on %s reaches its own and nobody else', type => {
    expect(reaches({ type, id: ids[type][0] }, action)).toBe(true)
    if (type !== 'organisation') expect(reaches({ type, id: ids[type][1] }, action)).toBe(false)
  })
  it('a switch on an instance reaches no action without one', () =>
    expect(reaches({ type: 'instance', id: 'agt_1/' }, { ...action, instance: null })).toBe(false))
  it('two agents never share a session of the same name', () =>
    expect(reaches({ type: 'session', id: 'agt_1/s-1' }, { ...action, agent_id: 'agt_2' })).toBe(false))
})

describe('inForce', () => {
  it('K11 the strictest of all that reach wins, and lifting one takes only that one away', () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), all => {
        const found = inForce(all, action)
        const reaching = all.filter(one => one.lifted_at === null && reaches(one.target, action))
        expect(found === null).toBe(reaching.length === 0)
        for (const one of reaching)
          expect(levels.indexOf(found?.level ?? 'watched')).toBeGreaterThanOrEqual(levels.indexOf(one.level))
        if (found) {
          const rest = inForce(
            all.filter(one => one !== found),
            action,
          )
          expect(reaching.length > 1).toBe(rest !== null)
        }
      }),
    )
  })
  it('adding a switch never makes anything looser', () => {
    const strength = (one: Containment | null) => (one ? levels.indexOf(one.level) : -1)
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 8 }), arbitrary, (all, more) => {
        expect(strength(inForce([...all, more], action))).toBeGreaterThanOrEqual(strength(inForce(all, action)))
      }),
    )
  })
})

describe('endedSince', () => {
  it('a kill or quarantine younger than the hold ends it for ever, lifted or not', () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), fc.integer({ min: 0, max: 50 }), (all, epoch) => {
        const lifted = all.map(one => ({ ...one, lifted_at: one.lifted_at ?? time(5_000) }))
        expect(endedSince(lifted, action, epoch) === null).toBe(endedSince(all, action, epoch) === null)
        const found = endedSince(all, action, epoch)
        if (found) expect(found.epoch).toBeGreaterThan(epoch)
      }),
    )
  })
  it('K07 a hold that was opened after it is not touched', () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), all => void expect(endedSince(all, action, 50)).toBeNull()),
    )
  })
  it.each(['watched', 'guarded', 'paused'] as const)('%s ends no hold', level => {
    expect(
      endedSince(
        [
          {
            id: 'ctn_1',
            target: { type: 'organisation', id: '' },
            level,
            reason: '',
            by_id: 'usr_1',
            epoch: 9,
            from: time(0),
            lifted_at: null,
          },
        ],
        action,
        1,
      ),
    ).toBeNull()
  })
})

describe('pauses', () => {
  it('gives back only pauses that reached the action, each from its beginning to its end or now', () => {
    const now = time(2_000)
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), all => {
        const found = pauses(all, action, now)
        const counted = all.filter(one => one.level === 'paused' && reaches(one.target, action))
        expect(found).toHaveLength(counted.length)
        for (const one of found) expect(one.to.getTime()).toBeGreaterThanOrEqual(one.from.getTime())
      }),
    )
  })
})
