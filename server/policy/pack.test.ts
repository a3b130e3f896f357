import { describe, expect, it } from 'vitest'
import { Refused } from '@/lib/kernel/problem'
import { operations } from '@/lib/kernel/scale'
import type { Facts } from '@/lib/policy/facts'
import { judge, judgeApproved } from '@/lib/policy/judge'
import { defaultPack } from '@/lib/policy/pack'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'
import { readPolicies } from './read-policies'

const pack = loadPolicySet(1, defaultPack({ demo: false }))
const most = (facts: Partial<Facts>) => {
  const found = judge(pack, { ...plainFacts, ...facts })
  return {
    effect: found.effect,
    rules: [...new Set(found.rules.map(rule => rule.rule))].join(' '),
    approvals: Math.max(0, ...found.rules.map(rule => rule.approvals ?? 0)),
  }
}

describe('the default pack', () => {
  it.each<[string, Partial<Facts>, string, string, number]>([
    ['1 asking a person', { asks_person: true, operation: 'execute' }, 'allow', '1', 0],
    ['2 reading in scope', {}, 'allow', '2', 0],
    ['3 creating outside production', { operation: 'create', environment: 'staging' }, 'allow', '3', 0],
    ['4 an unclassified tool', { tool_known: false, operation: 'execute', environment: 'development' }, 'hold', '4', 1],
    ['5 updating in production', { operation: 'update' }, 'hold', '5', 1],
    [
      '5 where the scope asks for writes',
      { operation: 'update', environment: 'development', ask: 'writes' },
      'hold',
      '5',
      1,
    ],
    ['6 sending outside', { operation: 'send', external: true, environment: 'development' }, 'hold', '6', 1],
    ['7 paying', { operation: 'pay', environment: 'development', reversible: false }, 'hold', '7', 1],
    ['7 what cannot be undone in production', { operation: 'delete', reversible: false }, 'hold', '7', 2],
    ['7 an amount of 9,999.9999', { operation: 'pay', amount: '9999.9999' }, 'hold', '7', 1],
    ['7 from an amount of 10,000', { operation: 'pay', amount: '10000.0000' }, 'hold', '7', 2],
    ['P06 an amount that cannot be read', { operation: 'pay', amount_unreadable: true }, 'hold', '7', 2],
    ['8 above the ceiling', { above_ceiling: true }, 'hold', '8', 1],
    ['9 outside scope', { in_scope: false }, 'deny', '9', 0],
    ['9 another tenant', { tenant_in_scope: false }, 'deny', '9', 0],
    ['10 delegating: no rule allows it', { operation: 'delegate' }, 'deny', '', 0],
  ])('rule %s', (_name, facts, effect, rules, approvals) => {
    expect(most(facts)).toEqual({ effect, rules, approvals })
  })

  it('INV-06 allows nothing outside scope, whatever else is true and whoever approves', () => {
    for (const operation of operations) {
      for (const bits of Array.from({ length: 64 }, (_, n) => n)) {
        const flag = (at: number) => (bits & (1 << at)) !== 0
        const facts: Facts = {
          ...plainFacts,
          operation,
          in_scope: false,
          tool_known: flag(0),
          asks_person: flag(1),
          external: flag(2),
          reversible: flag(3),
          above_ceiling: flag(4),
          environment: flag(5) ? 'production' : 'development',
        }
        expect(judge(pack, facts).effect).toBe('deny')
        expect(judgeApproved(pack, facts).effect).toBe('deny')
      }
    }
  })

  it('INV-06 every allow names the rule that gave it', () => {
    expect(judge(pack, plainFacts)).toMatchObject({ effect: 'allow', rules: [{ id: 'read-in-scope' }] })
  })

  it('P06 an error in evaluation is a deny', () => {
    expect(judge(pack, { ...plainFacts, operation: 'pay', amount: 'a lot' })).toMatchObject({
      effect: 'deny',
      code: 'policy.error',
    })
  })

  it.each([
    ['O03 an unknown annotation', '@id("a") @reason("r") @aprovals("2") permit (principal, action, resource);'],
    [
      'O03 a number of approvals that is none',
      '@id("a") @reason("r") @approvals("two") forbid (principal, action, resource);',
    ],
    [
      'G09 a hold that is over at once',
      '@id("a") @reason("r") @approvals("1") @timeout("0s") forbid (principal, action, resource);',
    ],
    [
      'G09 a hold of more than 30 days',
      '@id("a") @reason("r") @approvals("1") @timeout("31d") forbid (principal, action, resource);',
    ],
    ['a missing reason', '@id("a") permit (principal, action, resource);'],
    [
      'two policies of one id',
      '@id("a") @reason("r") permit (principal, action, resource); @id("a") @reason("r") forbid (principal, action, resource);',
    ],
    [
      'a fact that does not exist',
      '@id("a") @reason("r") permit (principal, action, resource) when { context.friendly };',
    ],
    [
      'a fact of the wrong type',
      '@id("a") @reason("r") permit (principal, action, resource) when { context.tier > 3 };',
    ],
    ['text that is no Cedar', 'allow everything'],
    [
      'G20 an approval that a permit asks for',
      '@id("a") @reason("r") @approvals("1") permit (principal, action, resource);',
    ],
  ])('O01 refuses %s', (_name, source) => {
    expect(() => readPolicies(source)).toThrow(Refused)
  })
})
