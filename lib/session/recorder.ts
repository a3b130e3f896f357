import type { Scope } from '@/lib/agent/agent'
import { matchesGlob } from '@/lib/kernel/glob'
import type { Source } from './source'

/** The scope that lets an identity record what agents have before them. It is never given by a wildcard. */
export const recorderTool = 'holdpoint.record'

/** Holdpoint as the gateway that it hosts: it records for every agent, and has no other power. */
export const hostedRecorder: Scope = {
  id: 'scp_hosted',
  agent_id: 'agt_hosted',
  tool_pattern: recorderTool,
  resource_pattern: 'agent:*',
  operations: [],
  ceiling: 'public',
  environments: [],
  tenants: [],
  ask: 'never',
  expires_at: null,
}

/** Nobody records for itself. */
function covers(scope: Scope, agent: string): boolean {
  return (
    scope.tool_pattern === recorderTool &&
    scope.agent_id !== agent &&
    matchesGlob(scope.resource_pattern, `agent:${agent}`)
  )
}

/** May the identity with these scopes record for `agent` at `now`? */
export function mayRecord(scopes: readonly Scope[], agent: string, now: Date): boolean {
  return scopes.some(scope => covers(scope, agent) && (!scope.expires_at || scope.expires_at > now))
}

/** Is or was there anybody who may record for this agent? Where there is not, nothing has to be looked for. */
export function isRecorded(scopes: ReadonlyMap<string, readonly Scope[]>, agent: string): boolean {
  return recordersIn(scopes).some(scope => covers(scope, agent))
}

/** The identities that may record for anybody: gateways and harnesses. */
export function recorderIds(scopes: ReadonlyMap<string, readonly Scope[]>): string[] {
  return [...new Set<string>(recordersIn(scopes).map(scope => scope.agent_id))]
}

const recorders = new WeakMap<ReadonlyMap<string, readonly Scope[]>, readonly Scope[]>()
function recordersIn(scopes: ReadonlyMap<string, readonly Scope[]>): readonly Scope[] {
  const known = recorders.get(scopes)
  if (known) return known
  const found = [...scopes.values()].flat().filter(scope => scope.tool_pattern === recorderTool)
  recorders.set(scopes, found)
  return found
}

/** Has the person of this name spoken in the session, as somebody other than the agent recorded it? */
export function hasSpoken(sources: readonly Source[], person: string | undefined): boolean {
  return (
    person !== undefined &&
    sources.some(one => one.kind === 'user' && one.reported_by !== 'agent' && one.ref === person)
  )
}
