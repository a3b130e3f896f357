'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
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
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={`Rename ${team.name}`}
      description="Its people, applications and approvals stay as they are."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form="team" busy={submit.busy} disabled={same}>
            Save
          </Button>
        </>
      }
    >
      <form
        id="team"
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          if (!same) void submit.run()
        }}
      >
        <Field label="Name" error={submit.at('/name')}>
          {bind => (
            <Input {...bind} autoFocus maxLength={100} value={name} onChange={event => setName(event.target.value)} />
          )}
        </Field>
        <FormProblem text={submit.at('/name') ? '' : submit.general} />
      </form>
    </Dialog>
  )
}
