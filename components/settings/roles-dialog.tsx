'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { roles } from '@/lib/access/permission'
import { ManagerField } from './manager-field'
import type { Member } from './people'
import { type Given, RolePicker } from './role-picker'
import { sayWaiting } from './say-waiting'

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
      call<{ hold_id?: string }>(`/api/console/members/${member.id}`, {
        method: 'PATCH',
        body: { roles: given, reason: reason.trim() },
        ifMatch: member.etag,
      }),
    answer => {
      onClose()
      sayWaiting(answer)
    },
  )
  return (
    <FormDialog
      title={`Roles of ${member.name}`}
      description="They count from the next request on. After the first day a second administrator or governor agrees before somebody is made approver, governor or administrator; what you take away is gone at once."
      verb="Save"
      busy={submit.busy}
      problem={submit.general}
      after={me && me.id !== member.id && <ManagerField id={member.id} />}
      onSend={() => {
        setTried(true)
        if (reason.trim() !== '') void submit.run()
      }}
      onClose={onClose}
    >
      <RolePicker given={given} onChange={setGiven} />
      <Field
        label="Reason"
        hint="It is on record."
        error={tried && reason.trim() === '' ? 'Say why, in a few words.' : undefined}
      >
        {bind => <Input {...bind} value={reason} maxLength={500} onChange={event => setReason(event.target.value)} />}
      </Field>
    </FormDialog>
  )
}
