/**
 * How a tool's decisions hold for one agent. `advisory`: the agent asks, and whoever executes does not check. `verified`: whoever
 * executes uses the permits. `brokered`: a gateway executes it, which uses the permit and records what came of it.
 */
export const enforcementLevels = ['advisory', 'verified', 'brokered'] as const
export type EnforcementLevel = (typeof enforcementLevels)[number]

/**
 * By what was seen, never by what somebody says: verified where nine in ten of what was allowed was executed against its
 * permit, brokered where it was as many by gateways. Not all: an agent may be allowed something and let it be.
 */
export function enforcementOf({ allowed, verified, brokered }: Executed): EnforcementLevel {
  const most = (part: number) => part > 0 && part * 10 >= allowed * 9
  return most(brokered) ? 'brokered' : most(verified) ? 'verified' : 'advisory'
}

/** How often it was allowed, executed against its permit, and so by a gateway. */
interface Executed {
  readonly allowed: number
  readonly verified: number
  readonly brokered: number
}
