'use client'
import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { GroupField, type Picked } from './group-field'
import { emptyGroup, type StageDraft } from './policy-draft'

/** How many of the groups must agree, in words. */
const howMany = (groups: number) => [
  { value: 'all', label: 'All of these groups agree' },
  ...Array.from({ length: groups - 1 }, (_, n) => ({
    value: String(n + 1),
    label: n === 0 ? 'Any of these groups agrees' : `At least ${n + 1} of these groups agree`,
  })),
]

/** One stage: who agrees, or a confirmation by whoever it is for. */
export function StageField({
  stage,
  at,
  picked,
  onChange,
  onRemove,
}: {
  stage: StageDraft
  at: number
  picked: Picked
  onChange: (stage: StageDraft) => void
  onRemove: (() => void) | undefined
}) {
  const { groups } = stage
  const change = (n: number, to: StageDraft['groups'][number] | null) =>
    onChange({ ...stage, of: to ? stage.of : 'all', groups: groups.flatMap((one, m) => (m === n ? (to ?? []) : one)) })
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-lg border p-3">
      <legend className="px-1 font-medium text-sm">Stage {at + 1}</legend>
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <Field label="What it is called">
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
          <IconButton label={`Remove stage ${at + 1}`} onClick={onRemove}>
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
        <>
          {groups.length > 1 && (
            <Select
              label={`Stage ${at + 1}: how many groups`}
              value={stage.of}
              onChange={of => onChange({ ...stage, of })}
              choices={howMany(groups.length)}
            />
          )}
          <ul className="flex flex-col gap-2">
            {groups.map((group, n) => (
              <GroupField
                key={group.key}
                group={group}
                name={`Stage ${at + 1}, group ${n + 1}`}
                picked={picked}
                onChange={to => change(n, to)}
                onRemove={groups.length > 1 ? () => change(n, null) : undefined}
              />
            ))}
          </ul>
          {groups.length < 6 && (
            <Button
              size="sm"
              className="self-start"
              onClick={() => onChange({ ...stage, groups: [...groups, emptyGroup()] })}
            >
              <Plus aria-hidden /> Another group
            </Button>
          )}
        </>
      )}
    </fieldset>
  )
}
