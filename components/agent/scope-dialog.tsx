'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { SecondPerson } from '@/components/hold/second-person'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Ask } from '@/lib/agent/agent'
import { askWords } from '@/lib/agent/words'
import {
  type Classification,
  classifications,
  type Environment,
  environments,
  type Operation,
  operations,
} from '@/lib/kernel/scale'
import type { AgentDetail } from './agents'

const asks: readonly Ask[] = ['writes', 'high_impact', 'never']

function Ticks<T extends string>({
  label,
  all,
  chosen,
  onChange,
}: {
  label: string
  all: readonly T[]
  chosen: readonly T[]
  onChange: (chosen: T[]) => void
}) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">{label}</legend>
      <div className="flex flex-wrap gap-x-3 gap-y-0.5">
        {all.map(one => (
          <Checkbox
            key={one}
            checked={chosen.includes(one)}
            onChange={on => onChange(on ? [...chosen, one] : chosen.filter(other => other !== one))}
          >
            {one}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  )
}

/** Giving a scope. On a working agent outside development a second person must agree; then the answer is an approval. */
export function ScopeDialog({ agent, onClose }: { agent: AgentDetail; onClose: () => void }) {
  const [tool, setTool] = useState('')
  const [resource, setResource] = useState('*')
  const [chosen, setChosen] = useState<readonly Operation[]>(['read'])
  const [places, setPlaces] = useState<readonly Environment[]>([agent.environment])
  const [ceiling, setCeiling] = useState<Classification>('internal')
  const [ask, setAsk] = useState<Ask>('writes')
  const [holdId, setHoldId] = useState('')
  const submit = useSubmit(
    () =>
      call<{ hold_id?: string }>(`/api/console/agents/${agent.id}/scopes`, {
        method: 'POST',
        body: {
          tool_pattern: tool.trim(),
          resource_pattern: resource.trim(),
          operations: chosen,
          environments: places,
          ceiling,
          ask,
        },
      }),
    answer => (answer.hold_id ? setHoldId(answer.hold_id) : onClose()),
  )
  return (
    <FormDialog
      wide
      title={`Give ${agent.name} a scope`}
      description="It widens what this agent may ever do. Rules still decide each call."
      verb="Give it"
      busy={submit.busy}
      disabled={tool.trim() === '' || chosen.length === 0}
      problem={submit.general}
      onSend={() => void submit.run()}
      onClose={onClose}
      answer={holdId && <SecondPerson hold={holdId} />}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Tools" hint="A name, or a pattern: crm.*" error={submit.at('/tool_pattern')}>
          {bind => (
            <Input
              {...bind}
              autoFocus
              className="font-mono"
              value={tool}
              onChange={event => setTool(event.target.value)}
            />
          )}
        </Field>
        <Field label="Resources" hint="type:id, * stands for anything" error={submit.at('/resource_pattern')}>
          {bind => (
            <Input
              {...bind}
              className="font-mono"
              value={resource}
              onChange={event => setResource(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Ticks label="Operations" all={operations} chosen={chosen} onChange={setChosen} />
      <Ticks label="Environments" all={environments} chosen={places} onChange={setPlaces} />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Most sensitive data">
          {bind => (
            <Select
              id={bind.id}
              value={ceiling}
              onChange={value => setCeiling(classifications.find(one => one === value) ?? 'internal')}
              choices={classifications.map(value => ({ value, label: value }))}
            />
          )}
        </Field>
        <Field label="When it asks">
          {bind => (
            <Select
              id={bind.id}
              value={ask}
              onChange={value => setAsk(asks.find(one => one === value) ?? 'writes')}
              choices={asks.map(value => ({ value, label: askWords[value] }))}
            />
          )}
        </Field>
      </div>
    </FormDialog>
  )
}
