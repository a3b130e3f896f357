import type { Ask } from '@/lib/agent/agent'
import type { Classification, Environment, Operation } from '@/lib/kernel/scale'

/**
 * What policy may judge: computed by us from the catalogue, the registration, resource patterns and the arguments that
 * the catalogue names. What the agent claims is in here only where it tightens.
 */
export interface Facts {
  readonly agent: string
  readonly agent_kind: string
  readonly tier: string
  readonly team: string
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
  readonly classification: Classification
  readonly resource_type: string
  readonly tool_known: boolean
  readonly asks_person: boolean
  readonly external: boolean
  readonly reversible: boolean
  readonly in_scope: boolean
  readonly tenant_in_scope: boolean
  readonly above_ceiling: boolean
  readonly ask: Ask
  /** Decimal with at most four digits, e.g. `98.7000`; absent when the tool names no amount. */
  readonly amount?: string
  /** The parameter that the catalogue names as amount does not hold one. */
  readonly amount_unreadable: boolean
}

/** The Cedar schema of every request: strict validation refuses a policy that reads anything else. */
export const cedarSchema = `
entity Agent;
entity Resource;
type Facts = {
  approved: Bool, agent_kind: String, tier: String, team: String, tool: String, environment: String, classification: String,
  resource_type: String, tool_known: Bool, asks_person: Bool, external: Bool, reversible: Bool, in_scope: Bool,
  tenant_in_scope: Bool, above_ceiling: Bool, ask: String, amount?: decimal, amount_unreadable: Bool
};
action "read", "create", "update", "delete", "execute", "send", "pay", "deploy", "secret", "privilege", "revoke", "delegate"
  appliesTo { principal: [Agent], resource: [Resource], context: Facts };
`

/** One Cedar request in the shape that the WASM build takes. */
export function cedarRequest(facts: Facts, approved: boolean) {
  const { agent, operation, amount, ...rest } = facts
  return {
    principal: { type: 'Agent', id: agent },
    action: { type: 'Action', id: operation },
    resource: { type: 'Resource', id: facts.resource_type },
    context: {
      ...rest,
      approved,
      ...(amount === undefined ? {} : { amount: { __extn: { fn: 'decimal', arg: amount } } }),
    },
  }
}
