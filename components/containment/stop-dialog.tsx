'use client'
import { useState } from 'react'
import { said } from '@/components/data/answer'
import { useMay } from '@/components/data/me'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { ChoiceCards } from '@/components/ui/choice-cards'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import { type Level, levels } from '@/lib/containment/containment'
import { type Target, useContain } from './containments'
import { ReachLine } from './reach-line'
import { aimed, TargetPicker, useStoppable } from './target-picker'
import { grave, levelChoices, targetName } from './words'

const verbs: Record<Level, string> = {
  watched: 'Watch',
  guarded: 'Guard',
  paused: 'Pause',
  quarantined: 'Quarantine',
  killed: 'Kill',
}

/** The kill switch: what, how hard, what will stop, why. One press here and it has happened. */
export function StopDialog({
  target: first,
  level: firstLevel,
  onClose,
}: {
  target: Target
  level: Level
  onClose: () => void
}) {
  // Whoever answers for an agent or decides its approvals may pause it; more is for those who contain.
  const mayAll = useMay('containment.contain')
  const [target, setTarget] = useState<Target>(
    mayAll || first.type !== 'organisation' ? first : { type: 'agent', id: '', name: '' },
  )
  const [level, setLevel] = useState(firstLevel)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const contain = useContain()
  const fresh = useFreshSignIn()
  const stoppable = useStoppable().data
  const nothing = !mayAll && first.type === 'organisation' && stoppable?.whole && stoppable.agents.length === 0
  const ready = aimed(target)
  const name = targetName(target)

  const go = () => {
    setTried(true)
    if (!ready || reason.trim() === '') return
    fresh
      .run(() => contain.mutateAsync({ target, level, reason: reason.trim() }))
      .then(() => {
        toast(`${name}: ${verbs[level].toLowerCase()} in force`, {
          description: 'From this moment, on every instance.',
        })
        onClose()
      })
      .catch(() => undefined)
  }

  if (nothing) {
    return (
      <Dialog
        open
        onOpenChange={open => (open ? undefined : onClose())}
        title="Stop agents"
        description="Administrators and governors can stop everything; whoever answers for an agent or decides its approvals can pause it."
        footer={<Button onClick={onClose}>Close</Button>}
      >
        <p className="text-ink-2 text-sm">
          None of the agents that you see is yours to stop. If one of them must be stopped now, call an approver of its
          team or an administrator.
        </p>
      </Dialog>
    )
  }
  return (
    <>
      <Dialog
        open
        wide
        onOpenChange={open => (open ? undefined : onClose())}
        title="Stop agents"
        description="Works from the moment you confirm, on every instance. People and approvals of changes are not affected."
        footer={
          <>
            <p className="mr-auto text-ink-2 text-xs">
              {grave(level)
                ? 'To lift it, two people must agree.'
                : 'One other person can lift it; you can within 60 seconds.'}
            </p>
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button
              look={grave(level) ? 'deny' : 'contain'}
              className={
                grave(level)
                  ? 'bg-denied! text-on-solid! hover:opacity-90'
                  : 'bg-contained! text-on-solid! hover:opacity-90'
              }
              onClick={go}
              busy={contain.isPending}
            >
              {verbs[level]} {ready ? name.charAt(0).toLowerCase() + name.slice(1) : '…'}
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4">
          <TargetPicker target={target} onChange={setTarget} mayAll={mayAll} />
          {tried && !ready && <p className="text-denied text-xs">Choose what to stop.</p>}
          <ChoiceCards
            label="How hard"
            columns={2}
            value={level}
            onChange={value => setLevel(levels.find(one => one === value) ?? 'paused')}
            choices={mayAll ? levelChoices : levelChoices.filter(choice => choice.value === 'paused')}
          />
          {!mayAll && (
            <p className="-mt-2 text-ink-2 text-xs">
              You can pause an agent that you answer for or whose approvals you decide. Administrators and governors can
              stop everything.
            </p>
          )}
          <ReachLine target={target} level={level} ready={ready} />
          <Field
            label="Reason"
            hint="Everyone who sees the banner reads this; it is on record."
            error={tried && reason.trim() === '' ? 'Say why, in a few words.' : undefined}
          >
            {bind => (
              <Input {...bind} value={reason} maxLength={500} onChange={event => setReason(event.target.value)} />
            )}
          </Field>
          {contain.isError && !fresh.asking && (
            <p role="alert" className="text-denied text-sm">
              {said(contain.error).detail ?? said(contain.error).title}
            </p>
          )}
        </div>
      </Dialog>
      {fresh.dialog}
    </>
  )
}
