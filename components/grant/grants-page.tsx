'use client'
import { Plus, Repeat } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { List, useList } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { GrantDialog } from './grant-dialog'
import { emptySeed, type Seed } from './grant-draft'
import { GrantRow } from './grant-row'
import { type GrantItem, useLike } from './grants'
import { SuggestionCards, seedOf } from './suggestion-cards'

/** The form filled in from one action and those like it; empty but for a word about it where they have nothing in common. */
function LikeDialog({ like, onClose }: { like: string; onClose: () => void }) {
  const found = useLike(like)
  if (found.isPending) return null
  const [one] = found.data?.items ?? []
  if (one) return <GrantDialog seed={seedOf(one, '')} onClose={onClose} />
  return (
    <GrantDialog
      seed={emptySeed}
      notice="Actions like that one have nothing narrow in common, or can never be approved in advance: this begins empty."
      onClose={onClose}
    />
  )
}

/**
 * What agents may repeat without asking again: what counts now, what waits, what is to be looked back at, and what was.
 * `like`: an action with which the form begins.
 */
export function GrantsPage({ like }: { like: string | null }) {
  const router = useRouter()
  const [seed, setSeed] = useState<Seed | null>(null)
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
            <Button look="primary" onClick={() => setSeed(emptySeed)}>
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
      {may && <SuggestionCards onUse={setSeed} />}
      {(all.data?.items.length ?? 0) > 0 && (
        <Section title="All" plain>
          <List list={all} empty={null}>
            {rows}
          </List>
        </Section>
      )}
      {seed && <GrantDialog seed={seed} onClose={() => setSeed(null)} />}
      {may && like && !seed && <LikeDialog key={like} like={like} onClose={() => router.replace('/grants')} />}
    </div>
  )
}
