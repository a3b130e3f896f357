'use client'
import { Trash2 } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Picked } from './asked-field'
import { PartsField } from './parts-field'
import type { StageDraft } from './policy-draft'

/** One stage: who agrees, or a confirmation by whoever it is for. */
export function StageField({
  stage,
  at,
  tried,
  picked,
  onChange,
  onRemove,
}: {
  stage: StageDraft
  at: number
  /** It was tried to be sent: what is missing is marked. */
  tried: boolean
  picked: Picked
  onChange: (stage: StageDraft) => void
  onRemove: (() => void) | undefined
}) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-lg border p-3">
      <legend className="px-1 font-medium text-sm">Stage {at + 1}</legend>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <Field label="What it is called" error={tried && stage.label.trim() === '' ? 'It needs a name.' : undefined}>
            {bind => (
              <Input
                {...bind}
                value={stage.label}
                placeholder={stage.confirm ? 'It is for you' : 'The team'}
                onChange={event => onChange({ ...stage, label: event.target.value })}
              />
            )}
          </Field>
        </div>
        {onRemove && (
          <IconButton label={`Remove stage ${at + 1}`} className="mt-6" onClick={onRemove}>
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </div>
      <Select
        label={`Stage ${at + 1}: what happens`}
        value={stage.confirm ? 'confirm' : 'approve'}
        onChange={value => onChange({ ...stage, confirm: value === 'confirm' })}
        choices={[
          { value: 'approve', label: 'People approve' },
          { value: 'confirm', label: 'Whoever it is for confirms' },
        ]}
      />
      {stage.confirm ? (
        <p className="text-ink-2 text-xs">
          The person whom the agent says it acts for says that it is for them. It counts as no approval.
        </p>
      ) : (
        <PartsField
          parts={stage.parts}
          of={stage.of}
          name={`Stage ${at + 1}`}
          picked={picked}
          onChange={to => onChange({ ...stage, ...to })}
        />
      )}
    </fieldset>
  )
}
