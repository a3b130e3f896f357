import { factTable } from './fact-table'
import { readsOf } from './reads'

const byAgents: ReadonlySet<string> = new Set(
  factTable.filter(fact => fact.reported_by === 'agent').map(fact => fact.name),
)

/** A policy as `policyToJson` writes it, as far as this looks. */
interface PolicyJson {
  readonly effect?: unknown
  readonly conditions?: unknown
}

const namesIn = (conditions: unknown): string[] =>
  [...readsOf({ conditions })].filter(name => byAgents.has(name)).sort()

/**
 * The facts that a permit would rest on by an agent's own word: what agents report may tighten, never loosen. Empty where
 * it may be published; always empty for a forbid.
 */
export function refuseAgentFacts({ effect, conditions }: PolicyJson): readonly string[] {
  return effect === 'permit' ? namesIn(conditions) : []
}

/** The facts by whose report an agent could lift a forbid: those in its `unless`. Worth a warning; without them it stands. */
export function liftedByAgent({ effect, conditions }: PolicyJson): readonly string[] {
  if (effect !== 'forbid' || !Array.isArray(conditions)) return []
  return namesIn(conditions.filter(one => typeof one === 'object' && one !== null && one.kind === 'unless'))
}
