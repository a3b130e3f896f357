import { classifications, environments } from '@/lib/kernel/scale'
import type { Anatomy, Literal } from './anatomy'
import { isAbout } from './anatomy'
import { type Fact, factTable } from './fact-table'
import type { Facts } from './facts'
import type { Rule } from './judge'
import type { ProofEffect, Proven } from './proof-effect'

/** What a fact may be. Null: nothing is known of it. */
export type FactValue = string | number | boolean | readonly string[] | null

/** One fact said differently. */
export interface Variation {
  readonly fact: string
  readonly reported_by: Fact['reported_by']
  readonly from: FactValue
  readonly to: FactValue
}

/** A variation that makes it another decision. */
export interface Flip extends Variation {
  readonly effect: ProofEffect
}

/** One rule of the trail. */
export interface Step {
  readonly rule: string
  readonly effect: ProofEffect
  readonly sentence: string
}

/** Which rules decided, each with what it says. */
export const trailOf = (judged: Proven): Step[] =>
  judged.rules.map(rule => ({
    rule: rule.id,
    effect: judged.effect === 'constrain' && rule.effect === 'forbid' ? 'constrain' : effectOf(rule),
    sentence: rule.reason,
  }))

const effectOf = (rule: Pick<Rule, 'effect' | 'approvals'>): 'allow' | 'hold' | 'deny' =>
  rule.effect === 'permit' ? 'allow' : rule.approvals === null ? 'deny' : 'hold'

/** At most so many variations are tried. */
export const mostVariations = 200

/**
 * The single-fact variations that are worth trying on a decision, the likeliest first: of the facts that the rules read
 * which decided, then of those that any other rule about this operation reads; each with the values that the rules compare
 * it with and their neighbours.
 */
export function variationsOf(
  facts: Facts,
  judged: Pick<Proven, 'rules'>,
  anatomies: ReadonlyMap<string, Anatomy>,
): Variation[] {
  const deciding = judged.rules.flatMap(rule => anatomies.get(rule.id) ?? [])
  const about = [...anatomies.values()].filter(one => isAbout(one, facts.operation))
  const order = new Set([...deciding, ...about].flatMap(one => [...one.reads]))
  const said: Readonly<Record<string, FactValue | undefined>> = { ...facts }
  const all = [...order].flatMap(name => {
    const fact = factTable.find(one => one.name === name)
    if (!fact || name === 'approved' || name === 'constrained') return []
    const from = said[name] ?? null
    const literals = new Set(about.flatMap(one => [...(one.literals.get(name) ?? [])]))
    const values = [...valuesOf(fact, from, literals), ...(fact.optional ? [null] : [])]
    const other = values.filter(value => JSON.stringify(value) !== JSON.stringify(from))
    return other.map(to => ({ fact: name, reported_by: fact.reported_by, from, to }))
  })
  return all.slice(0, mostVariations)
}

const scales: Readonly<Record<string, readonly string[]>> = {
  environment: environments,
  classification: classifications,
  session_highest: classifications,
}

function valuesOf(fact: Fact, from: FactValue, literals: ReadonlySet<Literal>): FactValue[] {
  const texts = [...literals].filter(one => typeof one === 'string')
  switch (fact.type) {
    case 'Bool':
      return [from !== true]
    case 'String':
      // Something that no rule names stands for anything else.
      return [...new Set([...texts, ...(scales[fact.name] ?? [anythingElse])])]
    case 'Long':
      return [...literals].filter(one => typeof one === 'number').flatMap(one => [one, one + 1, Math.max(0, one - 1)])
    case 'decimal':
      return texts.filter(one => /^-?\d+\.\d+$/.test(one)).flatMap(one => [one, beside(one, 1n), beside(one, -1n)])
    case 'Set<String>': {
      const now = typeof from === 'object' && from !== null ? from : []
      return [[], ...texts.map(one => (now.includes(one) ? now.filter(each => each !== one) : [...now, one]))]
    }
  }
}

/** Stands in a variation for a text that no rule names. */
export const anythingElse = 'anything else'

/** A decimal one step of the fourth digit further. */
function beside(decimal: string, step: bigint): string {
  const [whole = '0', part = ''] = decimal.replace('-', '').split('.')
  const sign = decimal.startsWith('-') ? -1n : 1n
  const units = sign * (BigInt(whole) * 10_000n + BigInt(part.padEnd(4, '0').slice(0, 4))) + step
  const size = units < 0n ? -units : units
  return `${units < 0n ? '-' : ''}${size / 10_000n}.${String(size % 10_000n).padStart(4, '0')}`
}

/** Of the variations that flip, the nearest for each fact and effect. */
export function nearest(flips: readonly Flip[]): Flip[] {
  const best = new Map<string, Flip>()
  for (const flip of flips) {
    const key = `${flip.fact} ${flip.effect}`
    const known = best.get(key)
    if (!known || distance(flip) < distance(known)) best.set(key, flip)
  }
  return [...best.values()]
}

function distance({ from, to }: Variation): number {
  if (from === null || to === null) return Number.MAX_VALUE
  const [a, b] = [Number(from), Number(to)]
  return Number.isNaN(a) || Number.isNaN(b) ? 0 : Math.abs(a - b)
}

/** What an agent may learn of a decision beside code, sentence and comment (api §2). */
export interface Explanation {
  readonly trail: readonly { readonly rule: string; readonly effect: 'allow' | 'hold' | 'deny' }[]
  readonly reviewers: readonly string[]
}

/**
 * The explanation that goes to the agent, or null: only where every rule that decided says `@explain("full")`, so that one
 * rule cannot tell of another.
 */
export function explainFor(
  decision: { readonly rules: readonly string[] },
  rules: ReadonlyMap<string, Pick<Rule, 'effect' | 'approvals' | 'explain'>>,
  reviewers: readonly string[] = [],
): Explanation | null {
  const deciding = decision.rules.map(id => [id, rules.get(id)] as const)
  if (deciding.length === 0 || !deciding.every(([, rule]) => rule?.explain)) return null
  const trail = deciding.flatMap(([id, rule]) => (rule ? [{ rule: id, effect: effectOf(rule) }] : []))
  return { trail, reviewers }
}
