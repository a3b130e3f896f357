import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import type { Facts } from '@/lib/policy/facts'
import { type Judgement, judge } from '@/lib/policy/judge'
import { action, crowd, type Policy, policy, type Tree, text } from '@/server/testing/random-policies'
import { loadPolicySet } from './cedar'
import { onTrial } from './slots'

/*
 * A second judge, written without Cedar and without the product's code: policies are trees, walked as the language's
 * definition says. Product and reference must never disagree, about any random set of policies and any random action.
 */
class Failed extends Error {}

/** True, false, or `Failed`: left to right, and no further than needed. */
function holds(node: Tree, facts: Facts): boolean {
  const said: Readonly<Record<string, unknown>> = { ...facts }
  switch (node[0]) {
    case 'bool':
      return said[node[1]] === true
    case 'is':
      return said[node[1]] === node[2]
    case 'like':
      return node[2] === '*' || (node[2] === 'mail.*' ? facts.tool.startsWith('mail.') : facts.tool === node[2])
    case 'in':
      return node[2].some(one => one === said[node[1]])
    case 'has':
      return facts[node[1]] !== undefined
    case 'tenant':
      return facts.tenant === node[1]
    case 'amount':
      if (facts.amount === undefined) return false
      return node[1] === 'lessThan' ? Number(facts.amount) < node[2] : Number(facts.amount) >= node[2]
    case 'count':
      return node[1] === '<' ? facts.count_day < node[2] : facts.count_day >= node[2]
    case 'overflow':
      if (facts.count_day >= 2) throw new Failed()
      return true
    case 'contains':
      return facts.session_tools.includes(node[1])
    case 'not':
      return !holds(node[1], facts)
    case 'and':
      return holds(node[1], facts) && holds(node[2], facts)
    case 'or':
      return holds(node[1], facts) || holds(node[2], facts)
    case 'if':
      return holds(node[1], facts) ? holds(node[2], facts) : holds(node[3], facts)
  }
}

function matches(one: Policy, facts: Facts, approved: boolean): boolean {
  if (one.agent !== null && one.agent !== facts.agent) return false
  if (one.operations !== null && !one.operations.includes(facts.operation)) return false
  if (one.when && !holds(one.when, facts)) return false
  if (one.unless && holds(one.unless, facts)) return false
  return !(one.effect === 'forbid' && one.liftable && approved)
}

interface Verdict {
  readonly effect: Judgement['effect']
  readonly code: string | null
  readonly rules: readonly string[]
}

function once(policies: readonly Policy[], facts: Facts, approved: boolean) {
  const matching = policies.map((one, at) => ({ ...one, at })).filter(one => matches(one, facts, approved))
  const forbids = matching.filter(one => one.effect === 'forbid')
  const permits = matching.filter(one => one.effect === 'permit')
  const allowed = forbids.length === 0 && permits.length > 0
  return { allowed, because: allowed ? permits : forbids }
}

/** What the decision must be: an error anywhere denies, a forbid wins, and what approval alone would lift is held. */
function reference(policies: readonly Policy[], facts: Facts): Verdict {
  try {
    const plain = once(policies, facts, false)
    if (plain.allowed) return { effect: 'allow', code: null, rules: names(plain.because) }
    const agreed = once(policies, facts, true)
    if (agreed.allowed) return { effect: 'hold', code: null, rules: names(plain.because) }
    const first = [...agreed.because].sort((a, b) => (`p${a.at}` < `p${b.at}` ? -1 : 1))[0]
    return { effect: 'deny', code: first?.scopeCode ? 'scope.exceeded' : 'policy.denied', rules: names(agreed.because) }
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    return { effect: 'deny', code: 'policy.error', rules: [] }
  }
}

const names = (policies: readonly { at: number }[]) => policies.map(({ at }) => `p${at}`).sort()

function found(judged: Judgement): Verdict {
  return {
    effect: judged.effect,
    code: judged.effect === 'deny' ? judged.code : null,
    rules: judged.rules.map(rule => rule.id).sort(),
  }
}

const perSet = 20
const sets = 100 * inject('scale')

describe('the decision against an independent reference', () => {
  it(`O05 INV-45 ${sets * perSet} random pairs of policies and actions, sliced by operation and tool: never another effect, code or trail`, () => {
    const seen = new Map<string, number>()
    let pairs = 0
    fc.assert(
      fc.property(
        fc.array(policy, { minLength: 1, maxLength: 9 }),
        fc.array(action, { minLength: perSet, maxLength: perSet }),
        fc.boolean(),
        (policies, actions, crowded) => {
          const set = loadPolicySet(1, [...policies.map(text), ...(crowded ? crowd : [])].join('\n'), onTrial)
          for (const facts of actions) {
            const verdict = found(judge(set, facts))
            expect(verdict).toEqual(reference(policies, facts))
            const kind = verdict.code === 'policy.error' ? 'error' : verdict.effect
            seen.set(kind, (seen.get(kind) ?? 0) + 1)
            if (verdict.effect === 'deny' && verdict.rules.length > 1)
              seen.set('forbids', (seen.get('forbids') ?? 0) + 1)
            pairs++
          }
        },
      ),
      { numRuns: sets },
    )
    expect(pairs).toBeGreaterThanOrEqual(sets * perSet)
    for (const kind of ['allow', 'hold', 'deny', 'error'])
      expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(pairs / 200)
    expect(seen.get('forbids') ?? 0).toBeGreaterThan(0)
  })

  it('O05 slicing by operation never changes an answer: a set alone with one operation, and the same among others', () => {
    fc.assert(
      fc.property(fc.array(policy, { minLength: 2, maxLength: 6 }), action, (policies, facts) => {
        const whole = policies.map(one => ({ ...one, operations: one.operations ?? [...operations] }))
        const mine = whole.map(one => ({
          ...one,
          operations: one.operations.includes(facts.operation) ? null : one.operations,
        }))
        const [a, b, c] = [policies, whole, mine].map(list => loadPolicySet(1, list.map(text).join('\n'), onTrial))
        const answers = [a, b, c].map(set => set && judge(set, facts)).map(one => one && found(one))
        expect(answers[1]).toEqual(answers[0])
        expect(answers[2]).toEqual(answers[0])
      }),
      { numRuns: 10 * inject('scale') },
    )
  })
})
