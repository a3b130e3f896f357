'use client'
import { X } from 'lucide-react'
import { useId } from 'react'
import { Revealed } from '@/components/action/hostile-text'
import { IconButton } from '@/components/ui/button'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { kindsFor } from '@/lib/grant/check'
import type { ConstraintKind } from '@/lib/grant/constraint'
import type { Meaning } from '@/lib/tool/tool'
import { type ParamDraft, typedAs } from './line-draft'

const kindWords: Readonly<Record<ParamDraft['kind'], string>> = {
  equals: 'is exactly',
  one_of: 'is one of',
  at_most: 'is at most',
  prefix: 'begins with',
  max_length: 'any text, up to',
  absent: 'is left out',
}
const order: readonly ParamDraft['kind'][] = ['equals', 'one_of', 'at_most', 'prefix', 'max_length', 'absent']
const placeholders: Readonly<Record<ConstraintKind, string>> = {
  equals: 'Value',
  one_of: 'One value a line',
  at_most: '100',
  prefix: 'Its beginning',
  max_length: 'Characters',
}
const typing = [
  { value: 'text', label: 'as text' },
  { value: 'json', label: 'as number or JSON' },
]

/** Could what is typed be meant as a number, true, false or a structure as well as text? */
function isAmbiguous(text: string): boolean {
  try {
    return typeof JSON.parse(text) !== 'string'
  } catch {
    return false
  }
}

/** One parameter of the tool: what it may be in a covered action. */
export function ParamField({
  param,
  type,
  meaning,
  error,
  onChange,
  onRemove,
}: {
  param: ParamDraft
  type: string | null
  meaning: Meaning | null
  error: string | undefined
  onChange: (param: ParamDraft) => void
  onRemove: (() => void) | undefined
}) {
  const id = useId()
  const allowed: readonly ParamDraft['kind'][] = kindsFor(meaning)
  const offered = order.filter(kind => kind === 'absent' || kind === param.kind || allowed.includes(kind))
  const isValue = param.kind === 'equals' || param.kind === 'one_of'
  const unsure = param.as === 'json' || param.text.split('\n').some(isAmbiguous)
  const bind = {
    'aria-label': `${param.name}: value`,
    value: param.text,
    spellCheck: false,
    autoComplete: 'off',
    ...(error ? { 'aria-invalid': true as const, 'aria-describedby': `${id}-error` } : {}),
  }
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3 gap-y-1.5 sm:grid-cols-[minmax(0,9rem)_9.5rem_minmax(0,1fr)_auto]">
        <p className="min-w-0 pt-1.5 text-sm">
          <code className="font-mono text-xs [overflow-wrap:anywhere]">
            <Revealed text={param.name} />
          </code>
          {meaning && meaning !== 'other' && meaning !== param.name && (
            <span className="block text-ink-3 text-xs">{meaning.replace('_', ' ')}</span>
          )}
        </p>
        <Select
          className="col-span-2 row-start-2 w-full sm:col-span-1 sm:col-start-2 sm:row-start-1"
          label={`${param.name}: may be`}
          value={param.kind}
          onChange={value => {
            const kind = offered.find(one => one === value)
            if (kind) onChange({ ...param, kind })
          }}
          choices={offered.map(kind => ({ value: kind, label: kindWords[kind] }))}
        />
        {param.kind !== 'absent' && (
          <div className="col-span-2 flex min-w-0 flex-col gap-1.5 sm:col-span-1 sm:col-start-3 sm:row-start-1">
            {param.kind === 'one_of' ? (
              <Textarea
                {...bind}
                rows={Math.min(6, Math.max(2, param.text.split('\n').length))}
                placeholder={placeholders.one_of}
                onChange={event => onChange({ ...param, text: event.target.value })}
              />
            ) : (
              <Input
                {...bind}
                placeholder={placeholders[param.kind]}
                inputMode={param.kind === 'at_most' ? 'decimal' : param.kind === 'max_length' ? 'numeric' : undefined}
                onChange={event => onChange({ ...param, text: event.target.value })}
              />
            )}
            {isValue && unsure && (type === null || param.as !== typedAs(type)) && (
              <Select
                className="w-full text-xs sm:w-auto sm:self-start"
                label={`${param.name}: compared`}
                value={param.as}
                onChange={value => onChange({ ...param, as: value === 'json' ? 'json' : 'text' })}
                choices={typing}
              />
            )}
          </div>
        )}
        {onRemove && (
          <IconButton
            label={`Remove parameter ${param.name}`}
            className="col-start-2 row-start-1 sm:col-start-4"
            onClick={onRemove}
          >
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      {error && (
        <p id={`${id}-error`} className="text-denied text-xs">
          {error}
        </p>
      )}
    </li>
  )
}

/** Naming a parameter that the catalogue does not know. */
export function AddParam({ taken, onAdd }: { taken: readonly string[]; onAdd: (name: string) => void }) {
  const add = (field: HTMLInputElement) => {
    const name = field.value.trim()
    if (name === '' || taken.includes(name)) return
    onAdd(name)
    field.value = ''
  }
  return (
    <Input
      aria-label="Another parameter"
      placeholder="Another parameter: its name, then Enter"
      maxLength={200}
      spellCheck={false}
      className="border-transparent bg-transparent font-mono text-xs sm:text-xs"
      onBlur={event => add(event.currentTarget)}
      onKeyDown={event => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        add(event.currentTarget)
      }}
    />
  )
}
