/**
 * How a tool's decisions hold for one agent. `advisory`: the agent asks, and whoever executes does not check. `verified`: whoever
 * executes uses the permits. `brokered`: the agent can reach it only through Holdpoint (nothing is, yet).
 */
export const enforcementLevels = ['advisory', 'verified', 'brokered'] as const
export type EnforcementLevel = (typeof enforcementLevels)[number]

/**
 * By what was seen, never by what somebody says: verified where nine in ten of what was allowed was executed against its
 * permit. Not all: an agent may be allowed something and let it be.
 */
export function enforcementOf({ allowed, verified }: { allowed: number; verified: number }): EnforcementLevel {
  return verified > 0 && verified * 10 >= allowed * 9 ? 'verified' : 'advisory'
}
