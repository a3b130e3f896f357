import type { Scope } from '@/lib/agent/agent'
import { matchesGlob } from '@/lib/kernel/glob'

/** The scope that lets a gateway tell what the tools behind it are described as. It is never given by a wildcard. */
export const reporterTool = 'holdpoint.catalogue'

/** May the identity with these scopes report the tools of `source` at `now`? */
export function mayReport(scopes: readonly Scope[], source: string, now: Date): boolean {
  return scopes.some(
    scope =>
      scope.tool_pattern === reporterTool &&
      matchesGlob(scope.resource_pattern, `tools:${source}`) &&
      (!scope.expires_at || scope.expires_at > now),
  )
}
