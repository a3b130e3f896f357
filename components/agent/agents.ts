'use client'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import type { KeptObligation } from '@/components/hold/hold'
import type { AgentKind, Ask, Tier } from '@/lib/agent/agent'
import type { Level } from '@/lib/containment/containment'
import type { Classification, Environment, Operation } from '@/lib/kernel/scale'
import type { WatchedOnly } from './enforcement'

export interface Accountable extends Named {
  readonly email?: string
  /** May sign in; one who may not answers for nothing any more. */
  readonly active?: boolean
  /** Taken from the application. */
  readonly inherited?: boolean
}

export interface AgentItem {
  readonly id: string
  readonly name: string
  readonly kind: AgentKind
  readonly purpose: string
  readonly status: 'registered' | 'active' | 'retired'
  readonly environment: Environment
  readonly tier: Tier
  readonly application: Named
  readonly team: Named
  readonly owner: Accountable | null
  readonly backup: Accountable | null
  readonly containment: { readonly id: string; readonly level: Level } | null
  readonly observed: WatchedOnly | null
  readonly last_action_at: string | null
  readonly open_holds: number
  readonly actions_24h: number
  readonly may_contain: boolean
  readonly etag: string
}

export interface ScopeItem {
  readonly id: string
  readonly tool_pattern: string
  readonly resource_pattern: string
  readonly operations: readonly Operation[]
  readonly ceiling: Classification
  readonly environments: readonly Environment[]
  readonly tenants: readonly string[]
  readonly ask: Ask
  readonly expires_at: string | null
  readonly last_used_at: string | null
  readonly unused: boolean
}

export interface KeyItem {
  readonly id: string
  readonly prefix: string
  readonly name?: string
  readonly state: 'active' | 'revoked' | 'expired'
  readonly created_at: string
  readonly created_by: Named
  readonly expires_at: string | null
  readonly last_used_at: string | null
  readonly exposed_at: string | null
}

export interface AgentDetail extends AgentItem {
  readonly created_by: Named
  readonly created_at: string
  readonly scopes: readonly ScopeItem[]
  readonly credentials: readonly KeyItem[]
  readonly may_edit: boolean
  readonly may_keep_webhooks: boolean
  readonly story?: {
    readonly by_status: Readonly<Record<string, number>>
    readonly sessions_24h: number
    readonly tools: number
    readonly open_holds: number
    /** Only the newest were counted. */
    readonly capped: boolean
  }
}

/** One action as an agent's page lists it. */
export interface ActionLine {
  readonly id: string
  readonly tool: string
  readonly operation: string
  readonly status: string
  readonly at: string
  readonly session: string | null
  readonly hold_id: string | null
  readonly decision: { readonly code: string; readonly reason: string } | null
  readonly outcome: string | null
  readonly narrowed?: readonly string[]
  readonly kept?: readonly KeptObligation[]
}

export function useAgents(filters: { q?: string; status?: string; environment?: string; sort?: string }) {
  return useList<AgentItem>('agent', 'agents', filters)
}

export function useAgent(id: string) {
  return useQuery({
    queryKey: keys.one('agent', id),
    queryFn: ({ signal }) => call<AgentDetail>(`/api/console/agents/${encodeURIComponent(id)}`, { signal }),
  })
}

export function useAgentActions(id: string, limit = 25) {
  return useList<ActionLine>('action', `agents/${encodeURIComponent(id)}/actions`, { limit })
}
