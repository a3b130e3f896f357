'use client'
import { Lightbulb } from 'lucide-react'
import { useState } from 'react'
import { HostileText } from '@/components/action/hostile-text'
import { useMayEverywhere } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { SecondPerson } from '@/components/hold/second-person'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import { classifications, operations } from '@/lib/kernel/scale'
import { type Classified, meanings } from '@/lib/tool/tool'
import { classify, type ToolItem } from './tools'

/** What was said before, else what is suggested, else the strictest. */
function start(tool: ToolItem): Classified {
  const said = tool.classified ?? tool.hints
  const parameters = said?.parameters ?? {}
  return {
    operation: said?.operation ?? 'execute',
    reversible: said?.reversible ?? false,
    external: said?.external ?? false,
    asks_person: said?.asks_person ?? false,
    sensitivity: said?.sensitivity ?? null,
    parameters: Object.fromEntries(tool.parameters.map(one => [one.name, parameters[one.name] ?? 'other'])),
    sentence: said?.sentence ?? null,
  }
}

/** Says what a tool is; one press confirms what is suggested. Waiting calls are then decided anew by the rules. */
export function ClassifyForm({ tool, onDone }: { tool: ToolItem; onDone: () => void }) {
  const may = useMayEverywhere('tool.classify')
  const [said, setSaid] = useState(() => start(tool))
  const [holdId, setHoldId] = useState('')
  const set = (part: Partial<Classified>) => setSaid({ ...said, ...part })
  const submit = useSubmit(
    () => classify(tool, said),
    answer => {
      if (answer.hold_id) return setHoldId(answer.hold_id)
      toast(`${tool.name} is classified`, { description: 'What waited for it is decided anew.' })
      onDone()
    },
  )
  if (holdId)
    return <SecondPerson hold={holdId}>This is weaker than before, so a second person must agree.</SecondPerson>
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        void submit.run()
      }}
    >
      {tool.description && !tool.drift && (
        <HostileText text={tool.description} label="As its source describes it" limit={400} />
      )}
      {!tool.classified && tool.hints && (
        <p className="flex items-start gap-2 rounded-md bg-accent-soft px-3 py-2 text-accent text-xs">
          <Lightbulb className="mt-px size-3.5 shrink-0" aria-hidden />
          <span>
            {tool.hints.because?.length
              ? `Filled in from hints, which may be wrong. ${tool.hints.because.join(' ')}`
              : 'Nothing says what it does, so the strictest is filled in.'}
          </span>
        </p>
      )}
      <div className="grid grid-cols-2 gap-3">
        <Field label="What it does">
          {bind => (
            <Select
              id={bind.id}
              value={said.operation}
              onChange={value => set({ operation: operations.find(one => one === value) ?? 'execute' })}
              choices={operations.map(value => ({ value, label: value }))}
            />
          )}
        </Field>
        <Field label="Data it touches">
          {bind => (
            <Select
              id={bind.id}
              value={said.sensitivity ?? 'unsaid'}
              onChange={value => set({ sensitivity: classifications.find(one => one === value) ?? null })}
              choices={[
                { value: 'unsaid', label: 'not said: restricted' },
                ...classifications.map(value => ({ value, label: value })),
              ]}
            />
          )}
        </Field>
      </div>
      <div className="flex flex-col">
        <Checkbox checked={said.reversible} onChange={reversible => set({ reversible })}>
          It can be undone
        </Checkbox>
        <Checkbox checked={said.external} onChange={external => set({ external })}>
          Its effect leaves the organisation
        </Checkbox>
        <Checkbox checked={said.asks_person} onChange={value => set({ asks_person: value })}>
          It only asks a person, or hands over to one
        </Checkbox>
      </div>
      <Field
        label="Sentence"
        optional
        hint="What approvers read, e.g. Pay {amount} to {recipient}"
        error={submit.at('/sentence')}
      >
        {bind => (
          <Input
            {...bind}
            maxLength={200}
            value={said.sentence ?? ''}
            onChange={event => set({ sentence: event.target.value || null })}
          />
        )}
      </Field>
      {tool.parameters.length > 0 && (
        <fieldset>
          <legend className="mb-1.5 font-medium text-sm">What its arguments mean</legend>
          <ul className="divide-y rounded-md border">
            {tool.parameters.map(one => (
              <li key={one.name} className="flex items-center gap-3 px-3 py-1.5">
                <span className="min-w-0 flex-1 truncate font-mono text-xs" title={one.description ?? undefined}>
                  <bdi>{one.name}</bdi>
                </span>
                <Select
                  label={`Meaning of ${one.name}`}
                  value={said.parameters[one.name] ?? 'other'}
                  onChange={value =>
                    set({
                      parameters: { ...said.parameters, [one.name]: meanings.find(each => each === value) ?? 'other' },
                    })
                  }
                  choices={meanings.map(value => ({ value, label: value.replace('_', ' ') }))}
                />
              </li>
            ))}
          </ul>
        </fieldset>
      )}
      <FormProblem text={submit.general} />
      {may ? (
        <Button type="submit" look="primary" size="lg" busy={submit.busy}>
          {tool.status === 'classified' ? 'Save' : 'This is what it is'}
          {tool.waiting_calls > 0 && `: decide ${tool.waiting_calls} waiting`}
        </Button>
      ) : (
        <p className="text-ink-2 text-sm">An administrator or governor of the organisation says what a tool is.</p>
      )}
    </form>
  )
}
