import { describe, expect, it } from 'vitest'
import type { Person } from '@/lib/hold/requirement'
import { isId } from '@/lib/kernel/id'
import { type Facts, tellable } from './tellable'

const minute = (at: number) => new Date(Date.UTC(2026, 10, 23, 8, at))
const someone = (name: string): Person => {
  const id = `usr_${name.toUpperCase().padEnd(26, '0')}`
  if (!isId('usr', id)) throw new Error(id)
  return { id, name, email: `${name}@x.example`, status: 'active', roles: [{ role: 'approver', team_id: null }] }
}
const [ann, ben] = [someone('ann'), someone('ben')]
const facts = (people: readonly Person[], eligible: readonly Person[]): Facts => ({
  people,
  owner: null,
  backup: null,
  eligible: person => eligible.includes(person),
  barred: () => null,
  sees: () => true,
  onCall: () => null,
  teamName: () => 'Payments',
  away: [{ person_id: ann.id, stand_in_id: ben.id, from: minute(0), until: minute(10) }],
  reviewed: new Set(),
})
const toldOf = (people: readonly Person[], eligible = people, at = minute(5)) =>
  tellable({ who: [{ kind: 'approvers' }], adds: false }, facts(people, eligible), at).told

describe('a stand-in', () => {
  it.each([
    ['after whom they stand in for', [ann, ben]],
    ['before whom they stand in for', [ben, ann]],
  ])('A18 who is told for themselves %s is told once, and that they read for somebody', (_order, people) => {
    expect(toldOf(people)).toEqual([
      {
        person_id: ben.id,
        instead_of: ann.id,
        why: 'You read for ann, who is away. Told to them: You may decide this.',
      },
    ])
  })

  it('reads until the absence ends, and not a moment longer', () => {
    expect(toldOf([ann, ben], [ann, ben], minute(10)).map(one => one.instead_of)).toEqual([undefined, undefined])
  })

  it('A18 who has left reads for nobody', () => {
    const left: Person = { ...ben, status: 'disabled' }
    expect(toldOf([ann, left], [ann, left]).map(one => one.person_id)).toEqual([ann.id])
  })
})
