'use client'
import { useState } from 'react'
import { useSubmit } from '@/components/data/use-submit'
import { SecondPerson } from '@/components/hold/second-person'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
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
    <FormDialog
      title={`Watch ${subject.name} only?`}
      description="What would wait for people or be denied goes through and is written down. Payments, privileges, secrets and whatever cannot be undone stay enforced, and so do scopes and switches."
      verb="Ask a second person"
      busy={submit.busy}
      disabled={reason.trim() === ''}
      problem={submit.general}
      onSend={() => void submit.run()}
      onClose={onClose}
      answer={
        holdId && <SecondPerson hold={holdId}>A second person must agree. Until then it is enforced.</SecondPerson>
      }
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
    </FormDialog>
  )
}
