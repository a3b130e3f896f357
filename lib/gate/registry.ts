import type { Calendar } from '@/lib/access/calendar'
import type { Countersigning } from '@/lib/access/countersigning'
import type { Accountability } from '@/lib/agent/accountability'
import { type Agent, accountable, type Credential, type Scope } from '@/lib/agent/agent'
import type { EnforcementWindow } from '@/lib/agent/enforcement'
import type { Application } from '@/lib/application/application'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import type { Containment, Reachable } from '@/lib/containment/containment'
import type { Grant } from '@/lib/grant/grant'
import type { Person } from '@/lib/hold/requirement'
import type { PersonId, TeamId } from '@/lib/kernel/id'
import type { PolicySet } from '@/lib/policy/judge'
import type { ResourceSource } from '@/lib/tool/resource-fact'
import type { Meaning, ResourcePattern, Tool } from '@/lib/tool/tool'

/**
 * Everything that changes rarely and that the gate reads, as of one `version`. A transaction that reads the same version
 * after taking the guard knows that this is current: whoever tightens holds the guard alone and moves the version.
 */
export interface Registry {
  readonly version: number
  readonly agents: ReadonlyMap<string, Agent>
  readonly applications: ReadonlyMap<string, Application>
  readonly scopes: ReadonlyMap<string, readonly Scope[]>
  readonly credentials: ReadonlyMap<string, Credential>
  /** By the SHA-256 of the key, hex. */
  readonly credentialsByHash: ReadonlyMap<string, Credential>
  readonly tools: ReadonlyMap<string, Tool>
  readonly patterns: readonly ResourcePattern[]
  /** Systems that are asked what a resource is, before the gate decides. */
  readonly sources: readonly ResourceSource[]
  readonly people: readonly Person[]
  readonly containments: readonly Containment[]
  /** Windows of watching only that nobody has ended; whether one is open is asked with a time. */
  readonly observing: readonly EnforcementWindow[]
  readonly accountabilities: ReadonlyMap<string, readonly Accountability[]>
  readonly policy: PolicySet
  /** What rules may name as `@requirement`, by name, each as it is in force. */
  readonly approvalPolicies: ReadonlyMap<string, ApprovalPolicy>
  /** Standing approvals that nothing has ended, by agent; no entry where there is none. Their time is judged at the action. */
  readonly grants: ReadonlyMap<string, readonly Grant[]>
  /** Names of teams by id. */
  readonly teams: ReadonlyMap<string, string>
  /** When teams work, by id. */
  readonly calendars: ReadonlyMap<string, Calendar>
  /** The youngest containment's epoch; a hold that opens now is stamped with it. */
  readonly epoch: number
  readonly organisation: {
    readonly demo: boolean
    readonly name: string
    readonly instance_epoch: number
    /** From which risk on approvals are countersigned. */
    readonly countersigning: Countersigning
    /** Roles given until then are those it began with. Null: nobody is there yet. */
    readonly founding_until: Date | null
  }
}

/** An agent with those who answer for it. */
export interface KnownAgent {
  readonly agent: Agent
  readonly application: Application
  readonly owner: PersonId
  readonly backup: PersonId | null
  readonly team: TeamId
}

/** Finds an agent and who answers for it. Null for an id that is not registered. */
export function agentIn(registry: Registry, id: string): KnownAgent | null {
  const agent = registry.agents.get(id)
  const application = agent && registry.applications.get(agent.application_id)
  return agent && application ? { agent, application, ...accountable(agent, application) } : null
}

/** Is somebody active who answers for the agent: its owner, or its backup once the owner has gone? (I01) */
export function isAnsweredFor({ owner, backup }: KnownAgent, people: Registry['people']): boolean {
  return people.some(one => one.status === 'active' && (one.id === owner || one.id === backup))
}

/** What the agent of nobody is told. */
export const unowned = {
  code: 'agent.unowned',
  reason: 'Nobody answers for this agent any more: its owner and its backup have gone. It needs a new owner.',
} as const

/** What of an action switches can reach; the owner is today's. */
export function reachOf(
  known: KnownAgent,
  action: { credential_id: string; tool: string; environment: string; session: string; instance: string | null },
): Reachable {
  return {
    agent_id: known.agent.id,
    team_id: known.team,
    owner_id: known.owner,
    credential_id: action.credential_id,
    tool: action.tool,
    environment: action.environment,
    session: action.session,
    instance: action.instance,
  }
}

/** What the parameters of a tool mean, as somebody has said; nothing of one that nobody has classified. */
export const meaningsIn = (registry: Pick<Registry, 'tools'>, tool: string): Readonly<Record<string, Meaning>> =>
  registry.tools.get(tool)?.classified?.parameters ?? {}
