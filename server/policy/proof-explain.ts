import { Refused } from '@/lib/kernel/problem'
import type { Facts } from '@/lib/policy/facts'
import type { PolicySet } from '@/lib/policy/judge'
import { factsWith } from '@/lib/policy/proof-case'
import { type AsksOf, type ProofEffect, type Proven, prove } from '@/lib/policy/proof-effect'
import { type Flip, nearest, type Step, trailOf, variationsOf } from '@/lib/policy/proof-explain'
import { readPoliciesAside } from './aside'
import { inSlices, type Remembered, unkept } from './proof-rows'

/** Why it is decided so, and which single fact would have made it another decision. */
export interface Explained {
  readonly judgement: {
    readonly effect: ProofEffect
    readonly code: string | null
    readonly reason: string | null
  }
  readonly trail: readonly Step[]
  readonly would_change: readonly Flip[]
  /** How many single-fact variations were tried. */
  readonly tried: number
}

/** Explains the judgement of a set on some facts. Bounded: at most 200 variations, in slices. */
export async function explainJudgement(
  set: PolicySet,
  facts: Facts,
  asks: AsksOf,
  signal?: AbortSignal,
  narrowable = true,
): Promise<Explained> {
  const judged = prove(set, facts, asks, narrowable)
  const { anatomies } = await readPoliciesAside(set.source)
  const variations = variationsOf(facts, judged, anatomies)
  const flips: Flip[] = []
  await inSlices(
    variations,
    one => {
      const { effect } = prove(set, factsWith(facts, { [one.fact]: one.to }), asks, narrowable)
      if (effect !== judged.effect) flips.push({ ...one, effect })
    },
    signal,
  )
  return {
    judgement: {
      effect: judged.effect,
      code: judged.effect === 'deny' ? judged.code : null,
      reason: judged.effect === 'deny' ? judged.reason : (decisive(judged)?.reason ?? null),
    },
    trail: trailOf(judged),
    would_change: nearest(flips),
    tried: variations.length,
  }
}

/** The rule whose sentence says why: of what is narrowed, the one that narrows. */
const decisive = ({ effect, rules }: Proven) =>
  effect === 'constrain' ? rules.find(rule => rule.constrain !== null) : rules[0]

/** @throws Refused request.not_found where a fact that the set reads was not kept */
export function demandKept(remembered: Remembered, set: PolicySet): Facts {
  const missing = unkept(remembered, set)
  if (missing.length > 0) throw new Refused('policy.not_kept', `Not kept of this action: ${missing.join(', ')}.`)
  return remembered.facts
}
