'use client'
import { UserRoundCheck } from 'lucide-react'
import { type RefObject, useMemo, useState } from 'react'
import { useConnection } from '@/components/data/connection'
import { useMe } from '@/components/data/me'
import { HoldEscalation } from '@/components/escalation/hold-escalation'
import { WhatIsSigned } from '@/components/passkey/what-is-signed'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Sheet } from '@/components/ui/sheet'
import { useMedia } from '@/components/ui/use-media'
import { ApprovalsIn } from './approvals-in'
import { Consequences } from './consequences'
import { DecisionOutcome } from './decision-outcome'
import { DecisionPeople } from './decision-people'
import { type HoldDetail, isOpen } from './hold'
import { approveBlock, executedBy, hiddenIn } from './may-approve'
import { useReadingLeft } from './reading-time'
import { useShown } from './shown'
import { Title } from './title'
import type { Decision } from './use-decision'
import { DecisionForms, Verbs } from './verbs'

interface PanelProps {
  readonly hold: HoldDetail
  readonly decision: Decision
  readonly approveRef: RefObject<HTMLButtonElement | null>
}

function Problem({ text }: { text: string }) {
  return text ? (
    <p role="alert" className="rounded-md border border-denied-line bg-denied-soft px-3 py-2 text-denied text-sm">
      {text}
    </p>
  ) : null
}

/** The decision: why you, the verbs, what follows from each, and everyone else. On narrow screens the verbs stand at the thumb. */
export function DecisionPanel({ hold, decision, approveRef }: PanelProps) {
  const { ready, left, goTo } = useShown()
  const me = useMe().data
  const wide = useMedia('(min-width: 1024px)')
  const [acknowledged, setAcknowledged] = useState(false)
  const [more, setMore] = useState(false)
  const open = isOpen(hold)
  const hidden = useMemo(() => hiddenIn(executedBy(hold)), [hold])
  const readingLeft = useReadingLeft(hold, ready)
  const { reachable } = useConnection()
  const block = reachable
    ? approveBlock(hold, left, ready, acknowledged, hidden, readingLeft)
    : 'Holdpoint cannot be reached: what stands here may be old, and nothing can be sent.'
  const acknowledge = hidden > 0 && hold.me.may_approve && (
    <Checkbox checked={acknowledged} onChange={setAcknowledged}>
      I have looked at the {hidden} hidden or look-alike {hidden === 1 ? 'character' : 'characters'}
    </Checkbox>
  )
  const busy = decision.pending !== null || decision.mode !== 'rest'
  const forms = (
    <DecisionForms hold={hold} decision={decision} ready={ready && !readingLeft && (hidden === 0 || acknowledged)} />
  )
  const toUnseen = () => {
    setMore(false)
    goTo()
  }
  const verbs = (
    <Verbs
      hold={hold}
      decision={decision}
      block={block}
      readingLeft={readingLeft}
      onUnseen={!ready && hold.me.may_approve ? toUnseen : undefined}
      approveRef={approveRef}
      acknowledge={
        <>
          {hold.me.countersign && hold.me.may_approve && (
            <WhatIsSigned hold={hold.id} digest={hold.shown_digest} me={me?.name ?? ''} />
          )}
          {acknowledge}
        </>
      }
    />
  )
  return (
    <>
      <section aria-label="The decision" className="flex flex-col gap-4 rounded-lg border bg-surface p-4">
        {hold.me.why_you && open && (
          <p className="flex items-start gap-2 text-ink-2 text-sm">
            <UserRoundCheck className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden />
            <span>
              <strong className="font-medium text-ink">Why you:</strong> {hold.me.why_you}
            </span>
          </p>
        )}
        {open ? (
          <>
            {!busy && <Consequences hold={hold} />}
            {wide && <Problem text={decision.problem} />}
            {wide && (busy ? forms : verbs)}
          </>
        ) : (
          <>
            <Problem text={decision.problem} />
            <DecisionOutcome hold={hold} />
          </>
        )}
        <div className="flex flex-col gap-3 border-t pt-3">
          {(open || hold.approvals.received > 0) && <ApprovalsIn {...hold.approvals} withWords />}
          <DecisionPeople hold={hold} />
          {open && <HoldEscalation holdId={hold.id} />}
        </div>
      </section>
      {!wide && open && (
        <>
          <div className="fixed inset-x-0 bottom-0 z-30 flex items-center justify-between gap-3 border-t bg-surface px-4 pt-2.5 pb-[calc(10px+env(safe-area-inset-bottom))]">
            <Button
              look="deny"
              size="lg"
              className="min-w-24"
              disabled={!hold.me.may_reject}
              onClick={() => decision.setMode('reject')}
            >
              Reject…
            </Button>
            <Button look="quiet" size="lg" onClick={() => setMore(true)}>
              More
            </Button>
            <Button
              look={hold.me.may_approve && reachable ? 'allow' : 'neutral'}
              size="lg"
              className="min-w-24"
              onClick={() => setMore(true)}
            >
              {hold.change?.kind === 'tool.classify'
                ? 'Say what it is…'
                : hold.me.may_approve
                  ? 'Approve…'
                  : 'Why not you…'}
            </Button>
          </div>
          <Sheet
            side="bottom"
            open={busy || more}
            onOpenChange={next => {
              if (next) return
              setMore(false)
              decision.takeBack()
              decision.setMode('rest')
            }}
            title={<Title text={hold.title} />}
          >
            <div className="flex flex-col gap-3">
              <Problem text={decision.problem} />
              {busy ? forms : verbs}
            </div>
          </Sheet>
        </>
      )}
    </>
  )
}
