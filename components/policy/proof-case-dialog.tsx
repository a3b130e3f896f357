'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { readGiven, writeGiven } from './proof-given'

export interface PolicyCase {
  readonly id: string
  readonly etag: string
  readonly name: string
  readonly given: Readonly<Record<string, unknown>>
  readonly want: 'allow' | 'constrain' | 'hold' | 'deny'
  readonly rules: readonly string[] | null
}

const wants = [
  { value: 'allow', label: 'Allowed' },
  { value: 'constrain', label: 'Narrowed' },
  { value: 'hold', label: 'Asked' },
  { value: 'deny', label: 'Denied' },
]

/** Writes a case, or takes it away. */
export function CaseDialog({ known, onClose }: { known: PolicyCase | null; onClose: () => void }) {
  const [name, setName] = useState(known?.name ?? '')
  const [text, setText] = useState(known ? writeGiven(known.given) : 'operation: pay\namount: 250.00')
  const [want, setWant] = useState<string>(known?.want ?? 'hold')
  const [rules, setRules] = useState(known?.rules?.join(', ') ?? '')
  const read = readGiven(text)
  const trail = rules
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')
  const path = `/api/console/policy/cases${known ? `/${known.id}` : ''}`
  const match = known ? { ifMatch: `"${known.etag}"` } : {}
  const save = useSubmit(
    () =>
      call(path, {
        method: known ? 'PUT' : 'POST',
        ...match,
        body: { name: name.trim(), given: read.given, want, rules: trail.length === 0 ? null : trail },
      }),
    onClose,
  )
  const remove = useSubmit(() => call(path, { method: 'DELETE', ...match }), onClose)
  return (
    <FormDialog
      title={known ? 'Case' : 'Add a case'}
      description="What must come of an action under every policy that is proposed."
      verb="Save"
      busy={save.busy}
      problem={save.error?.message ?? remove.error?.message ?? ''}
      aside={
        known && (
          <Button look="quiet" className="mr-auto" busy={remove.busy} onClick={() => void remove.run()}>
            Take away
          </Button>
        )
      }
      onSend={() => {
        if (read.fault === null) void save.run()
      }}
      onClose={onClose}
    >
      <Field label="Name" error={save.at('/name')}>
        {bind => (
          <Input {...bind} required maxLength={200} value={name} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <Field
        label="Facts"
        hint="One a line, as name: value. What is not named is an ordinary read in scope, in production."
        error={read.fault ?? undefined}
      >
        {bind => (
          <Textarea
            {...bind}
            rows={6}
            spellCheck={false}
            className="font-mono text-xs leading-5"
            value={text}
            onChange={event => setText(event.target.value)}
          />
        )}
      </Field>
      <Field label="It must be">
        {bind => <Select id={bind.id} value={want} onChange={setWant} choices={wants} />}
      </Field>
      <Field label="By exactly these rules" optional hint="Their ids, with commas between.">
        {bind => <Input {...bind} value={rules} spellCheck={false} onChange={event => setRules(event.target.value)} />}
      </Field>
    </FormDialog>
  )
}
