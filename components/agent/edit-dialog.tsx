'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import { type Tier, tiers } from '@/lib/agent/agent'
import { tierWords } from '@/lib/agent/words'
import type { Accountable, AgentDetail } from './agents'

/** What stands for "whoever the application names". */
const inherit = 'inherit'

function own(person: Accountable | null): string {
  return person && !person.inherited ? person.id : inherit
}

/** What differs from what is stored; only that is sent. */
function changes(agent: AgentDetail, name: string, purpose: string, tier: Tier, owner: string, backup: string) {
  return {
    ...(name !== agent.name && { name }),
    ...(purpose !== agent.purpose && { purpose }),
    ...(tier !== agent.tier && { tier }),
    ...(owner !== own(agent.owner) && { owner_id: owner === inherit ? null : owner }),
    ...(backup !== own(agent.backup) && { backup_id: backup === inherit ? null : backup }),
  }
}

/** Who an agent is and who answers for it. What gives it more, or other people, becomes an approval for a second person. */
export function EditAgentDialog({ agent, onClose }: { agent: AgentDetail; onClose: () => void }) {
  const router = useRouter()
  const people = useList<Named & { status: string }>('member', 'members', { limit: 200 }).data?.items ?? []
  const [name, setName] = useState(agent.name)
  const [purpose, setPurpose] = useState(agent.purpose)
  const [tier, setTier] = useState<Tier>(agent.tier)
  const [owner, setOwner] = useState(own(agent.owner))
  const [backup, setBackup] = useState(own(agent.backup))
  const patch = changes(agent, name.trim(), purpose.trim(), tier, owner, backup)
  const submit = useSubmit(
    () =>
      call<{ hold_id?: string }>(`/api/console/agents/${agent.id}`, {
        method: 'PATCH',
        body: patch,
        ifMatch: agent.etag,
      }),
    answer => {
      onClose()
      if (!answer.hold_id) return toast('Saved')
      toast('A second person must agree to this')
      router.push(`/approvals/${answer.hold_id}`)
    },
  )
  const active = people.filter(one => one.status === 'active').map(one => ({ value: one.id, label: one.name }))
  const choices = (now: Accountable | null, other: string) => [
    { value: inherit, label: now?.inherited ? `${now.name} (application’s)` : 'as the application says' },
    ...active.filter(one => one.value !== other),
    ...(now && !now.inherited && !active.some(one => one.value === now.id) ? [{ value: now.id, label: now.name }] : []),
  ]
  return (
    <FormDialog
      title={`Edit ${agent.name}`}
      description="What gives it more, or puts it under other people, waits for a second person. The rest is done at once."
      verb="Save"
      busy={submit.busy}
      disabled={Object.keys(patch).length === 0 || name.trim() === ''}
      problem={
        submit.code === 'request.precondition_failed'
          ? 'Somebody has changed this agent meanwhile. Close this and look again; nothing was saved.'
          : submit.general
      }
      onSend={() => void submit.run()}
      onClose={onClose}
    >
      <Field label="Name" error={submit.at('/name') ?? (name.trim() === '' ? 'It needs a name.' : undefined)}>
        {bind => (
          <Input {...bind} autoFocus maxLength={100} value={name} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <Field label="What it is for" optional error={submit.at('/purpose')}>
        {bind => (
          <Textarea
            {...bind}
            rows={2}
            maxLength={500}
            value={purpose}
            onChange={event => setPurpose(event.target.value)}
          />
        )}
      </Field>
      <Field label="Criticality" error={submit.at('/tier')}>
        {bind => (
          <Select
            id={bind.id}
            value={tier}
            onChange={value => setTier(tiers.find(one => one === value) ?? tier)}
            choices={tiers.map(value => ({ value, label: tierWords[value] }))}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Owner" hint="Answers for it; never approves it." error={submit.at('/owner_id')}>
          {bind => <Select id={bind.id} value={owner} onChange={setOwner} choices={choices(agent.owner, backup)} />}
        </Field>
        <Field label="Backup" hint="For when the owner is away." error={submit.at('/backup_id')}>
          {bind => <Select id={bind.id} value={backup} onChange={setBackup} choices={choices(agent.backup, owner)} />}
        </Field>
      </div>
    </FormDialog>
  )
}
