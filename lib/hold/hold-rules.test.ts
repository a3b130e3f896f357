import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Role } from '@/lib/access/permission'
import { widenings } from '@/lib/policy/narrow'
import { eligibility, emptySide, isDecidable, type Side } from './conflict'
import { filled, quorumMet } from './quorum'
import { isAmong, type Person, type Requirement, required, union, type Who } from './requirement'

const person = (
  n: number,
  roles: readonly (readonly [Role, string | null])[],
  status: 'active' | 'disabled' = 'active',
): Person => ({
  id: `usr_${n}`,
  name: `Person ${n}`,
  email: `person${n}@example.com`,
  status,
  roles: roles.map(([role, team]) => ({ role, team_id: team === null ? null : `tea_${team}` })),
})
const team: Who = { relation: 'team_approvers', team_id: 'tea_a' }
const anyone: Who = { relation: 'any_approver' }
const need = (...stages: (readonly [number, Who])[]): Requirement => ({
  stages: stages.map(([approvals, who]) => ({ approvals, who: [who] })),
  veto: true,
})

describe('who is asked', () => {
  const ann = person(1, [['approver', 'a']])
  const org = person(2, [['approver', null]])
  const gov = person(3, [['governor', null]])
  const admin = person(4, [['administrator', null]])
  const other = person(5, [['approver', 'b']])
  const all = [ann, org, gov, admin, other]
  it.each([
    ['the owning team’s approvers, when it has any', team, all, [ann]],
    ['else the organisation’s', team, [org, gov, admin, other], [org, gov]],
    ['any approver or governor, wherever', anyone, all, [ann, org, gov, other]],
    ['who governs: organisation-wide only', { relation: 'governing' } as const, all, [gov, admin]],
    [
      'a role in a team, or everywhere',
      { relation: 'role', role: 'approver', team_id: 'tea_a' } as const,
      all,
      [ann, org],
    ],
    ['one named person', { relation: 'person', person_id: 'usr_5' } as const, all, [other]],
  ])('%s', (_name, who, people, asked) => {
    expect(people.filter(one => isAmong(who, one, people)).map(one => one.id)).toEqual(asked.map(one => one.id))
  })

  it('nobody who is disabled', () => {
    expect(isAmong(anyone, person(9, [['approver', null]], 'disabled'), [])).toBe(false)
  })
})

describe('quorum', () => {
  it('A06 INV-14 is met exactly when that many distinct people agree, however often each is counted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 20 }),
        (wanted, ids) => {
          const people = Array.from({ length: 7 }, (_, n) => person(n + 1, [['approver', null]]))
          const approvers = ids.flatMap(id => people[id - 1] ?? [])
          expect(quorumMet(need([wanted, anyone]), approvers, people)).toBe(new Set(ids).size >= wanted)
        },
      ),
    )
  })

  it('INV-12 nobody fills two places: stages are matched to people as well as can be', () => {
    const both = person(1, [
      ['approver', 'a'],
      ['administrator', null],
    ])
    const ann = person(2, [['approver', 'a']])
    const requirement = need([1, team], [1, { relation: 'governing' }])
    expect(filled(requirement, [both], [both, ann])).toBe(1)
    expect(quorumMet(requirement, [both, ann], [both, ann])).toBe(true)
  })

  it('the union of two requirements is never less than either, in any order, and with itself the same', () => {
    const stage = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom<Who>(team, anyone, { relation: 'governing' }),
    )
    const some = fc
      .array(stage, { minLength: 1, maxLength: 3 })
      .map(stages => stages.map(one => need(one)).reduce(union))
    fc.assert(
      fc.property(some, some, (a, b) => {
        const both = union(a, b)
        expect(required(both)).toBeGreaterThanOrEqual(Math.max(required(a), required(b)))
        expect(required(union(b, a))).toBe(required(both))
        expect(union(a, a)).toEqual(a)
      }),
    )
  })
})

