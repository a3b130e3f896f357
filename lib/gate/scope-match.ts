import type { Resolved } from '@/lib/action/resolve'
import type { Ask, Scope } from '@/lib/agent/agent'
import { isComposite } from '@/lib/kernel/command'
import { isWildcard, matchesGlob } from '@/lib/kernel/glob'
import { above, type Classification, classifications } from '@/lib/kernel/scale'

/** How an agent's scopes meet one action. `missing` names, in a sentence, the line that is not there. */
export interface ScopeMatch {
  readonly in_scope: boolean
  readonly tenant_in_scope: boolean
  readonly above_ceiling: boolean
  readonly ask: Ask
  readonly missing: string | null
  readonly scope_ids: readonly string[]
}

const asks: readonly Ask[] = ['never', 'high_impact', 'writes']

/** What one scope lacks for this action, in words; empty when it covers it. The tenant is asked apart. */
function lacking(scope: Scope, tool: string, action: Resolved): string[] {
  const resource = `${action.resource_type ?? ''}:${action.resource_id ?? ''}`
  const lines: string[] = []
  if (!matchesGlob(scope.tool_pattern, tool)) lines.push(`tool ${tool}`)
  // Before a tool is classified its operation is not known: that is what its one item asks a person.
  if (action.known && !scope.operations.includes(action.operation)) lines.push(`operation ${action.operation}`)
  if (!scope.environments.includes(action.environment)) lines.push(`environment ${action.environment}`)
  const covered =
    matchesGlob(scope.resource_pattern, resource) && !isComposite(action.resource_type, action.resource_id)
  if (!isWildcard(scope.resource_pattern) && !covered) lines.push(`resource ${resource}`)
  return lines
}

/** Matches an action against an agent's scopes at `now`. The ceiling is the highest, `ask` the strictest of what covers it. */
export function matchScopes(scopes: readonly Scope[], tool: string, action: Resolved, now: Date): ScopeMatch {
  const live = scopes.filter(scope => !scope.expires_at || scope.expires_at > now)
  const judged = live.map(scope => ({ scope, lines: lacking(scope, tool, action) }))
  const covering = judged.filter(one => one.lines.length === 0).map(one => one.scope)
  const homes = covering.filter(scope =>
    action.tenants.every(tenant => scope.tenants.includes('*') || scope.tenants.includes(tenant)),
  )
  const counted = homes.length > 0 ? homes : covering
  const ceiling = counted.reduce<Classification>(
    (top, scope) => (above(classifications, scope.ceiling, top) ? scope.ceiling : top),
    'public',
  )
  const closest = judged.reduce<string[] | null>(
    (best, one) => (best === null || one.lines.length < best.length ? one.lines : best),
    null,
  )
  return {
    in_scope: covering.length > 0,
    tenant_in_scope: covering.length === 0 || homes.length > 0,
    above_ceiling: above(classifications, action.classification, ceiling),
    ask: counted.reduce<Ask>(
      (strictest, scope) => (asks.indexOf(scope.ask) > asks.indexOf(strictest) ? scope.ask : strictest),
      'never',
    ),
    missing:
      covering.length > 0
        ? homes.length > 0
          ? null
          : `No scope of this agent covers tenant ${action.tenants.join(', ')}.`
        : `No scope of this agent covers ${(closest ?? [`tool ${tool}`]).join(', ')}.`,
    scope_ids: counted.map(scope => scope.id),
  }
}
