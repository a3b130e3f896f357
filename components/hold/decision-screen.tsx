'use client'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { flushSync } from 'react-dom'
import { Answer } from '@/components/data/answer'
import { useMe } from '@/components/data/me'
import { BackLink } from '@/components/ui/back-link'
import { CopyId } from '@/components/ui/copy-id'
import { cx } from '@/components/ui/cx'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { useShortcuts } from '@/components/ui/use-shortcuts'
import { DecisionFacts, Headline } from './decision-facts'
import { DecisionPanel } from './decision-panel'
import { type HoldDetail, isOpen } from './hold'
import { useHold, useReportView } from './holds'
import { ShownProvider, useShown } from './shown'
import { type Mode, useDecision } from './use-decision'

const focusModes: Readonly<Record<string, Mode>> = { reject: 'reject', edit: 'edit', ask: 'ask' }

/** A decision made elsewhere appears at once and says by whom; one's own was said already. */
function useDecidedElsewhere(hold: HoldDetail): void {
  const me = useMe().data?.id
  const wasOpen = useRef(isOpen(hold))
  useEffect(() => {
    const open = isOpen(hold)
    const by = hold.decided_by
    if (wasOpen.current && !open && (by === null || by?.id !== me)) {
      if (hold.status === 'expired') toast('Its time is over', { description: 'Nobody decided, so it is denied.' })
      else toast('This has just been decided', { description: by ? `By ${by.name}.` : undefined })
    }
    wasOpen.current = open
  }, [hold, me])
}

function Decide({ hold, readAt }: { hold: HoldDetail; readAt: number }) {
  const router = useRouter()
  // An address can open a form, never send one.
  const focus = useSearchParams().get('focus') ?? ''
  const first = isOpen(hold) ? (focusModes[focus] ?? 'rest') : 'rest'
  const decision = useDecision(hold, first)
  const approve = useRef<HTMLButtonElement>(null)
  const { ready, goTo } = useShown()
  useReportView(hold.id, hold.shown_digest, ready && isOpen(hold))
  useDecidedElsewhere(hold)
  useEffect(() => {
    if (focus === 'approve') approve.current?.focus({ preventScroll: true })
  }, [focus])
  const open = isOpen(hold) && decision.pending === null
  const { may_approve: mayApprove, may_reject: mayReject } = hold.me
  const toApprove = () => {
    // At once: the next key may be here before the next frame is, and must find the verb.
    flushSync(() => decision.setMode('rest'))
    approve.current?.focus({ preventScroll: true })
    if (!ready) goTo()
  }
  useShortcuts({
    a: open ? toApprove : undefined,
    r: open && mayReject ? () => decision.setMode('reject') : undefined,
    e: open && mayApprove && hold.action ? () => decision.setMode('edit') : undefined,
    '?': open ? () => decision.setMode('ask') : undefined,
    esc: () => {
      if (decision.pending) decision.takeBack()
      else if (decision.mode !== 'rest') decision.setMode('rest')
      else router.push('/approvals')
    },
  })
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4 max-lg:pb-16">
      <div className="flex items-center justify-between gap-3">
        <BackLink href="/approvals">Approvals</BackLink>
        <CopyId value={hold.id} short />
      </div>
      <Headline hold={hold} readAt={readAt} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_368px]">
        <DecisionFacts hold={hold} />
        <aside
          className={cx(
            'min-w-0 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-80px)] lg:overflow-y-auto',
            // Once it is over, how it ended is what one comes for.
            !isOpen(hold) && 'max-lg:order-first',
          )}
        >
          <DecisionPanel hold={hold} decision={decision} approveRef={approve} />
        </aside>
      </div>
      {decision.dialog}
    </div>
  )
}

function Shape() {
  return (
    <div role="status" aria-label="Loading" className="mx-auto flex max-w-6xl flex-col gap-5">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-4 w-1/3" />
      <div className="grid gap-6 lg:grid-cols-[1fr_368px]">
        <Skeleton className="h-64 w-full rounded-lg" />
        <Skeleton className="h-64 w-full rounded-lg" />
      </div>
    </div>
  )
}

/** One approval, decided on one screen. When what is shown changes, it counts as not shown again. */
export function DecisionScreen({ id }: { id: string }) {
  const hold = useHold(id)
  return (
    <Answer query={hold} page="approval" loading={<Shape />}>
      {data => (
        <ShownProvider key={data.shown_digest}>
          <Decide hold={data} readAt={hold.dataUpdatedAt} />
        </ShownProvider>
      )}
    </Answer>
  )
}
