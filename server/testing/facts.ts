import type { Facts } from '@/lib/policy/facts'

/** A read in scope by a known tool: tests say what is different. */
export const plainFacts: Facts = {
  agent: 'agt_1',
  agent_kind: 'ai_agent',
  tier: 'standard',
  team: 'tea_1',
  tool: 't',
  operation: 'read',
  environment: 'production',
  classification: 'internal',
  resource_type: '',
  tool_known: true,
  asks_person: false,
  external: false,
  reversible: true,
  in_scope: true,
  tenant_in_scope: true,
  above_ceiling: false,
  ask: 'high_impact',
  amount_unreadable: false,
}
