'use client'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useRowKeys } from '@/components/ui/use-row-keys'
import { isId } from '@/lib/kernel/id'
import { draftOf, type LevelDraft, type PolicyDraft, type PolicyItem, savePolicy } from './escalation'
import { HoursFields } from './hours-fields'
import { LevelFields } from './level-fields'
import { PreviewPanel } from './preview-panel'

const risks = [
  { value: 'low', label: 'every risk' },
  { value: 'medium', label: 'medium risk and above' },
  { value: 'high', label: 'high risk and above' },
  { value: 'critical', label: 'critical risk' },
] as const
const everyTeam = 'every-team'

const freshLevel: LevelDraft = {
  who: [{ kind: 'owner' }, { kind: 'backup' }],
  after: { seconds: 900 },
  working: false,
  channels: [],
  urgent: false,
  repeat: null,
  adds: false,
}
const emptyDraft: PolicyDraft = {
  name: '',
  team_id: null,
  min_risk: 'low',
  calendar: null,
  reminders: [50, 90],
  levels: [freshLevel],
}

/** A new policy, or what one says; with who would be told by it, before it is saved. */
export function PolicyDialog({ policy, onClose }: { policy: PolicyItem | null; onClose: () => void }) {
  const [draft, setDraft] = useState<PolicyDraft>(() => (policy ? draftOf(policy) : emptyDraft))
  const teams = useList<Named>('team', 'teams', { limit: 200 }).data?.items ?? []
  const rows = useRowKeys(draft.levels.length)
  const fresh = useFreshSignIn()
  const submit = useSubmit(() => fresh.run(() => savePolicy(policy, draft)), onClose)
  const setLevel = (at: number, level: LevelDraft) =>
    setDraft({ ...draft, levels: draft.levels.map((one, n) => (n === at ? level : one)) })
  const remind = (share: 50 | 90, on: boolean) =>
    setDraft({
      ...draft,
      reminders: ([50, 90] as const).filter(one => (one === share ? on : draft.reminders.includes(one))),
    })
  return (
    <>
      <FormDialog
        wide
        title={policy ? `Change ${policy.name}` : 'New escalation policy'}
        description="It counts for every open hold from the moment it is saved. It adds people; it never asks fewer, and never waits longer."
        verb="Save"
        busy={submit.busy}
        problem={fresh.asking ? '' : submit.general}
        onSend={() => void submit.run()}
        onClose={onClose}
      >
        <Field label="Name" error={submit.at('/name')}>
          {bind => (
            <Input
              {...bind}
              data-first
              required
              maxLength={80}
              value={draft.name}
              onChange={event => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-4">
          <Field label="For agents of">
            {bind => (
              <Select
                {...bind}
                value={draft.team_id ?? everyTeam}
                choices={[
                  { value: everyTeam, label: 'every team' },
                  ...teams.map(one => ({ value: one.id, label: one.name })),
                ]}
                onChange={id => setDraft({ ...draft, team_id: isId('tea', id) ? id : null })}
              />
            )}
          </Field>
          <Field label="At">
            {bind => (
              <Select
                {...bind}
                value={draft.min_risk}
                choices={risks}
                onChange={risk => {
                  const known = risks.find(one => one.value === risk)
                  if (known) setDraft({ ...draft, min_risk: known.value })
                }}
              />
            )}
          </Field>
        </div>
        <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
          <legend className="mb-1 font-medium text-sm">Remind those who were told and may decide</legend>
          <Checkbox checked={draft.reminders.includes(50)} onChange={on => remind(50, on)}>
            at half of the time
          </Checkbox>
          <Checkbox checked={draft.reminders.includes(90)} onChange={on => remind(90, on)}>
            at nine tenths
          </Checkbox>
        </fieldset>
        <ol className="flex flex-col gap-3" aria-label="Levels">
          {draft.levels.map((level, at) => (
            <LevelFields
              key={rows.keys[at]}
              level={level}
              number={at + 1}
              last={at === draft.levels.length - 1}
              at={submit.at}
              onChange={next => setLevel(at, next)}
              onRemove={() => {
                rows.remove(at)
                setDraft({ ...draft, levels: draft.levels.filter((_, n) => n !== at) })
              }}
            />
          ))}
        </ol>
        {draft.levels.length < 10 && (
          <div>
            <Button onClick={() => setDraft({ ...draft, levels: [...draft.levels, freshLevel] })}>
              <Plus aria-hidden /> Another level
            </Button>
          </div>
        )}
        <HoursFields calendar={draft.calendar} onChange={calendar => setDraft({ ...draft, calendar })} at={submit.at} />
        <PreviewPanel draft={draft} />
      </FormDialog>
      {fresh.dialog}
    </>
  )
}
