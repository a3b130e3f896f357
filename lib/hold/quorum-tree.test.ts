import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { eligibility, emptySide } from './conflict'
import { alternatives, alternativesIn, type Choice, type Group, isChoice, type NamedStage, type Need } from './need'
import { filled, notYet, quorumMet } from './quorum'
import { type Person, type Requirement, required, union, type Who } from './requirement'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })
const people: readonly Person[] = Array.from({ length: 5 }, (_, n) => ({
  id: `usr_${n}`,
  name: `Person ${n}`,
  email: `person${n}@example.com`,
  status: 'active',
  roles: [],
}))
const part = (stages: readonly NamedStage<Who>[], name = 'pay', version = 1): Requirement => ({
  stages: [],
  veto: true,
  named: [{ name, version, stages }],
})
const stage = (need: Need<Who>, label = 'stage'): NamedStage<Who> => ({ label, need })
const group = (approvals: number, ...ns: readonly number[]): Group<Who> => ({
  approvals,
  who: ns.map(n => ({ relation: 'person', person_id: `usr_${n}` })),
})

const someGroup = fc
  .tuple(fc.integer({ min: 1, max: 2 }), fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }))
  .map(([approvals, ns]) => group(approvals, ...ns))
const choiceOf = (inner: fc.Arbitrary<Need<Who>>) =>
  fc
    .tuple(fc.array(inner, { minLength: 1, maxLength: 2 }), fc.nat())
    .map(([all, n]): Choice<Who> => ({ at_least: (n % all.length) + 1, of: all }))
const two = fc.oneof(someGroup, choiceOf(someGroup))
/** Up to three deep. */
const someNeed: fc.Arbitrary<Need<Who>> = fc.oneof(two, choiceOf(two), choiceOf(choiceOf(someGroup)))
const someStages = fc.array(someNeed, { minLength: 1, maxLength: 2 }).filter(all => all.flatMap(leaves).length <= 4)

function leaves(need: Need<Who>): Group<Who>[] {
  return isChoice(need) ? need.of.flatMap(leaves) : [need]
}

/** The reference: give everybody at most one group, in every way there is, and look whether the tree is satisfied. */
function satisfies(needs: readonly Need<Who>[], approvers: readonly Person[]): boolean {
  const all = needs.flatMap(leaves)
  const counts = all.map(() => 0)
  let at = 0
  const says = (need: Need<Who>): boolean => {
    if (!isChoice(need)) return (counts[at++] ?? 0) >= need.approvals
    const children = need.of.map(says)
    return children.filter(Boolean).length >= need.at_least
  }
  const tries = (n: number): boolean => {
    const person = approvers[n]
    if (!person) {
      at = 0
      return needs.map(says).every(Boolean)
    }
    if (tries(n + 1)) return true
    return all.some((one, g) => {
      if (!one.who.some(who => who.relation === 'person' && who.person_id === person.id)) return false
      counts[g] = (counts[g] ?? 0) + 1
      const fine = tries(n + 1)
      counts[g] = (counts[g] ?? 0) - 1
      return fine
    })
  }
  return tries(0)
}

describe('groups within groups', () => {
  it('A06 a tree up to three deep is met exactly when some way of giving each person one group meets it', () => {
    fc.assert(
      fc.property(someStages, fc.subarray([...people]), (needs, approvers) => {
        const requirement = part(needs.map(need => stage(need)))
        expect(quorumMet(requirement, [...approvers, ...approvers], people)).toBe(satisfies(needs, approvers))
      }),
      runs(1_000),
    )
  })

  it('A06 what counts is who agreed, never in which order, and one more never makes it less', () => {
    const mixed = fc.tuple(someStages, fc.shuffledSubarray([...people]), fc.shuffledSubarray([...people]))
    fc.assert(
      fc.property(mixed, ([needs, once, more]) => {
        const requirement = part(needs.map(need => stage(need)))
        const sorted = people.filter(one => once.includes(one))
        expect(filled(requirement, once, people)).toBe(filled(requirement, sorted, people))
        expect(filled(requirement, [...once, ...more], people)).toBeGreaterThanOrEqual(
          filled(requirement, once, people),
        )
      }),
      runs(1_000),
    )
  })

  it('A06 stages have an order, and still it ends the same in whatever order willing people come', () => {
    const confirm: NamedStage<Who> = {
      label: 'confirm',
      confirm: true,
      who: [{ relation: 'acted_for', person_id: 'usr_4' }],
    }
    fc.assert(
      fc.property(someStages, fc.shuffledSubarray([...people]), fc.nat({ max: 3 }), (needs, willing, where) => {
        const stages = needs.map(need => stage(need))
        if (where < 3) stages.splice(where, 0, confirm)
        const requirement = part(stages)
        const said: Person[] = []
        for (const _ of willing)
          for (const person of willing)
            if (!said.includes(person) && eligibility(requirement, emptySide, person, people, false).may_approve)
              if (notYet(requirement, person, said, people) === null) said.push(person)
        expect(quorumMet(requirement, said, people)).toBe(quorumMet(requirement, willing, people))
      }),
      runs(1_000),
    )
  })

  it('A06 whatever order reviews come in, and whoever is sent away until their turn, the reference says when it ends', () => {
    const confirmer = 'usr_4'
    const confirm: NamedStage<Who> = {
      label: 'confirm',
      confirm: true,
      who: [{ relation: 'acted_for', person_id: confirmer }],
    }
    fc.assert(
      fc.property(
        someStages,
        fc.array(fc.nat({ max: 4 }), { maxLength: 12 }),
        fc.nat({ max: 3 }),
        (needs, coming, where) => {
          const stages = needs.map(need => stage(need))
          const confirms = where < 3
          if (confirms) stages.splice(where, 0, confirm)
          const requirement = part(stages)
          const said: Person[] = []
          for (const n of coming) {
            const person = people[n]
            if (!person || said.includes(person)) continue
            if (!eligibility(requirement, emptySide, person, people, false).may_approve) continue
            if (notYet(requirement, person, said, people) === null) said.push(person)
            // Whoever confirms approves nothing; all else is a matter of who has said yes, in no order.
            const approving = said.filter(one => !confirms || one.id !== confirmer)
            const enough = satisfies(needs, approving) && (!confirms || said.some(one => one.id === confirmer))
            expect(quorumMet(requirement, said, people)).toBe(enough)
            expect(quorumMet(requirement, said.toReversed(), people)).toBe(enough)
          }
        },
      ),
      runs(1_000),
    )
  })

  it('the ways to choose are counted as they are made', () => {
    fc.assert(
      fc.property(someNeed, need => {
        expect(alternativesIn(need)).toBe(alternatives(need).length)
      }),
      runs(300),
    )
  })
})

it('INV-08 the union is met only by those who meet each alone, and with itself it is the same', () => {
  const some = someStages.map(needs => part(needs.map(need => stage(need))))
  fc.assert(
    fc.property(some, some, fc.subarray([...people]), (a, b, approvers) => {
      const each = quorumMet(a, approvers, people) && quorumMet(b, approvers, people)
      expect(quorumMet(union(a, b), approvers, people)).toBe(each)
      expect(union(a, a)).toEqual(a)
      expect(required(union(a, b))).toBe(Math.max(required(a), required(b)))
    }),
    runs(500),
  )
})
