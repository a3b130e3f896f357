'use client'
import { Check, CircleHelp, CornerDownRight, MessageSquarePlus, OctagonX, PencilLine, X } from 'lucide-react'
import { type ReactNode, type RefObject, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ClassifyVerb } from './classify-verb'
import { EditForm } from './edit-form'
import type { HoldDetail } from './hold'
import { decisionKeys, KeyLegend } from './key-legend'
import { MoreTime } from './more-time'
import { AskForm, PassForm } from './note-form'
import { ReadingTime } from './reading-time'
import { RejectForm } from './reject-form'
import { TakeBack } from './take-back'
import type { Decision } from './use-decision'
import { whenPressed } from './when-pressed'
import { WordsFields } from './words-fields'

/** What one must know beside every verb: the form that is open, or the seconds that run. */
export function DecisionForms({ hold, decision, ready }: { hold: HoldDetail; decision: Decision; ready: boolean }) {
  const { pending, mode } = decision
  if (pending) {
    return <TakeBack sentence={hold.title} onSend={() => decision.send(pending)} onTakeBack={decision.takeBack} />
  }
  if (mode === 'rest') return null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves the form from any of its fields
    <div
      onKeyDown={event => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        decision.setMode('rest')
      }}
    >
      {mode === 'edit' ? (
        <EditForm hold={hold} decision={decision} ready={ready} />
      ) : mode === 'ask' ? (
        <AskForm hold={hold} decision={decision} />
      ) : mode === 'pass' ? (
        <PassForm decision={decision} />
      ) : (
        <RejectForm hold={hold} decision={decision} pause={mode === 'pause'} />
      )}
    </div>
  )
}

interface VerbsProps {
  readonly hold: HoldDetail
  readonly decision: Decision
  readonly block: string | null
  readonly readingLeft: number | null
  /** Goes to what has not been shown yet, where that is what the verb waits for. */
  readonly onUnseen?: (() => void) | undefined
  readonly approveRef?: RefObject<HTMLButtonElement | null>
  readonly acknowledge: ReactNode
}

/** The verbs at rest: one obvious, one equally near, the others smaller. */
export function Verbs({ hold, decision, block, readingLeft, onUnseen, approveRef, acknowledge }: VerbsProps) {
  const [words, setWords] = useState<{ comment: string; note: string } | null>(null)
  const { me, agent, action } = hold
  const mayEdit = me.may_approve && action !== null && Object.keys(action.params).length > 0 && !hold.frozen_at
  const last = hold.approvals.received + 1 >= hold.approvals.required
  const toClassify = hold.change?.kind === 'tool.classify' ? hold.change.subject : null
  const approve = () => {
    if (block) return
    decision.submit({
      verdict: 'approve',
      ...(words?.comment.trim() ? { comment: words.comment.trim() } : {}),
      ...(words?.note.trim() ? { note: words.note.trim() } : {}),
    })
  }
  return (
    <div className="flex flex-col gap-2">
      {words && (
        <div className="mb-1 flex flex-col gap-3">
          <WordsFields
            agent={agent !== null}
            comment={words.comment}
            note={words.note}
            onComment={comment => setWords({ ...words, comment })}
            onNote={note => setWords({ ...words, note })}
          />
        </div>
      )}
      <ReadingTime hold={hold} left={readingLeft} />
      {acknowledge}
      {toClassify ? (
        <ClassifyVerb toolId={toClassify} block={block} buttonRef={approveRef} />
      ) : (
        <Button
          ref={approveRef}
          look="allow"
          size="lg"
          aria-disabled={block !== null}
          aria-describedby="approve-block"
          onClick={approve}
          busy={decision.busy}
        >
          <Check aria-hidden />{' '}
          {last ? 'Approve' : `Approve, ${hold.approvals.received + 1} of ${hold.approvals.required}`}
        </Button>
      )}
      {/* Always a line, so that nothing below moves under the hand once everything has been shown. */}
      <p id="approve-block" className="text-ink-2 text-xs" aria-live="polite">
        {block ?? whenPressed(hold)}{' '}
        {onUnseen && (
          <button
            type="button"
            className="min-h-6 font-medium text-accent underline underline-offset-2"
            onClick={onUnseen}
          >
            Show it
          </button>
        )}
      </p>
      <div className="grid grid-flow-col auto-cols-fr gap-2">
        <Button look="deny" size="lg" onClick={() => decision.setMode('reject')} disabled={!me.may_reject}>
          <X aria-hidden /> Reject…
        </Button>
        {action && (
          <Button size="lg" onClick={() => decision.setMode('edit')} disabled={!mayEdit}>
            <PencilLine aria-hidden /> With changes…
          </Button>
        )}
      </div>
      {agent && (
        <Button look="contain" onClick={() => decision.setMode('pause')} disabled={!me.may_reject}>
          <OctagonX aria-hidden /> Reject and pause this agent…
        </Button>
      )}
      <div className="-mx-1 flex flex-wrap justify-between">
        <Button look="quiet" size="sm" onClick={() => decision.setMode('ask')}>
          <CircleHelp aria-hidden /> Ask…
        </Button>
        <Button
          look="quiet"
          size="sm"
          onClick={() => decision.setMode('pass')}
          disabled={!me.may_reject && !me.may_approve}
        >
          <CornerDownRight aria-hidden /> Can’t judge, pass…
        </Button>
        <MoreTime hold={hold} />
        {!words && (
          <Button look="quiet" size="sm" onClick={() => setWords({ comment: '', note: '' })}>
            <MessageSquarePlus aria-hidden /> Add words
          </Button>
        )}
      </div>
      <div className="border-t pt-2.5 pointer-coarse:hidden">
        <KeyLegend
          keys={decisionKeys.filter(([, does]) => (does === 'edit' ? action : does !== 'approve' || !toClassify))}
        />
      </div>
    </div>
  )
}
