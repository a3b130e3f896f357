import type { Facts } from './facts'
import { type Judgement, judge, type PolicySet, type Rule } from './judge'
import { waysToNarrow } from './narrowing'

/** What policy may make of an action: let it go on, let it go on narrowed by rule, ask people, refuse it. */
export const proofEffects = ['allow', 'constrain', 'hold', 'deny'] as const
export type ProofEffect = (typeof proofEffects)[number]

/** A judgement that knows narrowing. */
export type Proven = Judgement | { readonly effect: 'constrain'; readonly rules: readonly Rule[] }

/**
 * Whom an approval policy would ask about an action: so many of each group, or a sentence that says why nobody could give it.
 * `owner` is whom the resource's own system calls its owner, which is no fact of policy. A group is written as `relation|id`, several at one place joined by ` + `.
 */
export type AsksOf = (name: string, facts: Facts, owner?: string | null) => ReadonlyMap<string, number> | string

/**
 * Judges one action as the gate does where all that is known of it is its facts: what every rule in the way would narrow
 * is narrowed. Whether its very arguments can be is not known here; `narrowable` says no where it has been seen that they
 * cannot, and then people are asked or it is refused. What an approval policy asks of nobody is denied.
 */
export function prove(set: PolicySet, facts: Facts, asks: AsksOf, narrowable = true): Proven {
  const judged = judge(set, facts)
  if (judged.effect === 'allow') return judged
  const ways = narrowable ? waysToNarrow(set, facts) : null
  if (ways && !(ways.constraints.read_only && facts.operation !== 'read'))
    return { effect: 'constrain', rules: [...ways.permits, ...ways.inTheWay] }
  return judged.effect === 'hold' ? askable(judged, facts, asks) : judged
}

function askable(held: Judgement & { effect: 'hold' }, facts: Facts, asks: AsksOf): Judgement {
  for (const { requirement } of held.rules) {
    const asked = requirement === undefined ? null : asks(requirement, facts)
    if (typeof asked === 'string')
      return { effect: 'deny', code: 'hold.unapprovable', reason: asked, rules: held.rules }
  }
  return held
}
