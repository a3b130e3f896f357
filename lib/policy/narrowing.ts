import { type ConstrainedTool, constrain } from './constrained'
import { type Constraints, combineAll } from './constraint'
import type { Facts, Supposed } from './facts'
import type { PolicySet, Rule } from './judge'
import { type Obligation, obligationsOf } from './obligation'

/** An action that is allowed as it was narrowed, and not otherwise. */
export interface Narrowing {
  /** The permits that give it, then the forbids that narrowed it. */
  readonly rules: readonly Rule[]
  readonly constraints: Constraints
  readonly params: Readonly<Record<string, unknown>>
  readonly modified: boolean
  readonly obligations: readonly Obligation[]
  /** Seconds from the decision; null: as ever. */
  readonly execute_within: number | null
}

const asIs: Supposed = { approved: false, constrained: false }
const narrowed: Supposed = { approved: false, constrained: true }

/** The forbids in the way of an action, what they make of it together, and the permits that then give it. */
interface Ways {
  readonly inTheWay: readonly Rule[]
  readonly constraints: Constraints
  readonly permits: readonly Rule[]
}

/** How a set would narrow an action that it does not allow as it stands, going by its facts alone; null: not at all. */
export function waysToNarrow(set: PolicySet, asked: Facts): Ways | null {
  if (!narrows(set)) return null
  const plain = set.evaluate(asked, asIs)
  if (plain.failed || plain.decision === 'allow') return null
  const inTheWay = plain.rules.flatMap(id => set.rules.get(id) ?? [])
  const ways = inTheWay.flatMap(rule => rule.constrain ?? [])
  if (ways.length === 0 || ways.length < plain.rules.length) return null
  const permits = allows(set, asked)
  return permits && { inTheWay, constraints: combineAll(ways), permits }
}

/**
 * Asks whether an action that is not allowed as it stands is allowed narrowed: every forbid in its way must name how, the
 * arguments must be narrowable so, and what they have become is judged again. Null: it is not, ask people or deny.
 * @param asked the facts of the action as it was asked for
 * @param factsOf the facts of the same action with these arguments
 */
export function narrowingOf(
  set: PolicySet,
  asked: Facts,
  params: Readonly<Record<string, unknown>>,
  tool: ConstrainedTool,
  factsOf: (params: Readonly<Record<string, unknown>>) => Facts,
): Narrowing | null {
  const ways = waysToNarrow(set, asked)
  if (!ways) return null
  const { inTheWay, constraints } = ways
  const done = constrain(params, constraints, tool)
  if (!done.ok) return null
  const permits = done.modified ? allows(set, factsOf(done.params)) : ways.permits
  if (!permits) return null
  return {
    rules: [...permits, ...inTheWay],
    constraints,
    params: done.params,
    modified: done.modified,
    obligations: obligationsOf([...done.duties, ...permits.flatMap(rule => rule.duties)]),
    execute_within: done.execute_within,
  }
}

/** The permits that allow it once it is narrowed; null where nothing does. */
function allows(set: PolicySet, facts: Facts): Rule[] | null {
  const lifted = set.evaluate(facts, narrowed)
  if (lifted.failed || lifted.decision !== 'allow') return null
  const permits = lifted.rules.flatMap(id => set.rules.get(id) ?? [])
  return permits.length > 0 ? permits : null
}

const known = new WeakMap<PolicySet, boolean>()

/** Has any policy of the set a way to narrow? Where none has, nothing is asked. */
function narrows(set: PolicySet): boolean {
  let found = known.get(set)
  if (found === undefined) {
    found = [...set.rules.values()].some(rule => rule.constrain !== null)
    known.set(set, found)
  }
  return found
}
