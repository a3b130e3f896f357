'use client'
import { OctagonX, ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { List, useList } from '@/components/data/list'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import type { ContainmentItem } from './containments'
import { LiftDialog } from './lift-dialog'
import { useStop } from './stop-provider'
import { targetName } from './words'

function Line({ item, onLift }: { item: ContainmentItem; onLift: (() => void) | null }) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <span className="w-28 shrink-0 pt-px">
        <StateBadge state={item.level} />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">
          <bdi>{targetName(item.target)}</bdi>
        </p>
        <p className="text-ink-2 text-sm">
          “<bdi>{item.reason}</bdi>”
        </p>
        <p className="text-ink-3 text-xs">
          by {item.by.name} <RelativeTime at={item.at} />
          {item.lifted_at && (
            <>
              , lifted by {item.lifted_by?.name ?? 'someone'} <RelativeTime at={item.lifted_at} />
            </>
          )}
        </p>
      </div>
      {item.lift_hold_id && !item.lifted_at && (
        <Link
          href={`/approvals/${item.lift_hold_id}`}
          className="min-h-6 text-held text-sm underline underline-offset-2"
        >
          Lifting waits for a second person
        </Link>
      )}
      {onLift && (
        <Button size="sm" onClick={onLift}>
          Lift…
        </Button>
      )}
    </li>
  )
}

/** What is stopped now, what was, and the switch. */
export function ContainmentPage() {
  const stop = useStop()
  const [lifting, setLifting] = useState<ContainmentItem | null>(null)
  const now = useList<ContainmentItem>('containment', 'containment', { status: 'in_force' })
  const before = useList<ContainmentItem>('containment', 'containment', { status: 'lifted' })
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <PageHeader
        title="Containment"
        about="Stops agents from the moment it is confirmed, on every instance. A pause keeps what waits; quarantine and kill end it."
        actions={
          <Button look="contain" onClick={() => stop()}>
            <OctagonX aria-hidden /> Stop…
          </Button>
        }
      />
      <Section title="In force" plain>
        <List
          list={now}
          empty={
            <EmptyState icon={ShieldCheck} title="Nothing is contained">
              Every agent may do what its scopes and the rules allow.
            </EmptyState>
          }
        >
          {items => (
            <ul className="divide-y rounded-lg border bg-surface">
              {items.map(item => (
                <Line key={item.id} item={item} onLift={item.may_lift ? () => setLifting(item) : null} />
              ))}
            </ul>
          )}
        </List>
      </Section>
      {(before.data?.items.length ?? 0) > 0 && (
        <Section title="Lifted" plain>
          <List list={before} empty={null}>
            {items => (
              <ul className="divide-y rounded-lg border bg-surface">
                {items.map(item => (
                  <Line key={item.id} item={item} onLift={null} />
                ))}
              </ul>
            )}
          </List>
        </Section>
      )}
      {lifting && <LiftDialog item={lifting} onClose={() => setLifting(null)} />}
    </div>
  )
}
