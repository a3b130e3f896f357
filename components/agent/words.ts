import type { AgentKind, Ask, Tier } from '@/lib/agent/agent'
import type { Preset } from '@/lib/agent/preset'

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

/** What each preset lets an agent do, in the order in which they are offered. */
export const presetChoices: readonly { value: Preset; label: string; hint: string }[] = [
  { value: 'writes_ask', label: 'Writes ask', hint: 'Reads go on. Every write waits for a person. A good beginning.' },
  { value: 'reads_only', label: 'Reads only', hint: 'Reads go on. Anything else is denied.' },
  { value: 'drafts', label: 'Drafts, never sends', hint: 'Reads, creates and changes. Never sends, pays or deletes.' },
  {
    value: 'high_impact_asks',
    label: 'High impact asks',
    hint: 'Ordinary writes go on. Paying, sending, deleting wait for a person.',
  },
]
