import fc from 'fast-check'
import { type Operation, operations } from '@/lib/kernel/scale'
import type { Facts } from '@/lib/policy/facts'
import { plainFacts } from './facts'

/* Policies as trees, of which one text is Cedar's; and actions that they are about. */

export type Tree =
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

export interface Policy {
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
export const big = 9_000_000_000_000_000

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

export const policy: fc.Arbitrary<Policy> = fc
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
export const crowd = Array.from(
  { length: 33 },
  (_, n) =>
    `@id("crowd${n}") @reason("Other.") forbid (principal, action, resource) when { context.tool == "other.${n}" };`,
)

export const action: fc.Arbitrary<Facts> = fc
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

export function text(one: Policy, at: number): string {
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
