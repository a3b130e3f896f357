'use client'
import type { AgentItem } from '@/components/agent/agents'
import { useMay } from '@/components/data/me'
import { ChoiceCards } from '@/components/ui/choice-cards'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { GrantDraft } from './grant-draft'
import { firstLife, LifeField } from './life-field'

const kinds = [
  { value: 'standing', label: 'Standing approval', hint: 'What keeps coming back. At most 30 days.' },
  { value: 'envelope', label: 'For one task', hint: 'What one task needs. At most a day.' },
  { value: 'break_glass', label: 'Break the glass', hint: 'An emergency. At most an hour; everybody is told.' },
] as const
const people = [
  { value: '1', label: 'One person' },
  { value: '2', label: 'Two people' },
  { value: '3', label: 'Three people' },
]

/** For whom, why, how long, how many must agree; and where it is bound to one session or task. */
export function GrantTerms({
  draft,
  agents,
  at,
  onChange,
}: {
  draft: GrantDraft
  agents: readonly AgentItem[]
  at: (pointer: string) => string | undefined
  onChange: (draft: GrantDraft) => void
}) {
  const loud = useMay('containment.contain')
  return (
    <>
      <ChoiceCards
        label="Kind"
        value={draft.kind}
        onChange={value => {
          const kind = kinds.find(one => one.value === value)?.value
          if (kind) onChange({ ...draft, kind, ...firstLife[kind] })
        }}
        choices={kinds.filter(one => loud || one.value !== 'break_glass')}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Agent" error={at('/agent_id')}>
          {bind => (
            <Select
              id={bind.id}
              className="w-full"
              invalid={bind['aria-invalid']}
              value={draft.agent_id}
              onChange={agent_id => onChange({ ...draft, agent_id })}
              placeholder="Choose an agent"
              choices={agents.map(one => ({ value: one.id, label: one.name, hint: one.team.name }))}
            />
          )}
        </Field>
        <Field label="People who must agree" error={at('/approvals')}>
          {bind => (
            <Select
              id={bind.id}
              className="w-full"
              value={draft.approvals}
              onChange={approvals => onChange({ ...draft, approvals })}
              choices={people}
            />
          )}
        </Field>
      </div>
      <p className="-mt-3.5 text-ink-3 text-xs">It lifts no hold that asks for more people than agree to it.</p>
      <Field
        label="Reason"
        hint={
          draft.kind === 'break_glass'
            ? 'What is wrong right now. Everybody reads it, and it is looked back at.'
            : 'Whoever agrees reads this; it is on record.'
        }
        error={at('/reason')}
      >
        {bind => (
          <Textarea
            {...bind}
            rows={2}
            value={draft.reason}
            maxLength={2_000}
            onChange={event => onChange({ ...draft, reason: event.target.value })}
          />
        )}
      </Field>
      <LifeField
        kind={draft.kind}
        life={draft.life}
        unit={draft.unit}
        error={at('/expires_in_seconds')}
        onChange={life => onChange({ ...draft, ...life })}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Only in session" optional error={at('/session')}>
          {bind => (
            <Input
              {...bind}
              className="font-mono"
              value={draft.session}
              maxLength={200}
              placeholder="any"
              onChange={event => onChange({ ...draft, session: event.target.value })}
            />
          )}
        </Field>
        <Field label="Only for task" optional error={at('/task')}>
          {bind => (
            <Input
              {...bind}
              className="font-mono"
              value={draft.task}
              maxLength={200}
              placeholder="any"
              onChange={event => onChange({ ...draft, task: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  )
}
