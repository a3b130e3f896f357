'use client'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { type Choice, Select } from '@/components/ui/select'
import { environments, operations } from '@/lib/kernel/scale'
import type { Field as TemplateField } from '@/lib/policy/template'

const choices: Readonly<Partial<Record<TemplateField['kind'], readonly Choice[]>>> = {
  effect: [
    { value: 'ask', label: 'It asks people' },
    { value: 'deny', label: 'It is denied' },
  ],
  who: [
    { value: 'team_approvers', label: 'Approvers of the owning team' },
    { value: 'any_approver', label: 'Approvers of the organisation' },
    { value: 'governing', label: 'Those who govern' },
    { value: 'classifiers', label: 'Those who may classify' },
  ],
  window: [
    { value: 'once', label: 'Each payment by itself' },
    { value: 'day', label: 'All within 24 hours' },
    { value: 'week', label: 'All within 7 days' },
    { value: 'month', label: 'All within 30 days' },
  ],
}
const several: Readonly<Partial<Record<TemplateField['kind'], readonly string[]>>> = { operations, environments }

interface Props {
  readonly field: TemplateField
  readonly value: unknown
  readonly error?: string
  readonly onChange: (value: unknown) => void
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Ticks, for what may be several of a few. */
function Several({ field, value, all, onChange }: Omit<Props, 'error'> & { all: readonly string[] }) {
  const ticked = listOf(value)
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium text-sm">{field.label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map(one => (
          <Checkbox
            key={one}
            checked={ticked.includes(one)}
            onChange={on => onChange(all.filter(other => (other === one ? on : ticked.includes(other))))}
          >
            {one}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  )
}

/** One field of a template's form, by its kind. */
export function TemplateFieldInput({ field, value, error, onChange }: Props) {
  const all = several[field.kind]
  if (all)
    return (
      <div>
        <Several field={field} value={value} all={all} onChange={onChange} />
        {error && <p className="mt-1 text-denied text-xs">Choose at least one.</p>}
      </div>
    )
  if (field.kind === 'flag')
    return (
      <Checkbox checked={value === true} onChange={onChange}>
        {field.label}
      </Checkbox>
    )
  const few = choices[field.kind]
  return (
    <Field label={field.label} hint={field.hint} error={error}>
      {bind =>
        few ? (
          <Select
            {...bind}
            className="w-full"
            label={field.label}
            value={String(value)}
            onChange={onChange}
            choices={few}
          />
        ) : field.kind === 'list' || field.kind === 'some' ? (
          <Textarea
            {...bind}
            rows={3}
            spellCheck={false}
            value={listOf(value).join('\n')}
            onChange={event => onChange(event.target.value === '' ? [] : event.target.value.split('\n'))}
          />
        ) : (
          <Input
            {...bind}
            value={String(value)}
            inputMode={field.kind === 'amount' ? 'decimal' : field.kind === 'approvals' ? 'numeric' : undefined}
            onChange={event => onChange(event.target.value)}
          />
        )
      }
    </Field>
  )
}
