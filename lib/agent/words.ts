import type { AgentKind, Ask, Tier } from './agent'

export const kindWords: Readonly<Record<AgentKind, string>> = {
  ai_agent: 'AI agent',
  service_account: 'Service account',
  workload: 'Workload',
  oauth_app: 'OAuth application',
  api_key: 'API key',
  bot: 'Bot',
}

export const askWords: Readonly<Record<Ask, string>> = {
  never: 'asks only where a rule says so',
  high_impact: 'asks for high impact',
  writes: 'asks for every write',
}

export const tierWords: Readonly<Record<Tier, string>> = {
  low: 'Low',
  standard: 'Standard',
  high: 'High',
  critical: 'Critical',
}
