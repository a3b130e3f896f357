import type { Preset } from '@/lib/agent/preset'

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
