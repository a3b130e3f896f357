import type { Constraints } from './constraint'
import type { Facts, Supposed } from './facts'
import type { Duty } from './obligation'
import { noRule } from './pack'

/** One policy of a published set, with what its annotations say. */
export interface Rule {
  readonly id: string
  readonly rule: string
  readonly reason: string
  readonly effect: 'permit' | 'forbid'
  readonly approvals: number | null
  readonly who: 'team_approvers' | 'any_approver' | 'classifiers' | 'governing'
  /** The approval policy that says who must agree; absent: approvals and who say it. */
  readonly requirement?: string
  /** How long whoever approves must have had it before them, at least; absent: as long as they like. */
  readonly read_seconds?: number
  readonly timeout_seconds: number | null
  readonly code: 'scope.exceeded' | 'policy.denied'
  /** Agents may learn that this rule decided, and who did. */
  readonly explain: boolean
  /** How a forbid that `context.constrained` lifts narrows instead; null where it does not. */
  readonly constrain: Constraints | null
  /** What a permit asks of the agent besides. */
  readonly duties: readonly Duty[]
}

/** One evaluation: Cedar's decision, the policies that determined it, and whether anything in it failed. */
export interface Evaluation {
  readonly decision: 'allow' | 'deny'
  readonly rules: readonly string[]
  readonly failed: boolean
}

/** A loaded policy set: pure to ask. `evaluate` never throws; a failure is `failed`, which denies. */
export interface PolicySet {
  readonly version: number
  readonly digest: string
  /** The Cedar text that was published. */
  readonly source: string
  readonly rules: ReadonlyMap<string, Rule>
  /** The facts that its policies read: no other is looked at. */
  readonly reads: ReadonlySet<string>
  readonly evaluate: (facts: Facts, supposed: Supposed) => Evaluation
}

const asIs: Supposed = { approved: false, constrained: false }
const agreed: Supposed = { approved: true, constrained: false }

export type Judgement =
  | { readonly effect: 'allow'; readonly rules: readonly Rule[] }
  | { readonly effect: 'hold'; readonly rules: readonly Rule[] }
  | { readonly effect: 'deny'; readonly code: string; readonly reason: string; readonly rules: readonly Rule[] }

/**
 * Judges one action. Cedar's own meaning holds: no permit denies, a forbid wins, any error denies. Denied without approval
 * but allowed with it means hold, and the forbids that approval lifts say what is required.
 */
export function judge(set: PolicySet, facts: Facts): Judgement {
  const plain = set.evaluate(facts, asIs)
  if (plain.failed) return broken
  if (plain.decision === 'allow') return { effect: 'allow', rules: named(set, plain.rules) }
  const lifted = set.evaluate(facts, agreed)
  if (lifted.failed) return broken
  if (lifted.decision === 'allow') return { effect: 'hold', rules: named(set, plain.rules) }
  return denial(set, lifted)
}

/** Judges again when people have decided: with their approval as a fact. A deny wins over them. */
export function judgeApproved(set: PolicySet, facts: Facts): Judgement {
  const lifted = set.evaluate(facts, agreed)
  if (lifted.failed) return broken
  return lifted.decision === 'allow' ? { effect: 'allow', rules: named(set, lifted.rules) } : denial(set, lifted)
}

const broken: Judgement = {
  effect: 'deny',
  code: 'policy.error',
  reason: 'The policy could not be evaluated, so nothing is allowed.',
  rules: [],
}

function denial(set: PolicySet, evaluation: Evaluation): Judgement {
  const rules = named(set, evaluation.rules)
  const first = rules[0]
  return { effect: 'deny', code: first?.code ?? 'policy.denied', reason: first?.reason ?? noRule.reason, rules }
}

function named(set: PolicySet, ids: readonly string[]): Rule[] {
  return ids
    .flatMap(id => set.rules.get(id) ?? [])
    .sort((a, b) => Number(a.rule) - Number(b.rule) || (a.id < b.id ? -1 : 1))
}
