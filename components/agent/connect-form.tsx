'use client'
import { useState } from 'react'
import { useList } from '@/components/data/list'
import { type Named, useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { ChoiceCards } from '@/components/ui/choice-cards'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Preset } from '@/lib/agent/preset'
import { type Environment, environments } from '@/lib/kernel/scale'
import { type Connected, connect } from './connect'
import { presetChoices } from './words'

/** Name, application, environment, preset: enough to begin. Everything can be refined on the agent's page. */
export function ConnectForm({ onConnected }: { onConnected: (agent: Connected) => void }) {
  const applications = useList<Named>('application', 'applications', { limit: 200 })
  const known = applications.data?.items ?? []
  const me = useMe().data
  const noneYet = applications.data?.items.length === 0
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState('')
  const [application, setApplication] = useState('')
  const [first, setFirst] = useState('My agents')
  const [environment, setEnvironment] = useState<Environment>('development')
  const [preset, setPreset] = useState<Preset>('writes_ask')
  const [tried, setTried] = useState(false)
  const submit = useSubmit(connect, onConnected)
  const chosen = application || (known[0]?.id ?? '')
  const home = noneYet && me ? { name: first.trim(), owner_id: me.id } : { id: chosen }
  return (
    <form
      className="flex flex-col gap-5"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        if (name.trim() === '' || (noneYet ? first.trim() : chosen) === '') return
        void submit.run({ name: name.trim(), purpose: purpose.trim(), home, environment, preset })
      }}
    >
      <Field
        label="Name"
        hint="How people will know it, e.g. invoice-payer"
        error={
          submit.at('/name') ??
          (submit.code === 'agent.confusable' ? submit.general : undefined) ??
          (tried && name.trim() === '' ? 'It needs a name.' : undefined)
        }
      >
        {bind => (
          <Input {...bind} autoFocus maxLength={100} value={name} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <Field label="What it is for" optional error={submit.at('/purpose')}>
        {bind => <Input {...bind} maxLength={500} value={purpose} onChange={event => setPurpose(event.target.value)} />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        {noneYet ? (
          <Field
            label="Application"
            hint="The first one. You answer for its agents."
            error={tried && first.trim() === '' ? 'It needs a name.' : undefined}
          >
            {bind => <Input {...bind} maxLength={80} value={first} onChange={event => setFirst(event.target.value)} />}
          </Field>
        ) : (
          <Field
            label="Application"
            hint="It inherits owner, backup and approvers."
            error={submit.at('/application_id') ?? (tried && chosen === '' ? 'Choose one.' : undefined)}
          >
            {bind => (
              <Select
                id={bind.id}
                value={chosen}
                placeholder={applications.isPending ? 'Loading…' : 'Choose'}
                onChange={setApplication}
                choices={known.map(one => ({ value: one.id, label: one.name }))}
              />
            )}
          </Field>
        )}
        <Field label="Environment" hint="In development its owner may decide alone.">
          {bind => (
            <Select
              id={bind.id}
              value={environment}
              onChange={value => setEnvironment(environments.find(one => one === value) ?? 'development')}
              choices={environments.map(value => ({ value, label: value }))}
            />
          )}
        </Field>
      </div>
      <div className="flex flex-col gap-1.5">
        <p className="font-medium text-sm">What it may do to begin with</p>
        <ChoiceCards
          label="Preset"
          columns={2}
          value={preset}
          onChange={value => setPreset(presetChoices.find(one => one.value === value)?.value ?? 'writes_ask')}
          choices={presetChoices}
        />
      </div>
      <FormProblem text={submit.general} />
      <Button type="submit" look="primary" size="lg" className="self-start" busy={submit.busy}>
        Register and issue a key
      </Button>
    </form>
  )
}
