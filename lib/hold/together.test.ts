import { describe, expect, it } from 'vitest'
import { type Classed, whyNotTogether } from './together'

const one: Classed = {
  kind: 'action',
  agent_id: 'agt_1',
  tool: 'refund',
  operation: 'pay',
  environment: 'production',
  requirement: { stages: [{ approvals: 1, who: [{ relation: 'any_approver' }] }], veto: true },
  is_grave: false,
}
const two = { ...one.requirement, stages: [{ approvals: 2, who: [{ relation: 'any_approver' as const }] }] }

describe('A15 what may be decided together', () => {
  it.each<[string, Classed[], 'approve' | 'reject', RegExp | null]>([
    ['one class', [one, { ...one }, { ...one }], 'approve', null],
    ['another agent', [one, { ...one, agent_id: 'agt_2' }], 'approve', /one class/],
    ['another tool', [one, { ...one, tool: 'transfer' }], 'approve', /one class/],
    ['another operation', [one, { ...one, operation: 'delete' }], 'approve', /one class/],
    ['another environment', [one, { ...one, environment: 'development' }], 'approve', /one class/],
    ['other people asked', [one, { ...one, requirement: two }], 'approve', /one class/],
    ['the gravest is last', [one, one, { ...one, is_grave: true }], 'approve', /high risk/],
    [
      'all are grave',
      [
        { ...one, is_grave: true },
        { ...one, is_grave: true },
      ],
      'approve',
      /high risk/,
    ],
    [
      'all are grave and turned down',
      [
        { ...one, is_grave: true },
        { ...one, is_grave: true },
      ],
      'reject',
      null,
    ],
    ['mixed, and turned down', [one, { ...one, tool: 'transfer' }], 'reject', /one class/],
    [
      'changes',
      [
        { ...one, kind: 'change' },
        { ...one, kind: 'change' },
      ],
      'reject',
      /one by one/,
    ],
  ])('%s', (_, holds, verdict, said) => {
    const why = whyNotTogether(holds, verdict)
    if (said) expect(why).toMatch(said)
    else expect(why).toBeNull()
    // Whatever stands first, the answer is the same.
    expect(whyNotTogether(holds.toReversed(), verdict)).toBe(why)
  })
})
