'use client'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { classifications } from '@/lib/kernel/scale'
import { classificationIn, type Draft, kindOf } from './draft'
import { SecretRows } from './secret-rows'

/** What is said of how a server is called, for adding and for changing one. `at` is what is wrong with a field. */
export function MannerFields({
  draft,
  onChange,
  at,
}: {
  draft: Draft
  onChange: (draft: Draft) => void
  at: (pointer: string) => string | undefined
}) {
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part })
  const isAddress = kindOf(draft) === 'address'
  return (
    <>
      <SecretRows
        what={isAddress ? 'header' : 'variable'}
        rows={draft.secrets}
        onChange={secrets => set({ secrets })}
        error={at(isAddress ? '/headers' : '/env') ?? at('/keep')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="What it returns counts as">
          {bind => (
            <Select
              id={bind.id}
              value={draft.classification ?? 'unsaid'}
              onChange={value => set({ classification: classificationIn(value) })}
              choices={[
                { value: 'unsaid', label: 'not said' },
                ...classifications.map(value => ({ value, label: value })),
              ]}
            />
          )}
        </Field>
        <Field label="A call may take (seconds)" error={at('/timeout_seconds')}>
          {bind => (
            <Input
              {...bind}
              type="number"
              min={1}
              max={3_600}
              required
              value={draft.timeout}
              onChange={event => set({ timeout: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  )
}
