'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import type { Application } from './applications'

const nobody = 'nobody'

/** An application: its team, and the two different people who answer for its agents. */
export function ApplicationDialog({ application, onClose }: { application: Application | null; onClose: () => void }) {
  const teams = useList<Named>('team', 'teams', { limit: 200 }).data?.items ?? []
  const people = useList<Named & { status: string }>('member', 'members', { limit: 200 }).data?.items ?? []
  const [name, setName] = useState(application?.name ?? '')
  const [team, setTeam] = useState(application?.team.id ?? '')
  const [owner, setOwner] = useState(application?.owner.id ?? '')
  const [backup, setBackup] = useState(application?.backup?.id ?? nobody)
  const [tried, setTried] = useState(false)
  const submit = useSubmit(
    () => {
      const body = { name: name.trim(), team_id: team, owner_id: owner, backup_id: backup === nobody ? null : backup }
      return application
        ? call<{ hold_id?: string } | null>(`/api/console/applications/${application.id}`, {
            method: 'PATCH',
            body,
            ifMatch: application.etag,
          })
        : call<{ hold_id?: string } | null>('/api/console/applications', { method: 'POST', body })
    },
    asked => {
      if (asked && 'hold_id' in asked)
        toast('It waits until others agree', {
          description: 'Until then everything stays as it is. Where nobody else could, it is done at once.',
        })
      onClose()
    },
  )
  const active = people.filter(one => one.status === 'active').map(one => ({ value: one.id, label: one.name }))
  const missing = (value: string) => (tried && value === '' ? 'This is needed.' : undefined)
  return (
    <FormDialog
      title={application ? application.name : 'A new application'}
      verb="Save"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => {
        setTried(true)
        if (name.trim() !== '' && team !== '' && owner !== '') void submit.run()
      }}
      onClose={onClose}
    >
      <Field label="Name" error={submit.at('/name') ?? missing(name.trim())}>
        {bind => (
          <Input {...bind} autoFocus maxLength={100} value={name} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <Field label="Team" hint="Its approvers decide for these agents." error={submit.at('/team_id') ?? missing(team)}>
        {bind => (
          <Select
            id={bind.id}
            value={team}
            onChange={setTeam}
            placeholder="Choose"
            choices={teams.map(one => ({ value: one.id, label: one.name }))}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Owner" hint="Answers for its agents." error={submit.at('/owner_id') ?? missing(owner)}>
          {bind => <Select id={bind.id} value={owner} onChange={setOwner} placeholder="Choose" choices={active} />}
        </Field>
        <Field label="Backup" hint="For when the owner is away." error={submit.at('/backup_id')}>
          {bind => (
            <Select
              id={bind.id}
              value={backup}
              onChange={setBackup}
              choices={[{ value: nobody, label: 'nobody' }, ...active.filter(one => one.value !== owner)]}
            />
          )}
        </Field>
      </div>
    </FormDialog>
  )
}
