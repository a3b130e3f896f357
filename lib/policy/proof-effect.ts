import type { Facts } from './facts'
import { type Judgement, judge, type PolicySet, type Rule } from './judge'
import { waysToNarrow } from './narrowing'

/** What policy may make of an action: let it go on, let it go on narrowed by rule, ask people, refuse it. */
export const proofEffects = ['allow', 'constrain', 'hold', 'deny'] as const
export type ProofEffect = (typeof proofEffects)[number]

/** A judgement that knows narrowing. */
export type Proven = Judgement | { readonly effect: 'constrain'; readonly rules: readonly Rule[] }

/**
 * Judges one action as the gate does where all that is known of it is its facts: what every rule in the way would narrow
 * is narrowed. Whether its very arguments can be is not known here; `narrowable` says no where it has been seen that they
 * cannot, and then people are asked or it is refused.
 */
export function prove(set: PolicySet, facts: Facts, narrowable = true): Proven {
  const judged = judge(set, facts)
  if (!narrowable || judged.effect === 'allow') return judged
  const ways = waysToNarrow(set, facts)
  if (!ways || (ways.constraints.read_only && facts.operation !== 'read')) return judged
  return { effect: 'constrain', rules: [...ways.permits, ...ways.inTheWay] }
}
