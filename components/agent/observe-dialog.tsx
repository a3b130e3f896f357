'use client'
import Link from 'next/link'
import { useState } from 'react'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { askToObserve } from './enforcement'

const lengths = [1, 3, 7, 14, 30] as const

/** Asks a second person whether an agent or a team may be watched only, and says what that means. */
export function ObserveDialog({
  subject,
  onClose,
}: {
  subject: { readonly type: 'agent' | 'team'; readonly id: string; readonly name: string }
  onClose: () => void
}) {
  const [days, setDays] = useState<number>(7)
  const [reason, setReason] = useState('')
  const [holdId, setHoldId] = useState('')
  const submit = useSubmit(
    () => askToObserve({ type: subject.type, id: subject.id }, days, reason.trim()),
    answer => setHoldId(answer.hold_id),
  )
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={`Watch ${subject.name} only?`}
      description="What would wait for people or be denied goes through and is written down. Payments, privileges, secrets and whatever cannot be undone stay enforced, and so do scopes and switches."
      footer={
        holdId ? (
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button look="primary" type="submit" form="observe" busy={submit.busy} disabled={reason.trim() === ''}>
              Ask a second person
            </Button>
          </>
        )
      }
    >
      {holdId ? (
        <p role="status" className="text-sm">
          A second person must agree. Until then it is enforced.{' '}
          <Link href={`/approvals/${holdId}`} className="font-medium text-accent underline underline-offset-2">
            See the approval
          </Link>
        </p>
      ) : (
        <form
          id="observe"
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            if (reason.trim() !== '') void submit.run()
          }}
        >
          <Field label="For how long" hint="From when the second person has agreed.">
            {bind => (
              <Select
                id={bind.id}
                value={String(days)}
                onChange={value => setDays(lengths.find(one => String(one) === value) ?? 7)}
                choices={lengths.map(one => ({ value: String(one), label: one === 1 ? '1 day' : `${one} days` }))}
              />
            )}
          </Field>
          <Field label="Reason" hint="It is on record, and shown to everybody meanwhile." error={submit.at('/reason')}>
            {bind => (
              <Input
                {...bind}
                data-first
                maxLength={500}
                value={reason}
                onChange={event => setReason(event.target.value)}
              />
            )}
          </Field>
          <FormProblem text={submit.general} />
        </form>
      )}
    </Dialog>
  )
}