describe('four eyes', () => {
  const ann = person(1, [['approver', null]])
  const bob = person(2, [['approver', null]])
  const one = need([1, anyone])
  const sides: readonly (readonly [string, Partial<Side>])[] = [
    ['owner', { owners: new Set([ann.id]) }],
    ['creator', { creators: new Set([ann.id]) }],
    ['key holder', { key_holders: new Set([ann.id]) }],
    ['last editor of its scopes', { editors: new Set([ann.id]) }],
    ['whoever it acts for, by e-mail', { acting_for: 'person1@example.com' }],
    ['whoever it acts for, by name', { acting_for: 'person.1' }],
    ['proposer of the change', { proposed_by: ann.id }],
  ]
  it.each(sides)('A01 INV-18 the %s may reject, never approve', (_name, side) => {
    expect(eligibility(one, { ...emptySide, ...side }, ann, [ann, bob], true)).toMatchObject({
      may_approve: false,
      may_reject: true,
      self: false,
    })
    expect(eligibility(one, { ...emptySide, ...side }, bob, [ann, bob], true)).toMatchObject({
      may_approve: true,
      reason: null,
    })
  })

  it('a person alone decides for themselves only for an agent registered in development, and only where it is allowed', () => {
    const mine: Side = { ...emptySide, owners: new Set([ann.id]), environment: 'development' }
    expect(eligibility(one, mine, ann, [ann], true)).toMatchObject({ may_approve: true, self: true })
    expect(eligibility(one, { ...mine, environment: 'production' }, ann, [ann], true).may_approve).toBe(false)
    expect(eligibility(one, mine, ann, [ann, bob], true).may_approve).toBe(false)
    expect(eligibility(one, mine, ann, [ann], false).may_approve).toBe(false)
  })

  it('A01 nobody is alone with a change while another administrator or governor could agree to it', () => {
    const gil = person(3, [['governor', null]])
    const ada = person(4, [['administrator', null]])
    const governed = need([1, { relation: 'governing' }])
    const mine: Side = { ...emptySide, proposed_by: gil.id }
    expect(eligibility(governed, mine, gil, [gil, ada], true)).toMatchObject({ may_approve: false, self: false })
    expect(eligibility(governed, mine, gil, [gil], true)).toMatchObject({ may_approve: true, self: true })
  })

  it.each([
    ['marks that name nobody', '!!!', person(6, [['approver', null]]), false],
    [
      'another person of another script',
      '王芳',
      { ...person(6, [['approver', null]]), name: '李明', email: '李明@example.com' },
      false,
    ],
    [
      'a name in its own script',
      '李明',
      { ...person(6, [['approver', null]]), name: '李明', email: 'lm@example.com' },
      true,
    ],
    ['a name without its accents', 'Zoe Unal', { ...person(6, [['approver', null]]), name: 'Zoë Ünal' }, true],
    ['full-width letters', 'ｐｅｒｓｏｎ６', person(6, [['approver', null]]), true],
  ])('whom the agent acts for: %s', (_name, claim, who, meant) => {
    expect(eligibility(one, { ...emptySide, acting_for: claim }, who, [who, bob], true).may_approve).toBe(!meant)
  })

  it('whom the agent says that it acts for gets nothing from it: not even a no', () => {
    const viewer = person(7, [['viewer', null]])
    const side: Side = { ...emptySide, acting_for: viewer.email }
    expect(eligibility(one, side, viewer, [viewer, bob], true)).toMatchObject({ may_approve: false, may_reject: false })
  })

  it('A07 a role that the asking side gave while it was waiting does not count; one given before, or by others, does', () => {
    const opened = new Date(1_000)
    const given = (granted_by: string, at: number): Person => ({
      ...person(8, []),
      roles: [{ role: 'approver', team_id: null, granted_by, granted_at: new Date(at) }],
    })
    const side: Side = { ...emptySide, owners: new Set([ann.id]), opened }
    const may = (who: Person) => eligibility(one, side, who, [ann, bob, who], true)
    expect(may(given(ann.id, 1_001))).toMatchObject({ may_approve: false, may_reject: true, self: false })
    expect(may(given(ann.id, 1_000)).may_approve).toBe(true)
    expect(may(given(bob.id, 1_001)).may_approve).toBe(true)
    expect(isDecidable(one, side, [ann, given(ann.id, 1_001)], true)).toBe(false)
  })

  it('A19 what nobody could decide is known at once', () => {
    const mine: Side = { ...emptySide, owners: new Set([ann.id]), environment: 'production' }
    expect(isDecidable(one, mine, [ann], true)).toBe(false)
    expect(isDecidable(need([2, anyone]), emptySide, [ann], true)).toBe(false)
    expect(isDecidable(need([2, anyone]), emptySide, [ann, bob], true)).toBe(true)
    expect(isDecidable(one, mine, [ann, bob], true)).toBe(true)
  })
})

