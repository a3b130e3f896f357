'use client'
import { Trash2 } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { environments } from '@/lib/kernel/scale'
import type { ToolChoice } from './grant-draft'
import { type LineDraft, step, withTool } from './line-draft'
import { AddParam, ParamField } from './param-field'
import type { PickedTool } from './tool-choices'

const resources = [
  { value: 'none', label: 'Names no resource' },
  { value: 'exact', label: 'One resource' },
  { value: 'prefix', label: 'Ids that begin with' },
] as const

interface Props {
  readonly line: LineDraft
  readonly title: string
  readonly tools: readonly PickedTool[]
  readonly tool: ToolChoice | undefined
  /** Where the agent is registered. */
  readonly registered: string
  /** What is wrong at a pointer below the line. */
  readonly at: (pointer: string) => string | undefined
  readonly onChange: (line: LineDraft) => void
  readonly onRemove: (() => void) | undefined
}

/** Which tool, where, and on what. */
function What({ line, tools, tool, registered, at, onChange }: Omit<Props, 'title' | 'onRemove'>) {
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Tool" error={at('/tool') ?? at('/operation')}>
          {bind => (
            <Select
              id={bind.id}
              className="w-full"
              invalid={bind['aria-invalid']}
              value={line.tool}
              placeholder="Choose a tool"
              onChange={name => {
                const chosen = tools.find(one => one.tool.name === name)
                if (chosen) onChange(withTool(line, name, chosen.tool))
              }}
              choices={tools.map(one => ({ value: one.tool.name, label: one.tool.name, hint: one.hint }))}
            />
          )}
        </Field>
        <Field label="Environment">
          {({ id }) => (
            <Select
              id={id}
              className="w-full"
              value={line.environment ?? 'own'}
              onChange={value =>
                onChange({ ...line, environment: environments.find(environment => environment === value) ?? null })
              }
              choices={[
                { value: 'own', label: `Where the agent is registered (${registered})` },
                ...environments.map(value => ({ value, label: value })),
              ]}
            />
          )}
        </Field>
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label="Resource">
          {({ id }) => (
            <Select
              id={id}
              className="w-full"
              value={line.resource}
              onChange={value =>
                onChange({ ...line, resource: resources.find(one => one.value === value)?.value ?? 'none' })
              }
              choices={resources}
            />
          )}
        </Field>
        {line.resource !== 'none' && (
          <>
            <Field label="Type" error={at('/resource/type')}>
              {bind => (
                <Input
                  {...bind}
                  className="font-mono"
                  value={line.type}
                  placeholder="invoice"
                  onChange={event => onChange({ ...line, type: event.target.value })}
                />
              )}
            </Field>
            <Field label={line.resource === 'prefix' ? 'Id begins with' : 'Id'} error={at('/resource/id')}>
              {bind => (
                <Input
                  {...bind}
                  className="font-mono"
                  value={line.id}
                  placeholder={line.resource === 'prefix' ? 'INV-2026-' : 'INV-2026-81'}
                  onChange={event => onChange({ ...line, id: event.target.value })}
                />
              )}
            </Field>
          </>
        )}
      </div>
      {tool && line.operation && line.operation !== tool.classified?.operation && (
        <p className="text-ink-2 text-xs">Only where the action is judged to {line.operation}.</p>
      )}
    </>
  )
}

/** How often, and how much in all. */
function HowMuch({ line, at, onChange }: Pick<Props, 'line' | 'at' | 'onChange'>) {
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      <Field label="Times, in all" error={at('/count')}>
        {bind => (
          <Input
            {...bind}
            inputMode="numeric"
            value={line.count}
            onChange={event => onChange({ ...line, count: event.target.value })}
          />
        )}
      </Field>
      <div className="col-span-2 grid grid-cols-[minmax(0,1fr)_5.5rem] gap-3 max-sm:order-last">
        <Field label="Amount, in all" optional error={at('/amount/value')}>
          {bind => (
            <Input
              {...bind}
              inputMode="decimal"
              value={line.sum}
              placeholder="not summed"
              onChange={event => onChange({ ...line, sum: event.target.value })}
            />
          )}
        </Field>
        <Field label="Currency" error={at('/amount/currency')}>
          {bind => (
            <Input
              {...bind}
              maxLength={3}
              className="uppercase"
              value={line.currency}
              onChange={event => onChange({ ...line, currency: event.target.value.toUpperCase() })}
            />
          )}
        </Field>
      </div>
    </div>
  )
}

/** One class of action as a form: the tool, what it is used on, what each parameter may be, how often and how much. */
export function LineForm(props: Props) {
  const { line, title, tool, at, onChange, onRemove } = props
  const change = (name: string, next: LineDraft['params'][number] | null) =>
    onChange({ ...line, params: line.params.flatMap(one => (one.name === name ? (next ?? []) : one)) })
  return (
    <fieldset className="relative flex min-w-0 flex-col gap-3 rounded-lg border bg-surface p-3.5">
      <legend className="-ml-1 px-1 font-semibold text-sm">{title}</legend>
      {onRemove && (
        <IconButton
          label={`Remove ${title.toLowerCase()}`}
          className="absolute -top-6 right-2 border bg-raised"
          onClick={onRemove}
        >
          <Trash2 aria-hidden />
        </IconButton>
      )}
      <What {...props} />
      {line.tool !== '' && (
        <div className="flex flex-col gap-1.5">
          <p className="font-medium text-sm" id={`${line.key}-parameters`}>
            Parameters
          </p>
          <div className="rounded-md border">
            <ul aria-labelledby={`${line.key}-parameters`} className="divide-y">
              {line.params.map(param => (
                <ParamField
                  key={param.name}
                  param={param}
                  type={tool?.parameters.find(one => one.name === param.name)?.type ?? null}
                  meaning={tool?.classified?.parameters[param.name] ?? null}
                  error={at(`/params/${step(param.name)}`)}
                  onChange={next => change(param.name, next)}
                  onRemove={param.added ? () => change(param.name, null) : undefined}
                />
              ))}
            </ul>
            <div className={line.params.length > 0 ? 'border-t px-1 py-1' : 'px-1 py-1'}>
              <AddParam
                taken={line.params.map(one => one.name)}
                onAdd={name => {
                  const added = { name, kind: 'equals', text: '', as: 'text', added: true } as const
                  onChange({ ...line, params: [...line.params, added] })
                }}
              />
            </div>
          </div>
          <p className="text-ink-3 text-xs">An action that has any other parameter is not covered.</p>
        </div>
      )}
      <HowMuch line={line} at={at} onChange={onChange} />
    </fieldset>
  )
}
