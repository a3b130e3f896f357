'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import type { CountersignTier } from '@/lib/access/countersigning'

const choices = [
  { value: 'none', label: 'Nothing' },
  { value: 'critical', label: 'What is of critical risk' },
  { value: 'high', label: 'What is of high or critical risk' },
]

/** From which risk on approvals are countersigned. */
export function Countersigning({
  tier,
  signers,
  etag,
}: {
  tier: CountersignTier
  signers: { readonly all: number; readonly ready: number }
  etag?: string | undefined
}) {
  const may = useMay('settings.write')
  const [chosen, setChosen] = useState<string>(tier)
  const fresh = useFreshSignIn()
  const submit = useSubmit(
    () =>
      fresh.run(() => call('/api/console/settings', { method: 'PATCH', body: { countersign: chosen }, ifMatch: etag })),
    () => toast('Saved'),
  )
  return (
    <div className="flex max-w-xl flex-col gap-3">
      <p className="text-ink-2 text-sm">
        An approval can be a signature of the approver’s own passkey, kept in the log so that anyone can verify it
        later. Whoever has no passkey cannot approve it then: let people register theirs first, under My passkeys. What
        waits already is countersigned too; loosening this does not reach it.
      </p>
      <p className="text-sm">
        <strong className="num font-medium">{signers.ready}</strong> of{' '}
        <strong className="num font-medium">{signers.all}</strong> people who approve could sign now.
      </p>
      <Field label="Countersigned is">
        {bind => <Select id={bind.id} value={chosen} onChange={setChosen} choices={choices} disabled={!may} />}
      </Field>
      <FormProblem text={submit.general} />
      {may && (
        <Button className="self-start" busy={submit.busy} disabled={chosen === tier} onClick={() => void submit.run()}>
          Save
        </Button>
      )}
      {fresh.dialog}
    </div>
  )
}
