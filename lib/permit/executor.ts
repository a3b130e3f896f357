import type { Agent, Scope } from '@/lib/agent/agent'
import { matchesGlob } from '@/lib/kernel/glob'
import type { Environment, Operation } from '@/lib/kernel/scale'

/** What is executed, as the permit says it. */
export interface Executed {
  readonly agent_id: string
  readonly credential_id: string
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
}

/**
 * May this caller use the permit? Either it is the agent itself, with the very key that asked (T07), or it is a system: a
 * registered identity that is no AI agent, in the same environment, whose own scope covers the tool. So which system may
 * execute what is registered, and widened only by a second person, like every other authority.
 */
export function mayExecute(
  caller: { readonly agent: Agent; readonly credential_id: string; readonly scopes: readonly Scope[] },
  executed: Executed,
  now: Date,
): boolean {
  const { agent } = caller
  if (agent.id === executed.agent_id) return caller.credential_id === executed.credential_id
  if (!isSystem(agent)) return false
  return (
    agent.environment === executed.environment &&
    caller.scopes.some(
      scope =>
        (!scope.expires_at || scope.expires_at > now) &&
        scope.operations.includes(executed.operation) &&
        scope.environments.includes(executed.environment) &&
        matchesGlob(scope.tool_pattern, executed.tool),
    )
  )
}

/** May this caller tell what is tried, or done, with the tool without a permit? Only a system that executes it. */
export function maySpeakFor(
  caller: { readonly agent: Agent; readonly scopes: readonly Scope[] },
  tool: string,
  now: Date,
): boolean {
  return (
    isSystem(caller.agent) &&
    caller.scopes.some(scope => (!scope.expires_at || scope.expires_at > now) && matchesGlob(scope.tool_pattern, tool))
  )
}

const isSystem = ({ kind }: Agent) => kind !== 'ai_agent' && kind !== 'bot'
