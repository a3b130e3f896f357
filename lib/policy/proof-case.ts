import { z } from 'zod'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import { type Fact, factTable } from './fact-table'
import type { Facts } from './facts'
import { usual } from './kept'
import { type ProofEffect, type Proven, proofEffects } from './proof-effect'

/** A read in scope by a known tool, in production: cases and questions say what is different. */
export const ordinaryFacts: Facts = {
  ...usual,
  agent: 'agt_1',
  agent_age_days: 10,
  application: 'app_1',
  team: 'tea_1',
  tool: 't',
  operation: 'read',
  environment: 'production',
  classification: 'internal',
  resource_type: '',
  hour: 10,
  weekday: 2,
}

const text = z.string().max(300)
const byType: Readonly<Record<Fact['type'], z.ZodType<GivenValue>>> = {
  String: text,
  Bool: z.boolean(),
  Long: z.number().int().min(-1_000_000_000).max(1_000_000_000),
  decimal: z.string().regex(/^-?\d{1,14}\.\d{1,4}$/, 'A decimal with one to four digits after the point.'),
  'Set<String>': z.array(text).max(100),
}
const origin = z.enum(['person', 'trusted', 'untrusted', 'agent', 'unknown', 'none'])
const closed: Readonly<Record<string, z.ZodType<GivenValue>>> = {
  environment: z.enum(environments),
  classification: z.enum(classifications),
  session_highest: z.enum(classifications),
  ask: z.enum(['never', 'high_impact', 'writes']),
  recipient_from: origin,
  amount_from: origin,
}

type GivenValue = string | number | boolean | string[]

/** Facts that can be given: all but what the gate supposes by itself. */
export const givable = factTable.filter(fact => fact.name !== 'approved' && fact.name !== 'constrained')

/** Some facts of an action, by name; what is left out is as in {@link ordinaryFacts}. Null: nothing is known of it. */
export const given = z.strictObject({
  agent: z.string().max(64).optional(),
  operation: z.enum(operations).optional(),
  ...Object.fromEntries(
    givable.map(fact => {
      const schema = closed[fact.name] ?? byType[fact.type]
      return [fact.name, (fact.optional ? schema.nullable() : schema).optional()] as const
    }),
  ),
})
export type Given = z.infer<typeof given>

/** Facts with some of them changed. */
export function factsWith(base: Facts, changes: Readonly<Record<string, unknown>>): Facts {
  const entries = Object.entries({ ...base, ...changes })
  return {
    ...ordinaryFacts,
    ...Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined)),
  }
}

/** What must come of an action: `given` some facts, `want` this effect, and where `rules` says so, by exactly these rules. */
export const caseBody = z.strictObject({
  name: z.string().trim().min(1).max(200),
  given,
  want: z.enum(proofEffects),
  rules: z.array(z.string().max(60)).max(50).nullable().default(null),
})
export type PolicyCase = z.infer<typeof caseBody>

/** How one case went. */
export interface CaseResult {
  readonly name: string
  readonly pass: boolean
  readonly want: PolicyCase['want']
  readonly got: ProofEffect
  readonly want_rules: readonly string[] | null
  /** The rules that decided, in order of their names. */
  readonly rules: readonly string[]
}

/** Runs one case: the effect must be the wanted one, and the trail too where one is given. */
export function runCase(asked: PolicyCase, judged: (facts: Facts) => Proven): CaseResult {
  const { effect, rules } = judged(factsWith(ordinaryFacts, asked.given))
  const trail = rules.map(rule => rule.id).sort()
  const sameTrail = asked.rules === null || JSON.stringify([...asked.rules].sort()) === JSON.stringify(trail)
  return {
    name: asked.name,
    pass: effect === asked.want && sameTrail,
    want: asked.want,
    got: effect,
    want_rules: asked.rules,
    rules: trail,
  }
}
