'use client'
import { ShieldCheck } from 'lucide-react'
import { useList } from '@/components/data/list'
import { Badge } from '@/components/ui/badge'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import type { EnforcementLevel } from '@/lib/permit/coverage'

interface CoverageItem {
  readonly id: string
  readonly tool: string
  readonly enforcement: EnforcementLevel
  readonly allowed: number
  readonly verified: number
  readonly last_verified_at: string | null
}

const words: Readonly<Record<EnforcementLevel, { word: string; tone: 'neutral' | 'allowed'; means: string }>> = {
  advisory: { word: 'Asked only', tone: 'neutral', means: 'it asks by itself; nothing stops it where it acts' },
  verified: { word: 'Checked', tone: 'allowed', means: 'the system that acts checks its one-time passes' },
  brokered: { word: 'Through a gateway', tone: 'allowed', means: 'a gateway executes it, with its one-time passes' },
}

function Line({ item }: { item: CoverageItem }) {
  const { word, tone, means } = words[item.enforcement]
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <code className="min-w-0 flex-1 break-words font-mono text-sm">{item.tool}</code>
      <span className="text-ink-3 text-xs">
        {item.verified.toLocaleString('en')} of {item.allowed.toLocaleString('en')} checked where it acts
        {item.last_verified_at && (
          <>
            , last <RelativeTime at={item.last_verified_at} />
          </>
        )}
        {' · '}
        {means}
      </span>
      <Badge tone={tone} icon={tone === 'allowed' ? ShieldCheck : undefined}>
        {word}
      </Badge>
    </li>
  )
}

/** By tool: would anything stop this agent if it did not ask? Nothing is shown while nothing was allowed. */
export function CoverageSection({ agentId }: { agentId: string }) {
  const { data } = useList<CoverageItem>('agent', 'coverage', { agent: agentId })
  if (!data || data.items.length === 0) return null
  return (
    <Section title="What holds it to the answers, last 30 days">
      <ul className="divide-y">
        {data.items.map(item => (
          <Line key={item.id} item={item} />
        ))}
      </ul>
    </Section>
  )
}
