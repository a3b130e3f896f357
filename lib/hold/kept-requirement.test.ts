import { describe, expect, it } from 'vitest'
import { yesNeeded } from './kept-requirement'

const who = [{ relation: 'any_approver' }]
const one = { approvals: 1, who }
const named = (...stages: readonly object[]) => ({ stages: [], veto: true, named: [{ name: 'a', version: 1, stages }] })
const confirm = { label: 'c', confirm: true, who: [{ relation: 'acted_for', person_id: 'usr_1' }] }

describe('T13 how many must have said yes', () => {
  it.each([
    ['nothing was asked', null, 0],
    [
      'as requirements were stored before approval policies',
      { stages: [one, { ...one, approvals: 2 }], veto: true },
      3,
    ],
    ['two groups of one each', named({ label: 'x', need: { at_least: 2, of: [one, one] } }), 2],
    [
      'the fewest of any',
      named({
        label: 'x',
        need: {
          at_least: 1,
          of: [
            { ...one, approvals: 3 },
            { at_least: 1, of: [one] },
          ],
        },
      }),
      1,
    ],
    ['whoever confirms besides', named(confirm, { label: 'x', need: one }), 2],
  ])('%s', (_name, requirement, needed) => {
    expect(yesNeeded(requirement && JSON.stringify(requirement))).toBe(needed)
  })
})
