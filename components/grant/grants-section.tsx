'use client'
import { useList } from '@/components/data/list'
import { Section } from '@/components/ui/section'
import { GrantRow } from './grant-row'
import type { GrantItem } from './grants'

/** What this agent may repeat without asking; nothing where there is none. */
export function GrantsSection({ agentId }: { agentId: string }) {
  const { data } = useList<GrantItem>('grant', 'grants', { show: 'live', agent: agentId })
  const items = data?.items ?? []
  if (items.length === 0) return null
  return (
    <Section title="Approved in advance">
      <ul className="divide-y">
        {items.map(grant => (
          <GrantRow key={grant.id} grant={grant} />
        ))}
      </ul>
    </Section>
  )
}
