import type { Decision } from '@/lib/action/decision'
import type { Dependencies } from '@/lib/action/defer'
import type { Requirement } from '@/lib/hold/requirement'
import type { Facts } from '@/lib/policy/facts'
import type { Rule } from '@/lib/policy/judge'
import { type Obligation, obligationsOf } from '@/lib/policy/obligation'
import { explainFor } from '@/lib/policy/proof-explain'
import type { Registry } from './registry'
import type { Why } from './requirement-for'

/** Decided at once, without people. */
export interface Decided {
  readonly is: 'decided'
  readonly status: 'allowed' | 'denied'
  readonly decision: Decision
  readonly why: readonly Why[]
  /** Seconds from the decision within which it must be executed; null: as ever. */
  readonly execute_within: number | null
  /** The arguments that may be executed, where a rule narrowed them; null: as sent. */
  readonly params: Readonly<Record<string, unknown>> | null
  /** How it was narrowed, a line each. */
  readonly narrowed?: readonly string[]
}

/** Parked for people. */
export interface Held {
  readonly is: 'held'
  readonly requirement: Requirement
  readonly seconds: number
  readonly why: readonly Why[]
  readonly rules: readonly string[]
}

/** Waits for other actions of its agent, then it is decided anew. */
export interface Deferred {
  readonly is: 'deferred'
  readonly seconds: number
  readonly why: readonly Why[]
  readonly rules: readonly string[]
  readonly waits: Dependencies
  /** How many wait one behind another up to this one. */
  readonly depth: number
}

export type Ruled =
  | Deferred
  | Decided
  | Held
  | {
      readonly is: 'unclassified'
      readonly seconds: number
      readonly why: readonly Why[]
      readonly rules: readonly string[]
    }
  | { readonly is: 'refused'; readonly code: 'limit.open_holds' }

/** What the gate does with one submission, and the facts that policy saw, if it came to policy. */
export type Ruling = Ruled & { readonly given?: Facts }

/** Not allowed, and why. */
export function denied(
  registry: Registry,
  code: string,
  reason: string,
  by: Decision['by'],
  rules: readonly Rule[] = [],
): Decided {
  return {
    is: 'decided',
    status: 'denied',
    why: sentencesOf(rules),
    execute_within: null,
    params: null,
    decision: { ...plain(registry), verdict: 'deny', by, code, reason, ...named(rules) },
  }
}

/** What an allow carries besides its rules. */
export interface Given {
  readonly by: Decision['by']
  readonly code: string
  readonly reason: string
  readonly obligations?: readonly Obligation[]
  readonly execute_within?: number | null
  readonly params?: Readonly<Record<string, unknown>> | null
  readonly narrowed?: readonly string[]
}

/** Allowed by these rules. A permit always names what gave it (INV-06); without one nothing is allowed. */
export function allowed(registry: Registry, rules: readonly Rule[], given: Given): Decided {
  if (rules.length === 0)
    return denied(registry, 'policy.error', 'The policy allowed this without naming a rule.', 'policy')
  const { by, code, reason, obligations = obligationsOf(rules.flatMap(rule => rule.duties)) } = given
  return {
    is: 'decided',
    status: 'allowed',
    why: sentencesOf(rules),
    execute_within: given.execute_within ?? null,
    params: given.params ?? null,
    ...(given.narrowed ? { narrowed: given.narrowed } : {}),
    decision: {
      ...plain(registry),
      verdict: 'allow',
      by,
      code,
      reason,
      ...named(rules),
      modified: given.params != null,
      obligations,
    },
  }
}

/** The rules that decided, and what may be told of them. */
function named(rules: readonly Rule[]): Pick<Decision, 'rules' | 'explain'> {
  const ids = rules.map(rule => rule.id)
  const explain = explainFor({ rules: ids }, new Map(rules.map(rule => [rule.id, rule])))
  return { rules: ids, ...(explain ? { explain } : {}) }
}

const sentencesOf = (rules: readonly Rule[]) =>
  rules.map(rule => ({ kind: 'rule' as const, id: rule.id, sentence: rule.reason }))

function plain(registry: Registry) {
  return {
    reason_in_content: false,
    policy_version: registry.policy.version,
    modified: false,
    executable_digest: null,
    obligations: [],
  } as const
}
