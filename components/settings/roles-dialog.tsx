'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { roles } from '@/lib/access/permission'
import { ManagerField } from './manager-field'
import type { Member } from './people'
import { type Given, RolePicker } from './role-picker'

/** What a person may do. Granting asks for a reason. */
export function RolesDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const [given, setGiven] = useState<readonly Given[]>(() =>
    member.roles.flatMap(one => {
      const role = roles.find(each => each === one.role)
      return role ? [{ role, team_id: one.team_id }] : []
    }),
  )
  const me = useMe().data
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const submit = useSubmit(
    () =>
      call(`/api/console/members/${member.id}`, {
        method: 'PATCH',
        body: { roles: given, reason: reason.trim() },
        ifMatch: member.etag,
      }),
    onClose,
  )
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={`Roles of ${member.name}`}
      description="They count from the next request on."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            busy={submit.busy}
            onClick={() => {
              setTried(true)
              if (reason.trim() !== '') void submit.run()
            }}
          >
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <RolePicker given={given} onChange={setGiven} />
        <Field
          label="Reason"
          hint="It is on record."
          error={tried && reason.trim() === '' ? 'Say why, in a few words.' : undefined}
        >
          {bind => <Input {...bind} value={reason} maxLength={500} onChange={event => setReason(event.target.value)} />}
        </Field>
        <FormProblem text={submit.general} />
        {me && me.id !== member.id && <ManagerField id={member.id} />}
      </div>
    </Dialog>
  )
}
