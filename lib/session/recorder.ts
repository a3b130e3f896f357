import type { Scope } from '@/lib/agent/agent'
import { matchesGlob } from '@/lib/kernel/glob'
import type { Source, SourceKind } from './source'

/** The scope that lets an identity record what tools answered agents. Like the next, it is never given by a wildcard. */
export const recorderTool = 'holdpoint.record'
/** The scope that lets an identity record what people and trusted systems said: words that can loosen what is decided. */
export const voucherTool = 'holdpoint.vouch'

/** The scopes without which nobody records sources of these kinds. */
export function recordedBy(kinds: readonly SourceKind[]): readonly string[] {
  return [...new Set(kinds.map(kind => (kind === 'user' || kind === 'system' ? voucherTool : recorderTool)))]
}

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
  return isRecording(scope) && scope.agent_id !== agent && matchesGlob(scope.resource_pattern, `agent:${agent}`)
}

const isRecording = ({ tool_pattern }: Scope) => tool_pattern === recorderTool || tool_pattern === voucherTool

/** The scopes, of these, that the identity with `scopes` would need to record for `agent` at `now` and has not. */
export function missingToRecord(
  scopes: readonly Scope[],
  agent: string,
  tools: readonly string[],
  now: Date,
): readonly string[] {
  const valid = scopes.filter(scope => covers(scope, agent) && (!scope.expires_at || scope.expires_at > now))
  return tools.filter(tool => !valid.some(scope => scope.tool_pattern === tool))
}

/** Is or was there anybody who may record for this agent? Where there is not, nothing has to be looked for. */
export function isRecorded(scopes: ReadonlyMap<string, readonly Scope[]>, agent: string): boolean {
  return recordersIn(scopes).some(scope => covers(scope, agent))
}

/** The identities that may record what tools answered, of anybody: gateways and harnesses. */
export function recorderIds(scopes: ReadonlyMap<string, readonly Scope[]>): string[] {
  const tellers = recordersIn(scopes).filter(scope => scope.tool_pattern === recorderTool)
  return [...new Set<string>(tellers.map(scope => scope.agent_id))]
}

const recorders = new WeakMap<ReadonlyMap<string, readonly Scope[]>, readonly Scope[]>()
function recordersIn(scopes: ReadonlyMap<string, readonly Scope[]>): readonly Scope[] {
  const known = recorders.get(scopes)
  if (known) return known
  const found = [...scopes.values()].flat().filter(isRecording)
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
