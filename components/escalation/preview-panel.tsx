'use client'
import { useState } from 'react'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { isId } from '@/lib/kernel/id'
import { type PolicyDraft, type Preview, previewPolicy } from './escalation'
import { StepsTimeline } from './steps-timeline'

/** Who would be told about a hold of an agent that opens at some moment, when and why. Nothing is saved or sent. */
export function PreviewPanel({ draft }: { draft: PolicyDraft }) {
  const agents = useList<Named>('agent', 'agents', { limit: 200 }).data?.items ?? []
  const [chosen, setChosen] = useState('')
  const [at, setAt] = useState('')
  const [shown, setShown] = useState<Preview | null>(null)
  const agent = chosen || (agents[0]?.id ?? '')
  const submit = useSubmit(
    () => {
      if (!isId('agt', agent)) throw new Error('Choose an agent.')
      const moment = at === '' ? new Date() : new Date(at)
      return previewPolicy({
        agent_id: agent,
        at: moment.toISOString(),
        risk: draft.min_risk,
        policy: { ...draft, name: draft.name.trim() || 'Draft' },
      })
    },
    found => setShown(found),
  )
  return (
    <fieldset className="flex flex-col gap-3 rounded-lg border bg-sunken p-3">
      <legend className="px-1 font-medium text-sm">Who would be told?</legend>
      <div className="flex flex-wrap items-end gap-3">
        <Field label="About a hold of">
          {bind => (
            <Select
              {...bind}
              value={agent}
              placeholder="An agent"
              choices={agents.map(one => ({ value: one.id, label: one.name }))}
              onChange={setChosen}
            />
          )}
        </Field>
        <Field label="That opens" hint="now, unless you say when">
          {bind => <Input {...bind} type="datetime-local" value={at} onChange={event => setAt(event.target.value)} />}
        </Field>
        <Button busy={submit.busy} disabled={agent === ''} onClick={() => void submit.run()}>
          Preview
        </Button>
      </div>
      <FormProblem text={submit.general} />
      {shown && (
        <div role="status" className="flex flex-col gap-2">
          <StepsTimeline label="Who would be told" steps={shown.steps} from={shown.at} />
          <p className="text-ink-3 text-xs">Then it ends: what nobody has decided by then is denied.</p>
        </div>
      )}
    </fieldset>
  )
}
