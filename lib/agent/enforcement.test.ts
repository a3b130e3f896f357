import { describe, expect, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import { type Binding, type EnforcementWindow, isObserved, observedRuling, type WouldBe } from './enforcement'

const at = (time: string) => new Date(`2026-11-${time}`)
const window = (more: Partial<EnforcementWindow> = {}): EnforcementWindow => ({
  id: 'enf_1',
  target: { type: 'agent', id: 'agt_1' },
  from: at('10T00:00:00Z'),
  until: at('20T00:00:00Z'),
  by_id: 'usr_1',
  reason: 'to see',
  ended_at: null,
  ...more,
})
const agent = { agent_id: 'agt_1', team_id: 'tea_1' }
const plain = { operation: 'update', claimed: null, reversible: true } as const
const noon = at('15T12:00:00Z')
const free: Binding = {
  guarded: false,
  in_scope: true,
  tenant_in_scope: true,
  above_ceiling: false,
  outcome_unknown: false,
}
const held: WouldBe = { status: 'held', code: 'hold.opened', rules: ['writes'], requirement: { stages: [] } }
const denied = (code: string): WouldBe => ({ status: 'denied', code, rules: [], requirement: null })

describe('watching only', () => {
  it.each([
    ['before it begins', window(), at('09T23:59:59Z'), false],
    ['as it begins', window(), at('10T00:00:00Z'), true],
    ['within', window(), noon, true],
    ['as it ends', window(), at('20T00:00:00Z'), false],
    ['once ended', window({ ended_at: at('12T00:00:00Z') }), noon, false],
    ['another agent', window({ target: { type: 'agent', id: 'agt_2' } }), noon, false],
    ['its team', window({ target: { type: 'team', id: 'tea_1' } }), noon, true],
    ['another team', window({ target: { type: 'team', id: 'tea_2' } }), noon, false],
    ['an agent called like its team', window({ target: { type: 'agent', id: 'tea_1' } }), noon, false],
  ])('%s', (_, one, now, observed) => {
    expect(isObserved([one], agent, plain, now) !== null).toBe(observed)
  })

  it('O06: payments, privileges and secrets are enforced even while watching, as resolved and as claimed', () => {
    for (const operation of operations) {
      const enforced = ['pay', 'privilege', 'secret'].includes(operation)
      expect(isObserved([window()], agent, { ...plain, operation }, noon) === null).toBe(enforced)
      expect(isObserved([window()], agent, { ...plain, claimed: operation }, noon) === null).toBe(enforced)
    }
  })

  it('O06: whatever cannot be undone is enforced even while watching, and so is what nobody has classified', () => {
    for (const operation of operations)
      expect(isObserved([window()], agent, { ...plain, operation, reversible: false }, noon)).toBeNull()
  })

  it('names the agent’s own window before its team’s, and the one that ends last', () => {
    const team = window({ id: 'enf_t', target: { type: 'team', id: 'tea_1' }, until: at('29T00:00:00Z') })
    const longer = window({ id: 'enf_2', until: at('21T00:00:00Z') })
    expect(isObserved([team, window(), longer], agent, plain, noon)?.id).toBe('enf_2')
    expect(isObserved([longer, window(), team], agent, plain, noon)?.id).toBe('enf_2')
  })
})

describe('the ruling while watching only', () => {
  it('lets through what would be held or denied by policy, and says what would have happened', () => {
    expect(observedRuling(window(), held, free)).toMatchObject({
      code: 'policy.observed',
      enforced: false,
      would_be: held,
    })
    for (const code of ['policy.denied', 'hold.unapprovable'])
      expect(observedRuling(window(), denied(code), free)?.would_be).toEqual(denied(code))
  })

  it('leaves what was allowed as it was', () => {
    expect(observedRuling(window(), null, free)).toBeNull()
  })

  it.each([
    'scope.exceeded',
    'policy.error',
    'agent.unowned',
    'tool.unclassified',
    'hold.rejected_recently',
    'containment.killed',
    'containment.paused',
    'something.new',
  ])('%s binds', code => {
    expect(observedRuling(window(), denied(code), free)).toBeNull()
  })

  it.each([
    { guarded: true },
    { in_scope: false },
    { tenant_in_scope: false },
    { above_ceiling: true },
    { outcome_unknown: true },
  ])('containment, scope and unreconciled runs bind: %o', binding => {
    expect(observedRuling(window(), held, { ...free, ...binding })).toBeNull()
    expect(observedRuling(window(), denied('policy.denied'), { ...free, ...binding })).toBeNull()
  })
})
