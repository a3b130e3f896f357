'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input, Textarea } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'

/** Another policy, in Cedar: checked when it is proposed, in force only after a second person has agreed. */
export function ProposeDialog({
  source: now,
  version,
  onClose,
}: {
  source: string
  version: number
  onClose: () => void
}) {
  const router = useRouter()
  const [source, setSource] = useState(now)
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const submit = useSubmit(
    () => call<{ hold_id: string }>('/api/console/policy', { method: 'POST', body: { source, note: note.trim() } }),
    ({ hold_id }) => {
      onClose()
      toast('Proposed: a second person decides')
      router.push(`/approvals/${hold_id}`)
    },
  )
  const same = source.trim() === now.trim()
  const invalid = submit.code === 'policy.invalid'
  const wrong = invalid ? submit.error?.message : submit.at('/source')
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title="Propose another policy"
      description={`It starts from version ${version}, which stays in force until a second person agrees.`}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form="policy" busy={submit.busy}>
            Check and propose
          </Button>
        </>
      }
    >
      <form
        id="policy"
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          setTried(true)
          if (!same && note.trim() !== '') void submit.run()
        }}
      >
        <Field
          label="Policy"
          hint="Cedar. Each rule has an @id and an @reason, the sentence that agents and approvers read."
          error={wrong ?? (tried && same ? 'Nothing has been changed yet.' : undefined)}
        >
          {bind => (
            <Textarea
              {...bind}
              rows={16}
              spellCheck={false}
              maxLength={200_000}
              value={source}
              className="font-mono text-xs leading-5"
              onChange={event => setSource(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="What changes, and why"
          hint="The second person reads this first; it is on record."
          error={submit.at('/note') ?? (tried && note.trim() === '' ? 'Say it in a sentence.' : undefined)}
        >
          {bind => <Input {...bind} maxLength={2_000} value={note} onChange={event => setNote(event.target.value)} />}
        </Field>
        {!invalid && <FormProblem text={submit.general} />}
      </form>
    </Dialog>
  )
}
