import { attributeOf } from './bands'
import { factTable } from './fact-table'

const every: readonly string[] = factTable.map(fact => fact.name)

/**
 * The facts that a policy reads, from its Cedar JSON (`policyToJson`): every attribute of `context` in its conditions. One
 * that uses `context` in any other way reads all of them.
 */
export function readsOf(policy: { readonly conditions?: unknown }): ReadonlySet<string> {
  const found = new Set<string>()
  walk(policy.conditions, found)
  return found
}

function walk(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, found)
    return
  }
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    const attribute = key === '.' || key === 'has' ? attributeOf(value) : null
    if (attribute !== null) found.add(attribute)
    else if (key === 'Var' && value === 'context') for (const name of every) found.add(name)
    else walk(value, found)
  }
}
