import { createHash } from 'node:crypto'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { Refused } from '@/lib/kernel/problem'
import { cedarSchema } from '@/lib/policy/fact-table'
import { cedarRequest, type Facts, readOf } from '@/lib/policy/facts'
import type { Evaluation, PolicySet, Rule } from '@/lib/policy/judge'
import { readsOf } from '@/lib/policy/reads'
import { tooComplex } from '@/lib/policy/shape'

const schemaName = 'holdpoint'
// Cedar's cache lives in the module and never frees: two slots, used in turn, hold the current set and its predecessor.
const slots = ['holdpoint-a', 'holdpoint-b', 'holdpoint-c', 'holdpoint-d'] as const
let nextSlot = 0
let schemaLoaded = false

/** Reads policies and annotations out of Cedar text, with strict validation. @throws Refused policy.invalid */
export function readPolicies(source: string): {
  policies: Record<string, string>
  rules: Map<string, Rule>
  reads: ReadonlySet<string>
} {
  const complex = tooComplex(source)
  if (complex) throw new Refused('policy.invalid', complex)
  const parts = cedar.policySetTextToParts(source)
  if (parts.type === 'failure') throw invalid(parts.errors)
  if (parts.policy_templates.length > 0) throw new Refused('policy.invalid', 'Templates with slots cannot be used.')
  const policies: Record<string, string> = {}
  const rules = new Map<string, Rule>()
  const reads = new Set<string>()
  for (const text of parts.policies) {
    const json = cedar.policyToJson(text)
    if (json.type === 'failure') throw invalid(json.errors)
    const rule = readRule(json.json.effect, json.json.annotations ?? {})
    if (rules.has(rule.id)) throw new Refused('policy.invalid', `Two policies have the id ${rule.id}.`)
    policies[rule.id] = text
    for (const name of readsOf(json.json)) reads.add(name)
    rules.set(rule.id, rule)
  }
  const checked = cedar.validate({
    schema: cedarSchema,
    policies: { staticPolicies: policies },
    validationSettings: { mode: 'strict' },
  })
  if (checked.type === 'failure') throw invalid(checked.errors)
  const first = checked.validationErrors[0]
  if (first) throw new Refused('policy.invalid', `${first.policyId}: ${first.error.message}`)
  return { policies, rules, reads }
}

function invalid(errors: readonly { message: string }[]): Refused {
  return new Refused('policy.invalid', errors.map(error => error.message).join('; '))
}

const known = new Set(['id', 'rule', 'reason', 'approvals', 'who', 'timeout', 'code'])
const whos = ['team_approvers', 'any_approver', 'classifiers', 'governing'] as const

/** A typo in an annotation must not silently lower what is asked (O03): unknown names and values are refused. */
function readRule(effect: string, annotations: Record<string, string | null>): Rule {
  const { id, reason } = annotations
  if (!id || !/^[a-z0-9-]{1,60}$/.test(id))
    throw new Refused('policy.invalid', 'Every policy needs an @id of lower-case letters, digits and dashes.')
  if (!reason)
    throw new Refused('policy.invalid', `${id} needs a @reason: the one sentence that agent and approver read.`)
  for (const name of Object.keys(annotations)) {
    if (!known.has(name)) throw new Refused('policy.invalid', `${id}: there is no annotation @${name}.`)
  }
  const approvals = annotations.approvals ?? null
  if (approvals !== null && !/^[1-9]$/.test(approvals))
    throw new Refused('policy.invalid', `${id}: @approvals is a number from 1 to 9.`)
  if (approvals !== null && effect === 'permit')
    throw new Refused('policy.invalid', `${id}: only a forbid can ask for approval.`)
  const who = whos.find(one => one === (annotations.who ?? 'team_approvers'))
  if (!who) throw new Refused('policy.invalid', `${id}: @who is one of ${whos.join(', ')}.`)
  const timeout = annotations.timeout ? /^(\d{1,4})([smhd])$/.exec(annotations.timeout) : null
  if (annotations.timeout && !timeout)
    throw new Refused('policy.invalid', `${id}: @timeout is a number and s, m, h or d.`)
  const unit = { s: 1, m: 60, h: 3_600, d: 86_400 }[timeout?.[2] ?? 's'] ?? 1
  const seconds = timeout ? Number(timeout[1]) * unit : null
  // No hold outlives an agent's own longest deadline, and four eyes remembers for as long (INV-18).
  if (seconds !== null && (seconds < 1 || seconds > 30 * 86_400))
    throw new Refused('policy.invalid', `${id}: @timeout is from 1 second to 30 days.`)
  return {
    id,
    rule: annotations.rule ?? id,
    reason,
    effect: effect === 'permit' ? 'permit' : 'forbid',
    approvals: approvals === null ? null : Number(approvals),
    who,
    timeout_seconds: seconds,
    code: annotations.code === 'scope.exceeded' ? 'scope.exceeded' : 'policy.denied',
  }
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
