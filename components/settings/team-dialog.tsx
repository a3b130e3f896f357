'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'

/** Another name for a team. Its people, applications and approvals stay as they are. */
export function TeamDialog({
  team,
  onClose,
}: {
  team: { readonly id: string; readonly name: string; readonly etag?: string }
  onClose: () => void
}) {
  const [name, setName] = useState(team.name)
  const submit = useSubmit(
    () => call(`/api/console/teams/${team.id}`, { method: 'PATCH', body: { name: name.trim() }, ifMatch: team.etag }),
    onClose,
  )
  const same = name.trim() === '' || name.trim() === team.name
  return (
    <FormDialog
      title={`Rename ${team.name}`}
      description="Its people, applications and approvals stay as they are."
      verb="Save"
      busy={submit.busy}
      disabled={same}
      problem={submit.at('/name') ? '' : submit.general}
      onSend={() => {
        if (!same) void submit.run()
      }}
      onClose={onClose}
    >
      <Field label="Name" error={submit.at('/name')}>
        {bind => (
          <Input {...bind} autoFocus maxLength={100} value={name} onChange={event => setName(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  )
}