describe('A22 approving with changes', () => {
  const before = {
    amount: '50.00',
    count: 3,
    to: 'X',
    subject: 'Bill',
    list: ['a', 'b', 'c'],
    nested: { deep: [1, 2] },
    flag: true,
  }
  const meanings = { amount: 'amount', count: 'count', subject: 'subject' }
  it.each([
    ['nothing changed', {}, true],
    ['a smaller amount', { amount: '49.99' }, true],
    ['nothing at all to pay', { amount: '0' }, true],
    ['a larger amount', { amount: '50.01' }, false],
    ['a negative amount', { amount: '-1' }, false],
    ['an amount of another type', { amount: 5 }, false],
    ['a smaller count', { count: 2 }, true],
    ['other wording of a subject', { subject: 'Invoice' }, true],
    ['another recipient', { to: 'Y' }, false],
    ['fewer items', { list: ['a', 'c'] }, true],
    ['no items at all, which often means all', { list: [] }, false],
    ['no items deep inside', { nested: { deep: [] } }, false],
    ['more items', { list: ['a', 'b', 'c', 'd'] }, false],
    ['other items', { list: ['a', 'z'] }, false],
    ['reordered items', { list: ['b', 'a'] }, false],
    ['fewer items deep inside', { nested: { deep: [2] } }, true],
    ['an added member deep inside', { nested: { deep: [1, 2], more: 1 } }, false],
    ['an added argument', { extra: 1 }, false],
    ['another flag', { flag: false }, false],
  ])('%s', (_name, change, fine) => {
    expect(widenings(before, { ...before, ...change }, meanings).length === 0).toBe(fine)
  })

  it('INV-16 whatever is accepted is within what was asked, however often it is narrowed, and nothing is always accepted', () => {
    const argument = fc.record({
      amount: fc.integer({ min: -5, max: 5 }).map(String),
      list: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
      to: fc.constantFrom('X', 'Y'),
      nested: fc.record({ list: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }), deep: fc.boolean() }),
    })
    const fits = (a: object, b: object) => widenings({ ...a }, { ...b }, meanings).length === 0
    const within = (less: readonly unknown[], more: readonly unknown[]) =>
      less.every(item => more.includes(item)) && less.length <= more.length
    fc.assert(
      fc.property(argument, argument, argument, (asked, once, twice) => {
        expect(fits(asked, asked)).toBe(true)
        if (!fits(asked, once)) return
        expect(once.to).toBe(asked.to)
        expect(once.nested.deep).toBe(asked.nested.deep)
        expect(within(once.list, asked.list) && within(once.nested.list, asked.nested.list)).toBe(true)
        if (once.amount !== asked.amount) expect(Number(once.amount)).toBeLessThan(Number(asked.amount))
        if (fits(once, twice)) expect(fits(asked, twice)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('an argument cannot be dropped: a filter that is gone reaches further', () => {
    const { to, ...rest } = before
    expect(to).toBe('X')
    expect(widenings(before, rest, meanings)).toEqual([
      { pointer: '/params/to', message: 'an argument cannot be dropped' },
    ])
  })
})
