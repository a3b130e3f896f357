import { describe, expect, it } from 'vitest'
import { eligibility, emptySide, isDecidable } from './conflict'
import type { Group, NamedStage, Need } from './need'
import { filled, notYet, quorumMet, turnsOf } from './quorum'
import { type Person, type Requirement, required, union, type Who, withAdded } from './requirement'

const people: readonly Person[] = Array.from({ length: 5 }, (_, n) => ({
  id: `usr_${n}`,
  name: `Person ${n}`,
  email: `person${n}@example.com`,
  status: 'active',
  roles: [],
}))
const named = (...ns: readonly number[]): Who[] => ns.map(n => ({ relation: 'person', person_id: `usr_${n}` }))
const of = (...ns: readonly number[]) => people.filter((_, n) => ns.includes(n))
const part = (stages: readonly NamedStage<Who>[], name = 'pay', version = 1): Requirement => ({
  stages: [],
  veto: true,
  named: [{ name, version, stages }],
})
const stage = (need: Need<Who>, label = 'stage'): NamedStage<Who> => ({ label, need })
const group = (approvals: number, ...ns: readonly number[]): Group<Who> => ({ approvals, who: named(...ns) })

describe('groups within groups', () => {
  it.each([
    [
      'one of each of two groups',
      { at_least: 2, of: [group(1, 0, 1), group(1, 1, 2)] },
      2,
      [
        [0, 2],
        [1, 2],
      ],
      [[1], [0]],
    ],
    ['one person in both groups counts once', { at_least: 2, of: [group(1, 1), group(1, 1)] }, 2, [], [[1], [0, 1]]],
    [
      'two of three groups',
      { at_least: 2, of: [group(1, 0), group(1, 1), group(1, 2)] },
      2,
      [
        [0, 1],
        [0, 2],
      ],
      [[0]],
    ],
    [
      'any of two, one of which asks two people',
      { at_least: 1, of: [group(2, 0, 1), group(1, 2)] },
      1,
      [[2], [0, 1]],
      [[0]],
    ],
  ] as const)('%s', (_name, need, needed, enough, short) => {
    const requirement = part([stage(need)])
    expect(required(requirement)).toBe(needed)
    for (const ns of enough) expect(quorumMet(requirement, of(...ns), people)).toBe(true)
    for (const ns of short) expect(quorumMet(requirement, of(...ns), people)).toBe(false)
  })
})

describe('stages in order', () => {
  const first = stage(group(1, 0, 1), 'the team')
  const second = stage(group(1, 1, 2), 'security')
  const requirement = part([first, second])
  const turns = (...ns: readonly number[]) => {
    const only = requirement.named?.[0]
    return only ? turnsOf(only, requirement, of(...ns), people) : []
  }
  it.each([
    ['nobody yet', [], ['open', 'later']],
    ['one of the team', [0], ['met', 'open']],
    ['one who stands in both counts for the first', [1], ['met', 'open']],
    ['security alone', [2], ['open', 'later']],
    ['both', [0, 2], ['met', 'met']],
  ] as const)('%s', (_name, ns, said) => {
    expect(turns(...ns)).toEqual(said)
  })

  it('whoever is asked later is told what comes first, and is heard when it is met', () => {
    const [, , security] = people
    if (!security) return expect.unreachable()
    expect(notYet(requirement, security, [], people)).toBe('It is not your turn yet: first the team.')
    expect(notYet(requirement, security, of(0), people)).toBeNull()
  })
})

describe('confirming', () => {
  const confirm: NamedStage<Who> = {
    label: 'It is for you',
    confirm: true,
    who: [{ relation: 'acted_for', person_id: 'usr_0' }],
  }
  const requirement = part([confirm, stage(group(1, 0, 1))])
  it('whoever it is for says yes, and that is never an approval, although the group has them', () => {
    expect(required(requirement)).toBe(1)
    expect(filled(requirement, of(0), people)).toBe(0)
    expect(quorumMet(requirement, of(0), people)).toBe(false)
    expect(quorumMet(requirement, of(1), people)).toBe(false)
    expect(quorumMet(requirement, of(0, 1), people)).toBe(true)
  })

  it('A01 they confirm although they own the agent, and nothing else is theirs', () => {
    const [owner, other] = people
    if (!owner || !other) return expect.unreachable()
    const side = { ...emptySide, owners: new Set<string>([owner.id]), acting_for: owner.email }
    expect(eligibility(requirement, side, owner, people, false)).toMatchObject({ may_approve: true, confirms: true })
    expect(isDecidable(requirement, side, people, false)).toBe(true)
    expect(isDecidable(part([confirm, stage(group(1, 0))]), side, people, false)).toBe(false)
    expect(
      isDecidable(
        requirement,
        side,
        people.filter(one => one !== owner),
        false,
      ),
    ).toBe(false)
  })
})

