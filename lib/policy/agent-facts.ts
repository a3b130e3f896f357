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

/** How a condition goes when a report is added: more often true, less often true, or nobody can say. */
type Way = 'more' | 'less' | 'either'
const other: Readonly<Record<Way, Way>> = { more: 'less', less: 'more', either: 'either' }

/**
 * The facts by whose report an agent could make this policy apply more often. What agents report only ever adds: a mark
 * that is set, a name in a set, a claim that is made. So `!context.any_untrusted` narrows a permit and may stand there;
 * `context.any_untrusted` widens it.
 */
function raisedBy(conditions: unknown, way: Way): string[] {
  const found = new Set<string>()
  if (!Array.isArray(conditions)) return []
  for (const one of conditions) {
    if (typeof one !== 'object' || one === null) continue
    walk(one.body, one.kind === 'unless' ? other[way] : way, found)
  }
  return [...found].sort()
}

function walk(node: unknown, way: Way, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  const [[operator, value] = ['', null]] = Object.entries(node)
  const operands: unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : []
  switch (operator) {
    case '&&':
    case '||':
      for (const one of operands) walk(one, way, found)
      return
    case '!':
      for (const one of operands) walk(one, other[way], found)
      return
    case '.':
    case 'has':
    case 'like':
    case 'contains':
      note(node, way, found)
      return
    case '==':
      note(node, operands.some(isText) ? way : 'either', found)
      return
    case '!=':
      note(node, operands.some(isText) ? other[way] : 'either', found)
      return
    default:
      note(node, 'either', found)
  }
}

const isText = (node: unknown): boolean =>
  typeof node === 'object' && node !== null && 'Value' in node && typeof node.Value === 'string'

function note(node: unknown, way: Way, found: Set<string>): void {
  if (way === 'less') return
  for (const name of readsOf({ conditions: node })) if (byAgents.has(name)) found.add(name)
}

/**
 * The facts that a permit would rest on by an agent's own word: what agents report may tighten, never loosen. Empty where
 * it may be published; always empty for a forbid.
 */
export function refuseAgentFacts({ effect, conditions }: PolicyJson): readonly string[] {
  return effect === 'permit' ? raisedBy(conditions, 'more') : []
}

/** The facts by whose report an agent could lift a forbid. Worth a warning: without the report it stands. */
export function liftedByAgent({ effect, conditions }: PolicyJson): readonly string[] {
  return effect === 'forbid' ? raisedBy(conditions, 'less') : []
}
