import { createHash } from 'node:crypto'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { Refused } from '@/lib/kernel/problem'
import { cedarSchema } from '@/lib/policy/fact-table'
import { cedarRequest, type Facts, readOf } from '@/lib/policy/facts'
import type { Evaluation, PolicySet } from '@/lib/policy/judge'
import { readPolicies } from './read-policies'

const schemaName = 'holdpoint'
// Cedar's cache lives in the module and never frees: two slots, used in turn, hold the current set and its predecessor.
const slots = ['holdpoint-a', 'holdpoint-b', 'holdpoint-c', 'holdpoint-d'] as const
let nextSlot = 0
let schemaLoaded = false

function invalid(errors: readonly { message: string }[]): Refused {
  return new Refused('policy.invalid', errors.map(error => error.message).join('; '))
}

const remembered = 20_000

/**
 * Loads a policy set into a slot. The same request always gives the same answer (INV-45), so answers are remembered for
 * as long as the set is in use; the memory is bounded.
 * @throws Refused policy.invalid
 */
export function loadPolicySet(version: number, source: string): PolicySet {
  const { policies, rules, reads } = readPolicies(source)
  const slot = slots[nextSlot++ % slots.length] ?? slots[0]
  const parsed = cedar.preparsePolicySet(slot, { staticPolicies: policies })
  if (parsed.type === 'failure') throw invalid(parsed.errors)
  if (!schemaLoaded) {
    const schema = cedar.preparseSchema(schemaName, cedarSchema)
    if (schema.type === 'failure') throw invalid(schema.errors)
    schemaLoaded = true
  }
  let answers = new Map<string, Evaluation>()
  return {
    version,
    digest: `sha256:${createHash('sha256').update(source).digest('hex')}`,
    source,
    rules,
    reads,
    evaluate(facts, supposed) {
      // Alike in what policy reads is judged alike: what it does not read is neither in the key nor in the request.
      const read = readOf({ ...facts, ...supposed }, reads)
      const key = JSON.stringify([facts.agent, facts.operation, facts.resource_type, read.map(([, value]) => value)])
      const before = answers.get(key)
      if (before) return before
      const answer = ask(slot, facts, read)
      if (answers.size >= remembered) answers = new Map()
      answers.set(key, answer)
      return answer
    },
  }
}

/** A policy that errors is skipped by Cedar, so an erroring forbid would fail open: any error or failure is a deny. */
function ask(slot: string, facts: Facts, read: ReturnType<typeof readOf>): Evaluation {
  try {
    const answer = cedar.statefulIsAuthorized({
      ...cedarRequest(facts, read),
      preparsedPolicySetId: slot,
      preparsedSchemaName: schemaName,
      validateRequest: true,
      entities: [],
    })
    if (answer.type === 'failure') return { decision: 'deny', rules: [], failed: true }
    const { decision, diagnostics } = answer.response
    // Cedar names them in no order of its own.
    return { decision, rules: diagnostics.reason.toSorted(), failed: diagnostics.errors.length > 0 }
  } catch {
    return { decision: 'deny', rules: [], failed: true }
  }
}
