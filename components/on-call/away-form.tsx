'use client'
import { useState } from 'react'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import type { StandInItem } from './own-absences'
import { addAbsence } from './schedules'
import { neededOnce, SpanFields, useSpan } from './span-fields'

const nobody = 'nobody'
const week = 7 * 86_400_000

/** Where somebody decides, in words. */
const decidesFor = ({ teams, everywhere }: StandInItem): string => {
  const all = [...(everywhere ? ['the organisation'] : []), ...teams]
  return `Decides for ${all.slice(0, 3).join(', ')}${all.length > 3 ? ' and others' : ''}`
}

/** I am away from then until then, and somebody stands in for me, or nobody does. */
export function AwayForm({ me, standIns }: { me: string; standIns: readonly StandInItem[] }) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const span = useSpan(zone, () => ({ from: new Date(), until: new Date(Date.now() + week) }))
  const [standIn, setStandIn] = useState('')
  const [tried, setTried] = useState(false)
  const needed = neededOnce(tried)
  const submit = useSubmit(
    async () => {
      if (span.given) await addAbsence(me, standIn === nobody ? null : standIn, span.given)
    },
    () => {
      setTried(false)
      setStandIn('')
      toast('Saved')
    },
  )
  return (
    <form
      aria-label="Say when you are away"
      className="flex flex-col gap-4 px-4 py-4"
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        if (span.given && standIn !== '') void submit.run()
      }}
    >
      <SpanFields span={span} at={submit.at} needed={needed} />
      <Field
        label="Who stands in for me"
        hint="They are told of what they may decide themselves; all else still comes to you."
        error={submit.at('/stand_in_id') ?? needed(standIn !== '')}
      >
        {bind => (
          <Select
            id={bind.id}
            className="w-full sm:max-w-sm"
            value={standIn}
            invalid={bind['aria-invalid']}
            placeholder="Choose"
            onChange={setStandIn}
            choices={[
              { value: nobody, label: 'Nobody', hint: 'Everything still comes to you' },
              ...standIns.map(one => ({ value: one.id, label: one.name, hint: decidesFor(one) })),
            ]}
          />
        )}
      </Field>
      <FormProblem text={submit.general} />
      <Button type="submit" look="primary" className="self-start" busy={submit.busy}>
        I am away then
      </Button>
    </form>
  )
}
