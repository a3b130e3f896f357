import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import type { Facts } from '@/lib/policy/facts'
import { type Judgement, judge, judgeApproved } from '@/lib/policy/judge'
import { defaultPack } from '@/lib/policy/pack'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'

/*
 * The ten rules said a second time, without Cedar: what each lets through, what each stops, and whom it asks. The pack and
 * this table must never disagree.
 */
const writes = ['create', 'update', 'execute', 'send']
const high = ['pay', 'delete', 'privilege', 'revoke', 'deploy', 'secret']

const stops: readonly (readonly [id: string, approvals: number, (f: Facts) => boolean])[] = [
  ['unclassified-tool', 1, f => f.in_scope && !f.tool_known],
  ['write-in-production', 1, f => ownWrite(f) && f.environment === 'production'],
  ['scope-asks-for-writes', 1, f => ownWrite(f) && f.ask === 'writes'],
  ['send-outside', 1, f => writes.includes(f.operation) && f.external && !f.asks_person],
  ['high-impact', 1, f => high.includes(f.operation)],
  ['high-impact-irreversible', 2, f => high.includes(f.operation) && f.environment === 'production' && !f.reversible],
  [
    'high-impact-amount',
    2,
    f => high.includes(f.operation) && (f.amount_unreadable || Number(f.amount ?? 0) >= 10_000),
  ],
  ['above-ceiling', 1, f => f.above_ceiling && f.tool_known && !f.asks_person],
]
const ownWrite = (f: Facts) => writes.includes(f.operation) && f.tool_known && !f.external && !f.asks_person

function permitted(f: Facts, approved: boolean): boolean {
  if (!f.in_scope) return false
  if (f.tool_known && (f.asks_person || f.operation === 'read')) return true
  if (f.tool_known && writes.includes(f.operation) && f.environment !== 'production') return true
  return approved && [...writes, ...high].includes(f.operation)
}

interface Expected {
  readonly effect: Judgement['effect']
  readonly code: string | null
  readonly rules: readonly string[]
  readonly approvals: number
}

function expected(f: Facts): Expected {
  if (!f.in_scope || !f.tenant_in_scope) return { effect: 'deny', code: 'scope.exceeded', rules: [], approvals: 0 }
  const stopping = stops.filter(([, , holds]) => holds(f))
  if (stopping.length === 0 && permitted(f, false)) return { effect: 'allow', code: null, rules: [], approvals: 0 }
  if (!permitted(f, true)) return { effect: 'deny', code: 'policy.denied', rules: [], approvals: 0 }
  return {
    effect: 'hold',
    code: null,
    rules: stopping.map(([id]) => id).sort(),
    approvals: Math.max(...stopping.map(([, approvals]) => approvals)),
  }
}

function found(judged: Judgement): Expected {
  return {
    effect: judged.effect,
    code: judged.effect === 'deny' ? judged.code : null,
    rules: judged.effect === 'hold' ? judged.rules.map(rule => rule.id).sort() : [],
    approvals: judged.effect === 'hold' ? Math.max(...judged.rules.map(rule => rule.approvals ?? 0)) : 0,
  }
}

const amounts = ['0.0000', '1.5000', '9999.9999', '10000.0000', '10000.0001', '900000000000.0000']
const anything: fc.Arbitrary<Facts> = fc
  .record({
    agent: fc.constantFrom('agt_1', 'agt_2'),
    agent_kind: fc.constantFrom('ai_agent', 'service_account'),
    tier: fc.constantFrom('low', 'standard', 'critical'),
    team: fc.constant('tea_1'),
    tool: fc.constantFrom('t', 'demo.hold_me', 'demo.deny_me', 'pay"; permit'),
    operation: fc.constantFrom(...operations),
    environment: fc.constantFrom(...environments),
    classification: fc.constantFrom(...classifications),
    resource_type: fc.constantFrom('', 'invoice'),
    tool_known: fc.boolean(),
    asks_person: fc.boolean(),
    external: fc.boolean(),
    reversible: fc.boolean(),
    // Mostly in scope, or nearly everything would be the same denial.
    in_scope: fc.integer({ min: 0, max: 9 }).map(n => n > 0),
    tenant_in_scope: fc.integer({ min: 0, max: 9 }).map(n => n > 0),
    above_ceiling: fc.boolean(),
    ask: fc.constantFrom('never' as const, 'high_impact' as const, 'writes' as const),
    amount_unreadable: fc.boolean(),
    amount: fc.option(fc.constantFrom(...amounts), { nil: undefined }),
  })
  .map(({ amount, ...facts }) => ({ ...plainFacts, ...facts, ...(amount === undefined ? {} : { amount }) }))

describe('the policy engine against the rules as a table', () => {
  const source = defaultPack({ demo: false })
  const pack = loadPolicySet(1, source)
  const numRuns = 2_000 * inject('scale')

  it('O05 INV-45 thousands of random actions: never another effect, other rules, or another number of approvers', () => {
    const seen = { allow: 0, hold: 0, deny: 0 }
    fc.assert(
      fc.property(anything, facts => {
        const judged = judge(pack, facts)
        seen[judged.effect]++
        expect(found(judged)).toEqual(expected(facts))
        expect(judgeApproved(pack, facts).effect).toBe(expected(facts).effect === 'deny' ? 'deny' : 'allow')
      }),
      { numRuns },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 20)
  })

  it('INV-45 the same policy and the same facts give the same judgement for ever, loaded anew or remembered', () => {
    const again = loadPolicySet(2, source)
    expect(again.digest).toBe(pack.digest)
    fc.assert(
      fc.property(anything, fc.boolean(), (facts, approved) => {
        const supposed = { approved, constrained: false }
        const first = pack.evaluate(facts, supposed)
        expect(again.evaluate(facts, supposed)).toEqual(first)
        expect(pack.evaluate({ ...facts }, supposed)).toEqual(first)
      }),
      { numRuns },
    )
  })

  it('O05 a forbid overrides every permit, in whatever order they stand', () => {
    const forbid = '@id("no") @reason("No.") forbid (principal, action, resource) when { context.tool == "t" };'
    const sets = [`${source}\n${forbid}`, `${forbid}\n${source}`].map((text, n) => loadPolicySet(3 + n, text))
    fc.assert(
      fc.property(anything, facts => {
        for (const set of sets) {
          expect(judge(set, { ...facts, tool: 't' }).effect).toBe('deny')
          expect(judgeApproved(set, { ...facts, tool: 't' }).effect).toBe('deny')
        }
      }),
      { numRuns: 500 },
    )
  })
})
