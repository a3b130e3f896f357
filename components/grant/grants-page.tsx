'use client'
import { Plus, Repeat } from 'lucide-react'
import { useState } from 'react'
import { List, useList } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { type Draft, emptyDraft, GrantDialog } from './grant-dialog'
import { GrantRow } from './grant-row'
import type { GrantItem } from './grants'
import { SuggestionCards } from './suggestion-cards'

/** What agents may repeat without asking again: what counts now, what waits, what is to be looked back at, and what was. */
export function GrantsPage() {
  const [draft, setDraft] = useState<Draft | null>(null)
  const may = useMay('grant.propose')
  const live = useList<GrantItem>('grant', 'grants', { show: 'live' })
  const waiting = useList<GrantItem>('grant', 'grants', { show: 'waiting' })
  const review = useList<GrantItem>('grant', 'grants', { show: 'review' })
  const all = useList<GrantItem>('grant', 'grants', { show: 'all' })
  const rows = (items: readonly GrantItem[]) => (
    <ul className="divide-y rounded-lg border bg-surface">
      {items.map(grant => (
        <GrantRow key={grant.id} grant={grant} />
      ))}
    </ul>
  )
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <PageHeader
        title="Standing approvals"
        about="Bounded permission to repeat: one exact class of action, so often, for so long. Never made by approving; others must agree."
        actions={
          may && (
            <Button look="primary" onClick={() => setDraft(emptyDraft)}>
              <Plus aria-hidden /> Propose one
            </Button>
          )
        }
      />
      {(review.data?.items.length ?? 0) > 0 && (
        <Section title="To be looked back at" plain>
          <List list={review} empty={null}>
            {rows}
          </List>
        </Section>
      )}
      <Section title="In force" plain>
        <List
          list={live}
          empty={
            <EmptyState icon={Repeat} title="Nothing is approved in advance">
              Every action that a rule holds is asked of people each time.
            </EmptyState>
          }
        >
          {rows}
        </List>
      </Section>
      {(waiting.data?.items.length ?? 0) > 0 && (
        <Section title="Waiting for people" plain>
          <List list={waiting} empty={null}>
            {rows}
          </List>
        </Section>
      )}
      {may && <SuggestionCards onUse={setDraft} />}
      {(all.data?.items.length ?? 0) > 0 && (
        <Section title="All" plain>
          <List list={all} empty={null}>
            {rows}
          </List>
        </Section>
      )}
      {draft && <GrantDialog draft={draft} onClose={() => setDraft(null)} />}
    </div>
  )
}