describe('A07 A28 pinned and current', () => {
  const old = part([stage(group(2, 0, 1, 2))])
  const lowered = part([stage(group(1, 0, 1, 2))], 'pay', 2)
  const other = part([stage(group(1, 3))], 'pay', 2)
  const law = part([stage(group(1, 0, 3))], 'law')
  it.each([
    ['lowered while it waits: the old number', old, lowered, [[0, 1]], [[0], [3]]],
    ['raised while it waits: the new number', lowered, old, [[0, 1]], [[0]]],
    ['other people: both versions, each by itself', old, other, [[0, 1, 3]], [[0, 1], [3]]],
    ['another policy besides: nobody counts for both', old, law, [[0, 1, 3]], [[0, 1]]],
    ['another policy besides: whoever is asked by both counts for one', old, law, [[0, 1, 2]], [[1, 2]]],
  ] as const)('%s', (_name, pinned, current, enough, short) => {
    for (const both of [union(pinned, current), union(current, pinned)]) {
      for (const ns of enough) expect(quorumMet(both, of(...ns), people)).toBe(true)
      for (const ns of short) expect(quorumMet(both, of(...ns), people)).toBe(false)
    }
  })

  it('a rule that asks the same people as a group of a policy asks nobody besides, and one that asks others does', () => {
    const both = part([stage({ at_least: 2, of: [group(1, 0, 1), group(1, 2, 3)] })])
    const asks = (...ns: readonly number[]): Requirement => ({ stages: [group(1, ...ns)], veto: true })
    expect(required(union(asks(0, 1), both))).toBe(2)
    expect(quorumMet(union(asks(0, 1), both), of(0, 2), people)).toBe(true)
    expect(required(union(both, asks(0)))).toBe(3)
    expect(quorumMet(union(both, asks(0)), of(0, 2), people)).toBe(false)
    expect(required(union(both, part([stage(group(2, 0, 1))], 'law')))).toBe(3)
  })

  it('more rejects are never needed after a union than either asked', () => {
    const two = { ...old, veto: false, denies: 2 }
    expect(union(two, old)).toMatchObject({ veto: true })
    expect(union(two, { ...two, denies: 3 })).toMatchObject({ veto: false, denies: 2 })
  })

  it('INV-19 people who are added because it waits fill any place, lower nothing, and confirm nothing', () => {
    const more = withAdded(old, ['usr_3', 'usr_4'])
    expect(required(more)).toBe(2)
    expect(quorumMet(more, of(3), people)).toBe(false)
    expect(quorumMet(more, of(0, 3), people)).toBe(true)
    expect(quorumMet(union(more, old), of(3, 4), people)).toBe(true)
    const side = { ...emptySide, owners: new Set<string>(['usr_3']) }
    const [, , , owner] = people
    if (!owner) return expect.unreachable()
    expect(eligibility(more, side, owner, people, false).may_approve).toBe(false)
  })
})

describe('A07 the manager of whom it is for', () => {
  const requirement = part([stage({ approvals: 1, who: [{ relation: 'manager', of: 'usr_0' }] })])
  const reporting = (set_by: string, at: number): Person[] =>
    people.map(one => (one.id === 'usr_0' ? { ...one, manager: { id: 'usr_1', set_by, set_at: new Date(at) } } : one))
  const side = { ...emptySide, owners: new Set<string>(['usr_2']), opened: new Date(1_000) }
  it.each([
    ['named before it opened', 'usr_2', 1_000, true],
    ['named since, by somebody independent', 'usr_3', 1_001, true],
    ['named since, by the asking side', 'usr_2', 1_001, false],
  ])('%s', (_name, by, at, may) => {
    const now = reporting(by, at)
    const [, boss] = now
    if (!boss) return expect.unreachable()
    expect(eligibility(requirement, side, boss, now, false).may_approve).toBe(may)
  })
})
