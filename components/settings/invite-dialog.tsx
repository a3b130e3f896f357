'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { CopyId } from '@/components/ui/copy-id'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { type Given, RolePicker } from './role-picker'

interface Invited {
  readonly email: string
  readonly link: string | null
  readonly mailed: boolean
}

/** Inviting a person: by mail where mail is set up, else by a link that is shown once and works once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [given, setGiven] = useState<readonly Given[]>([{ role: 'approver', team_id: null }])
  const [invited, setInvited] = useState<Invited | null>(null)
  const submit = useSubmit(
    () =>
      call<Invited>('/api/console/members/invitations', {
        method: 'POST',
        body: { email: email.trim(), roles: given },
      }),
    setInvited,
  )
  return (
    <FormDialog
      title="Invite a person"
      verb="Invite"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => void submit.run()}
      onClose={onClose}
      answer={invited && <Sent {...invited} />}
    >
      <Field
        label="E-mail"
        error={submit.at('/email') ?? (submit.code === 'person.exists' ? submit.general : undefined)}
      >
        {bind => (
          <Input
            {...bind}
            type="email"
            required
            autoFocus
            value={email}
            onChange={event => setEmail(event.target.value)}
          />
        )}
      </Field>
      <RolePicker given={given} onChange={setGiven} />
      <p className="text-ink-3 text-xs">
        After the first day of an organisation, approver, governor and administrator count once they have joined and a
        second administrator or governor has agreed.
      </p>
    </FormDialog>
  )
}

function Sent({ mailed, email, link }: Invited) {
  return (
    <div className="flex flex-col gap-3">
      <p>
        {mailed
          ? `A mail is on its way to ${email}.`
          : `Give this link to ${email}. It works once and is not shown again.`}
      </p>
      {link && <CopyId value={link} className="rounded-md border bg-sunken px-2.5 py-1.5" />}
    </div>
  )
}
