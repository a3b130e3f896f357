import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { type Operation, operations } from '@/lib/kernel/scale'
import type { Facts } from '@/lib/policy/facts'
import { type Judgement, judge } from '@/lib/policy/judge'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'
import { onTrial } from './slots'

/*
 * A second judge, written without Cedar and without the product's code: policies are trees, walked as the language's
 * definition says. Product and reference must never disagree, about any random set of policies and any random action.
 */
type Tree =
  | readonly ['bool', string]
  | readonly ['is', string, string]
  | readonly ['like', string, string]
  | readonly ['in', string, readonly string[]]
  | readonly ['has', 'tenant' | 'amount']
  | readonly ['tenant', string]
  | readonly ['amount', 'lessThan' | 'greaterThanOrEqual', number]
  | readonly ['count', '<' | '>=', number]
  /** Overflows a Long from a count of two on: Cedar fails. */
  | readonly ['overflow']
  | readonly ['contains', string]
  | readonly ['not', Tree]
  | readonly ['and' | 'or', Tree, Tree]
  | readonly ['if', Tree, Tree, Tree]

interface Policy {
  readonly effect: 'permit' | 'forbid'
  readonly agent: string | null
  readonly operations: readonly Operation[] | null
  readonly when: Tree | null
  readonly unless: Tree | null
  readonly liftable: boolean
  readonly scopeCode: boolean
}

const bools = ['in_scope', 'tool_known', 'external', 'reversible', 'off_hours'] as const
const strings = {
  tool: ['pay', 'mail.send', 'a"b'],
  environment: ['staging', 'production'],
  tier: ['low', 'high'],
} as const
const big = 9_000_000_000_000_000

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.constantFrom(...bools).map(name => ['bool', name] as const),
  fc
    .constantFrom('tool' as const, 'environment' as const, 'tier' as const)
    .chain(name => fc.constantFrom(...strings[name]).map(value => ['is', name, value] as const)),
  fc.constantFrom('pay', 'mail.*', '*').map(pattern => ['like', 'tool', pattern] as const),
  fc.subarray([...strings.tool]).map(values => ['in', 'tool', values] as const),
  fc.constantFrom('tenant' as const, 'amount' as const).map(name => ['has', name] as const),
  fc.constantFrom('acme', 'other').map(value => ['tenant', value] as const),
  fc
    .tuple(fc.constantFrom('lessThan' as const, 'greaterThanOrEqual' as const), fc.constantFrom(0, 98.7, 10_000))
    .map(([how, than]) => ['amount', how, than] as const),
  fc.tuple(fc.constantFrom('<' as const, '>=' as const), fc.nat(3)).map(([how, than]) => ['count', how, than] as const),
  fc.constant(['overflow'] as const),
  fc.constantFrom('pay', 'mail.send').map(value => ['contains', value] as const),
)
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('tree').map(one => ['not', one] as const),
    fc.tuple(fc.constantFrom('and' as const, 'or' as const), tie('tree'), tie('tree')),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([a, b, c]) => ['if', a, b, c] as const),
  ),
})).tree

const policy: fc.Arbitrary<Policy> = fc
  .record({
    named: fc.option(fc.constantFrom('pay', 'mail.send'), { nil: null, freq: 2 }),
    effect: fc.constantFrom('permit' as const, 'permit' as const, 'forbid' as const),
    agent: fc.option(fc.constantFrom('agt_1', 'agt_2'), { nil: null, freq: 5 }),
    operations: fc.option(fc.subarray([...operations].slice(0, 4), { minLength: 1 }), { nil: null }),
    when: fc.option(tree, { nil: null, freq: 4 }),
    unless: fc.option(tree, { nil: null, freq: 1 }),
    liftable: fc.boolean(),
    scopeCode: fc.boolean(),
  })
  .map(({ named, when, ...rest }) => {
    const first = named === null ? null : (['is', 'tool', named] as const)
    return { ...rest, when: first && when ? (['and', first, when] as const) : (first ?? when) }
  })

/** So many policies about other tools that those which name their tool first are asked apart. */
const crowd = Array.from(
  { length: 33 },
  (_, n) =>
    `@id("crowd${n}") @reason("Other.") forbid (principal, action, resource) when { context.tool == "other.${n}" };`,
)

const action: fc.Arbitrary<Facts> = fc
  .record({
    agent: fc.constantFrom('agt_1', 'agt_2'),
    operation: fc.constantFrom(...[...operations].slice(0, 5)),
    tool: fc.constantFrom('pay', 'mail.send', 'mail.', 'a"b', '*'),
    environment: fc.constantFrom('staging' as const, 'production' as const),
    tier: fc.constantFrom('low', 'high'),
    in_scope: fc.boolean(),
    tool_known: fc.boolean(),
    external: fc.boolean(),
    reversible: fc.boolean(),
    off_hours: fc.boolean(),
    count_day: fc.nat(3),
    session_tools: fc.subarray(['pay', 'mail.send']),
    tenant: fc.option(fc.constantFrom('acme', 'other'), { nil: undefined }),
    amount: fc.option(fc.constantFrom('0.0000', '98.7000', '9999.9999', '10000.0000'), { nil: undefined }),
  })
  .map(({ tenant, amount, ...rest }) => ({
    ...plainFacts,
    ...rest,
    ...(tenant === undefined ? {} : { tenant }),
    ...(amount === undefined ? {} : { amount }),
  }))

const quoted = (text: string) => `"${text.replaceAll('"', '\\"')}"`

function written(node: Tree): string {
  switch (node[0]) {
    case 'bool':
      return `context.${node[1]}`
    case 'is':
      return `context.${node[1]} == ${quoted(node[2])}`
    case 'like':
      return `context.${node[1]} like ${quoted(node[2])}`
    case 'in':
      return node[2].length === 0 ? '1 == 2' : `[${node[2].map(quoted).join(', ')}].contains(context.${node[1]})`
    case 'has':
      return `context has ${node[1]}`
    case 'tenant':
      return `(context has tenant && context.tenant == ${quoted(node[1])})`
    case 'amount':
      return `(context has amount && context.amount.${node[1]}(decimal("${node[2].toFixed(4)}")))`
    case 'count':
      return `context.count_day ${node[1]} ${node[2]}`
    case 'overflow':
      return `context.count_day * ${big}000 >= 0`
    case 'contains':
      return `context.session_tools.contains(${quoted(node[1])})`
    case 'not':
      return `!(${written(node[1])})`
    case 'and':
      return `((${written(node[1])}) && (${written(node[2])}))`
    case 'or':
      return `((${written(node[1])}) || (${written(node[2])}))`
    case 'if':
      return `(if ${written(node[1])} then ${written(node[2])} else ${written(node[3])})`
  }
}

function text(one: Policy, at: number): string {
  const head = [
    one.agent === null ? 'principal' : `principal == Agent::"${one.agent}"`,
    one.operations === null
      ? 'action'
      : one.operations.length === 1
        ? `action == Action::"${one.operations[0]}"`
        : `action in [${one.operations.map(name => `Action::"${name}"`).join(', ')}]`,
    'resource',
  ]
  const lift = one.effect === 'forbid' && one.liftable ? ' unless { context.approved }' : ''
  return `@id("p${at}") @reason("r${at}")${one.scopeCode ? ' @code("scope.exceeded")' : ''} ${one.effect} (${head.join(', ')})${
    one.when ? ` when { ${written(one.when)} }` : ''
  }${one.unless ? ` unless { ${written(one.unless)} }` : ''}${lift};`
}

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
