import fc from 'fast-check'
import { expect, inject, it } from 'vitest'
import { z } from 'zod'
import { approvalPolicyText, stageContract } from '@/lib/approval-policy/contract'
import { alternatives, type Need } from '@/lib/hold/need'
import { draftOf, emptyPolicy, emptySet, emptyStage, readDraft, stagesIn, textOf } from './policy-draft'

const runs = { numRuns: 1_000 * inject('scale'), seed: inject('seed') }
const id = (kind: string) => fc.integer({ min: 0, max: 9 }).map(n => `${kind}_${'0'.repeat(25)}${n}`)
const asked = fc.oneof(
  fc
    .constantFrom('agent_team', 'resource_team', 'resource_owner', 'manager_of_acting_for', 'any_approver', 'governing')
    .map(relation => ({
      relation,
    })),
  id('tea').map(team_id => ({ relation: 'team_approvers', team_id })),
  id('usr').map(person_id => ({ relation: 'person', person_id })),
  fc.option(id('tea')).map(team_id => ({ relation: 'role', role: 'governor', team_id })),
)
const group = fc.record({
  approvals: fc.integer({ min: 1, max: 9 }),
  who: fc.array(asked, { minLength: 1, maxLength: 3 }),
})
const choice = <T>(inner: fc.Arbitrary<T>) =>
  fc
    .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.nat())
    .map(([of, n]) => ({ at_least: (n % of.length) + 1, of }))
const need = fc.oneof(group, choice(group), choice(fc.oneof(group, choice(group))))
const stage = fc.oneof(
  fc.constant({ label: 'It is for you', confirm: true, who: [] }),
  need.map(one => ({ label: 'People', need: one })),
)
const read = z.array(stageContract)
/** What stages ask, however they are written. */
const meaning = (stages: z.output<typeof read>) =>
  stages.map(one => ('need' in one ? alternatives<unknown>(one.need satisfies Need<unknown>) : 'confirm'))

const item = (stages: z.output<typeof read>) => ({ ...rest, stages })
const rest = {
  id: 'p',
  name: 'p',
  title: 'P',
  version: 1,
  rejects: 2,
  note: '',
  published_at: '',
  published_by: { id: 'u', name: 'U' },
  hold_id: null,
  sentences: [],
  created_at: '',
  etag: '',
  rules: [],
  waiting: null,
  retired: null,
}

it('every policy that the API takes can be changed in the form, and asks the same afterwards', () => {
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 5 }), given => {
      const before = read.parse(given)
      const { body, missing } = readDraft(draftOf(item(before)))
      expect(missing).toEqual([])
      expect(meaning(approvalPolicyText.parse(body).stages)).toEqual(meaning(before))
    }),
    runs,
  )
})

it('the text of a form can be read back into it, and what says no stages cannot', () => {
  const stages = [{ ...emptyStage(), label: 'People', parts: [emptySet(), emptySet()] }]
  expect(textOf(stagesIn(textOf(stages)) ?? [])).toBe(textOf(stages))
  for (const text of ['', '{}', '[]', '[{"label":"x"}]']) expect(stagesIn(text)).toBeNull()
})

it('a set of groups is written in the form alone: any of two, each of so many', () => {
  const draft = {
    ...emptyPolicy(),
    name: 'p',
    title: 'P',
    stages: [{ ...emptyStage(), label: 'People', parts: [emptySet()] }],
  }
  const one = { approvals: 1, who: [{ relation: 'agent_team' }] }
  expect(readDraft(draft).body).toMatchObject({ stages: [{ need: { at_least: 1, of: [one, one] } }] })
})
