import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { operations } from '@/lib/kernel/scale'
import { cedarSchema, factTable } from '@/lib/policy/fact-table'
import { cedarRequest, type Facts, readOf } from '@/lib/policy/facts'
import { ordinaryFacts } from '@/lib/policy/proof-case'
import { loadPolicySet } from '@/server/policy/cedar'
import { readPolicies } from '@/server/policy/read-policies'
import { openSlots } from '@/server/policy/slots'

/** Policies as an organisation grows them: each about a tool and one or two operations; every twentieth about all of them. */
export function manyPolicies(count: number): string {
  const rule = (n: number) => {
    const named = [operations[n % operations.length], operations[(n * 7) % operations.length]]
    const about = n % 20 === 0 ? 'action' : `action in [${named.map(one => `Action::"${one}"`).join(', ')}]`
    return `@id("p${n}") @reason("Tool ${n} is asked.") @approvals("1") forbid (principal, ${about}, resource)
when { context.tool == "tool.${n}" && context.environment == "production" && context has amount
  && context.amount.greaterThanOrEqual(decimal("${n}.0")) } unless { context.approved };`
  }
  const permit = '@id("scope") @reason("In scope.") permit (principal, action, resource) when { context.in_scope };'
  return [permit, ...Array.from({ length: count - 1 }, (_, n) => rule(n + 1))].join('\n')
}

const actions = (count: number): Facts[] =>
  Array.from({ length: count }, (_, n) => ({
    ...ordinaryFacts,
    tool: `tool.${n}`,
    operation: operations[n % operations.length] ?? 'read',
    amount: `${n}.0000`,
  }))

/**
 * Times one evaluation, each of another action, in milliseconds: the product's, where nothing is remembered, and raw
 * Cedar's, asked about the whole set with every fact. Both have parsed before.
 */
export function timePolicies(count: number, asked = 600): { ours: number[]; raw: number[] } {
  const source = manyPolicies(count)
  const set = loadPolicySet(1, source, openSlots('timing', 204))
  const { policies } = readPolicies(source)
  cedar.preparseSchema('timing-raw', cedarSchema)
  cedar.preparsePolicySet('timing-raw', { staticPolicies: policies })
  const supposed = { approved: false, constrained: false }
  const every = new Set(factTable.map(fact => fact.name))
  const raw = (facts: Facts) =>
    cedar.statefulIsAuthorized({
      ...cedarRequest(facts, readOf({ ...facts, ...supposed }, every)),
      preparsedPolicySetId: 'timing-raw',
      preparsedSchemaName: 'timing-raw',
      validateRequest: true,
      entities: [],
    })
  const timed = (facts: Facts, ask: (facts: Facts) => unknown) => {
    const began = performance.now()
    ask(facts)
    return performance.now() - began
  }
  // Enough to have met every share of every operation.
  const [warm, measured] = [actions(1_000), actions(1_000 + asked).slice(1_000)]
  const ours = (facts: Facts) => set.evaluate(facts, supposed)
  for (const facts of warm) {
    ours(facts)
    raw(facts)
  }
  const times = measured.map(facts => ({ ours: timed(facts, ours), raw: timed(facts, raw) }))
  return { ours: times.map(one => one.ours), raw: times.map(one => one.raw) }
}
