import { describe, expect, it } from 'vitest'
import { explainFor, nearest } from './proof-explain'

const rule = (explain: boolean, effect: 'permit' | 'forbid' = 'forbid', approvals: number | null = 1) => ({
  explain,
  effect,
  approvals,
})

describe('what an agent learns of a decision', () => {
  const rules = new Map([
    ['open', rule(true)],
    ['no', rule(true, 'forbid', null)],
    ['closed', rule(false)],
  ])

  it('is the trail and who decided, only where every rule that decided says so', () => {
    expect(explainFor({ rules: ['open', 'no'] }, rules, ['Grace'])).toEqual({
      trail: [
        { rule: 'open', effect: 'hold' },
        { rule: 'no', effect: 'deny' },
      ],
      reviewers: ['Grace'],
    })
    expect(explainFor({ rules: ['open', 'closed'] }, rules, ['Grace'])).toBeNull()
    expect(explainFor({ rules: ['open', 'gone'] }, rules)).toBeNull()
    expect(explainFor({ rules: [] }, rules)).toBeNull()
  })
})

describe('the fact that would have changed it', () => {
  it('is the nearest of those that do, one for each fact and effect', () => {
    const flip = (to: string, effect: 'allow' | 'hold' = 'hold') =>
      ({ fact: 'amount', reported_by: 'catalogue', from: '50.0000', to, effect }) as const
    expect(nearest([flip('10000.0000'), flip('100.0000'), flip('10.0000', 'allow')])).toEqual([
      flip('100.0000'),
      flip('10.0000', 'allow'),
    ])
  })
})
