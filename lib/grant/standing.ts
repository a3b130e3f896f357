import type { Containment } from '@/lib/containment/containment'
import type { PersonId } from '@/lib/kernel/id'
import type { Grant, GrantBasis, Used } from './grant'

/** Why a grant is over although nobody revoked it and its time is not up. */
export const endings = ['owner.changed', 'scope.changed', 'tool.changed', 'agent.contained', 'agent.retired'] as const
export type Ending = (typeof endings)[number]

export const endingWords: Readonly<Record<Ending, string>> = {
  'owner.changed': 'somebody else owns the agent',
  'scope.changed': 'the scopes of the agent were changed',
  'tool.changed': 'a tool was described or classified anew',
  'agent.contained': 'a switch was thrown that reaches the agent',
  'agent.retired': 'the agent was retired',
}

/** The agent of a grant as it stands now. */
export interface Present {
  readonly retired: boolean
  readonly owner_id: PersonId
  readonly team_id: string
  /** Somebody began to own it after this moment. */
  readonly owner_since: Date | null
  readonly scope_ids: readonly string[]
  readonly credential_ids: ReadonlySet<string>
  readonly tools: ReadonlyMap<string, number>
  /** Switches whose epoch is younger than the oldest grant's, lifted ones too. */
  readonly switches: readonly Pick<Containment, 'target' | 'level' | 'epoch'>[]
}

/** Does a switch reach anything that this grant is for? To watch stops nothing, and ends nothing. */
function isReached(
  grant: Pick<Grant, 'agent_id' | 'session' | 'lines'>,
  { target, level }: Pick<Containment, 'target' | 'level'>,
  now: Present,
): boolean {
  if (level === 'watched') return false
  switch (target.type) {
    case 'organisation':
      return true
    case 'team':
      return target.id === now.team_id
    case 'owner':
      return target.id === now.owner_id
    case 'agent':
      return target.id === grant.agent_id
    case 'session':
      return grant.session === null
        ? target.id.startsWith(`${grant.agent_id}/`)
        : target.id === `${grant.agent_id}/${grant.session}`
    case 'instance':
      return target.id.startsWith(`${grant.agent_id}/`)
    case 'tool':
      return grant.lines.some(line => line.tool === target.id)
    case 'environment':
      return grant.lines.some(line => line.environment === target.id)
    case 'credential':
      return now.credential_ids.has(target.id)
  }
}

/**
 * Why this grant is over, judged against what it was based on; null while nothing differs. What was changed and changed
 * back differs too: lines of scope are never the same again, versions and epochs only grow.
 */
export function endedBecause(
  grant: Pick<Grant, 'agent_id' | 'session' | 'lines'> & { readonly basis: GrantBasis; readonly created_at: Date },
  now: Present | null,
): Ending | null {
  if (now === null || now.retired) return 'agent.retired'
  const { basis } = grant
  if (now.owner_id !== basis.owner_id || (now.owner_since !== null && now.owner_since > grant.created_at))
    return 'owner.changed'
  if (JSON.stringify([...now.scope_ids].sort()) !== JSON.stringify([...basis.scope_ids].sort())) return 'scope.changed'
  if (grant.lines.some(line => now.tools.get(line.tool) !== basis.tools[line.tool])) return 'tool.changed'
  return now.switches.some(one => one.epoch > basis.epoch && isReached(grant, one, now)) ? 'agent.contained' : null
}

/** Where a grant is: stored are the first, `valid` and `revoked`; the others follow from time, uses and what has changed. */
export const standings = ['waiting', 'declined', 'valid', 'expired', 'exhausted', 'ended', 'revoked'] as const
export type Standing = (typeof standings)[number]

/** A grant's standing now. `holdOpen`: the change that asks for it still waits. */
export function standingOf(
  grant: {
    readonly status: 'proposed' | 'active' | 'revoked'
    readonly lines: Grant['lines']
    readonly expires_at: Date | null
  },
  {
    holdOpen,
    uses,
    ended,
    now,
  }: { holdOpen: boolean; uses: ReadonlyMap<string, Used>; ended: string | null; now: Date },
): Standing {
  if (grant.status === 'revoked') return 'revoked'
  if (grant.status === 'proposed') return holdOpen ? 'waiting' : 'declined'
  if (ended !== null) return ended === 'expired' || ended === 'exhausted' ? ended : 'ended'
  if (grant.expires_at === null || grant.expires_at <= now) return 'expired'
  return grant.lines.every(line => (uses.get(line.id)?.count ?? 0) >= line.count) ? 'exhausted' : 'valid'
}
