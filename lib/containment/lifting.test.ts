import { describe, expect, it } from 'vitest'
import { levels } from './containment'
import { type Lifter, lifting } from './lifting'

const from = new Date('2026-01-01T00:00:00Z')
const later = (seconds: number) => new Date(from.getTime() + seconds * 1_000)
const governor: Lifter = { id: 'usr_g', may_lift: true, is_owner: false, alone: false }
const owner: Lifter = { id: 'usr_o', may_lift: true, is_owner: true, alone: false }
const approver: Lifter = { id: 'usr_a', may_lift: false, is_owner: false, alone: false }
const by = (level: (typeof levels)[number], id: `usr_${string}` = 'usr_x') => ({ level, by_id: id, from })

describe('the lifting rules', () => {
  it.each(['watched', 'guarded', 'paused'] as const)('%s is lifted at once by one who is not the owner', level => {
    expect(lifting(by(level), governor, later(999))).toBe('at_once')
    expect(lifting(by(level), owner, later(999))).toBe('forbidden')
    expect(lifting(by(level), approver, later(999))).toBe('forbidden')
  })
  it.each(['quarantined', 'killed'] as const)(
    'K05 %s takes two people, and the owner is not the one who asks',
    level => {
      expect(lifting(by(level), governor, later(1))).toBe('two_people')
      expect(lifting(by(level), owner, later(1))).toBe('forbidden')
      expect(lifting(by(level), approver, later(1))).toBe('forbidden')
    },
  )
  it('who paused takes it back within 60 seconds, whoever they are', () => {
    expect(lifting(by('paused', 'usr_a'), approver, later(60))).toBe('at_once')
    expect(lifting(by('paused', 'usr_a'), approver, later(61))).toBe('forbidden')
    expect(lifting(by('paused', 'usr_o'), owner, later(60))).toBe('at_once')
  })
  it('nobody takes a kill back alone within 60 seconds', () =>
    expect(lifting(by('killed', 'usr_g'), governor, later(1))).toBe('two_people'))
  it('a person alone lifts their own', () => {
    for (const level of levels) expect(lifting(by(level), { ...owner, alone: true }, later(999))).not.toBe('forbidden')
  })
})
