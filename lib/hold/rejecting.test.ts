import { describe, expect, it } from 'vitest'
import { emptySide } from './conflict'
import { rejectEnds } from './rejecting'
import type { Person, Requirement, Who } from './requirement'

const people: readonly Person[] = Array.from({ length: 5 }, (_, n) => ({
  id: `usr_${n}`,
  name: `Person ${n}`,
  email: `person${n}@example.com`,
  status: n === 4 ? 'disabled' : 'active',
  roles: [],
}))
const named = (...ns: readonly number[]): Who[] => ns.map(n => ({ relation: 'person', person_id: `usr_${n}` }))
const needs = (denies: number, ...ns: readonly number[]): Requirement => ({
  stages: [{ approvals: 1, who: named(...ns) }],
  veto: denies === 1,
  ...(denies > 1 ? { denies } : {}),
})
const side = { ...emptySide, owners: new Set<string>(['usr_3']) }
const ends = (requirement: Requirement, ...ns: readonly number[]) => {
  const said = people.filter((_, n) => ns.includes(n))
  const last = people[ns.at(-1) ?? 0]
  return last !== undefined && rejectEnds(requirement, side, last, said, people, false)
}

describe('rejecting', () => {
  it.each([
    ['INV-15 the first reject ends it where one is enough', needs(1, 0, 1, 2), [0], true],
    ['one of two that are needed does not', needs(2, 0, 1, 2), [0], false],
    ['two of two do', needs(2, 0, 1, 2), [0, 1], true],
    ['the same person twice counts once', needs(2, 0, 1, 2), [0, 0], false],
    ['whoever has been disabled since does not count', needs(2, 0, 1, 2, 4), [4, 0], false],
    ['the asking side takes back what it asked', needs(3, 0, 1, 2), [3], true],
    ['nobody is left who could agree', needs(3, 0, 1), [0, 1], true],
  ] as const)('%s', (_name, requirement, ns, ended) => {
    expect(ends(requirement, ...ns)).toBe(ended)
  })

  it('whoever it is for says that it is not: that is the end', () => {
    const requirement: Requirement = {
      ...needs(3, 0, 1, 2),
      named: [
        {
          name: 'a',
          version: 1,
          stages: [{ label: 'x', confirm: true, who: [{ relation: 'acted_for', person_id: 'usr_0' }] }],
        },
      ],
    }
    expect(ends(requirement, 0)).toBe(true)
  })
})
