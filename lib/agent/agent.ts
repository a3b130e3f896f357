import type { Application } from '@/lib/application/application'
import type { AgentId, ApplicationId, CredentialId, PersonId, ScopeId, TeamId } from '@/lib/kernel/id'
import type { Classification, Environment, Operation } from '@/lib/kernel/scale'

export const agentKinds = ['ai_agent', 'service_account', 'workload', 'oauth_app', 'api_key', 'bot'] as const
export type AgentKind = (typeof agentKinds)[number]
export const tiers = ['low', 'standard', 'high', 'critical'] as const
export type Tier = (typeof tiers)[number]

/*
 * registered ──issue credential──▶ active ──retire──▶ retired      (registered ──retire──▶ retired; retired is the end)
 */
export type AgentStatus = 'registered' | 'active' | 'retired'

/** Ceilings of one agent: requests a second, burst, open holds, waits. Absent ones take the default. */
export interface AgentLimits {
  readonly per_second: number
  readonly burst: number
  readonly open_holds: number
  readonly waits: number
}
export const defaultLimits: AgentLimits = { per_second: 500, burst: 1_000, open_holds: 1_000, waits: 2_000 }

/** A registered non-human identity. `owner_id` and `backup_id` are null where the application's apply. */
export interface Agent {
  readonly id: AgentId
  readonly name: string
  readonly kind: AgentKind
  readonly application_id: ApplicationId
  readonly environment: Environment
  readonly tier: Tier
  readonly owner_id: PersonId | null
  readonly backup_id: PersonId | null
  readonly status: AgentStatus
  readonly limits: AgentLimits
  readonly created_by: PersonId
  readonly created_at: Date
}

/** When the gate asks a person although rules 1 to 4 would not: never more, for high impact, or for every write. */
export type Ask = 'never' | 'high_impact' | 'writes'

/** Where an agent's authority reaches: every member must match. */
export interface Scope {
  readonly id: ScopeId
  readonly agent_id: AgentId
  readonly tool_pattern: string
  /** Matched against `type:id`, e.g. `bank_account:*`; `*` matches an absent resource too. */
  readonly resource_pattern: string
  readonly operations: readonly Operation[]
  readonly ceiling: Classification
  readonly environments: readonly Environment[]
  /** `*` is any tenant, and none. */
  readonly tenants: readonly string[]
  readonly ask: Ask
  readonly expires_at: Date | null
}

/** A live agent key: its SHA-256 is stored, never the key. */
export interface Credential {
  readonly id: CredentialId
  readonly agent_id: AgentId
  readonly created_by: PersonId
  readonly expires_at: Date | null
}

/** Who answers for an agent: its own owner and backup, or those of its application. */
export function accountable(
  agent: Agent,
  application: Application,
): { owner: PersonId; backup: PersonId | null; team: TeamId } {
  return {
    owner: agent.owner_id ?? application.owner_id,
    backup: agent.owner_id ? agent.backup_id : (agent.backup_id ?? application.backup_id),
    team: application.team_id,
  }
}
