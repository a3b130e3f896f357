'use client'
import { useState } from 'react'
import { useList } from '@/components/data/list'
import { type Named, useMay, useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Select } from '@/components/ui/select'
import { addAbsence, addOverride, type ScheduleDetail } from './schedules'
import { neededOnce, SpanFields, useSpan } from './span-fields'

/** Active people, as far as this person may list them; else those whom the schedule names. */
export function usePeople(named: readonly Named[]): readonly { readonly value: string; readonly label: string }[] {
  const listed = useList<Named & { status: string }>('member', 'members', { limit: 200 }).data?.items
  const people = listed?.filter(one => one.status === 'active') ?? named
  return people.map(one => ({ value: one.id, label: one.name }))
}

const nobody = 'nobody'
interface Given {
  readonly from: string
  readonly until: string
}

/** Somebody takes over for a time (`override`), or is away for a time (`absence`): who, from when until when. */
export function TakeoverDialog({
  kind,
  schedule,
  span: first,
  onClose,
}: {
  kind: 'override' | 'absence'
  schedule: ScheduleDetail
  /** What is filled in to begin with. */
  span: Given
  onClose: () => void
}) {
  const zone = schedule.time_zone
  const me = useMe().data
  const keeper = useMay('on_call.write')
  const people = usePeople(schedule.people)
  const [person, setPerson] = useState(kind === 'absence' ? (me?.id ?? '') : '')
  const [standIn, setStandIn] = useState(nobody)
  const span = useSpan(zone, () => ({ from: new Date(first.from), until: new Date(first.until) }))
  const [tried, setTried] = useState(false)
  const submit = useSubmit(async () => {
    const { given } = span
    if (!given) return
    await (kind === 'override'
      ? addOverride(schedule.id, person, given)
      : addAbsence(person, standIn === nobody ? null : standIn, given))
  }, onClose)
  const needed = neededOnce(tried)
  const others = people.filter(one => one.value !== person)
  const self = me ? [{ value: me.id, label: me.name }] : []
  return (
    <FormDialog
      title={kind === 'override' ? `Somebody takes over on ${schedule.name}` : 'Somebody is away'}
      description={
        kind === 'override'
          ? 'They are on call instead of whoever is planned. Afterwards all is as before.'
          : 'Whoever is away is on call nowhere. Without a stand-in their shifts are gaps.'
      }
      verb="Save"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => {
        setTried(true)
        if (person !== '' && span.given) void submit.run()
      }}
      onClose={onClose}
    >
      <Field
        label={kind === 'override' ? 'Who takes over' : 'Who is away'}
        error={submit.at('/person_id') ?? needed(person !== '')}
      >
        {bind => (
          <Select
            id={bind.id}
            value={person}
            onChange={setPerson}
            placeholder="Choose"
            choices={kind === 'absence' && !keeper ? self : people}
          />
        )}
      </Field>
      <SpanFields span={span} at={submit.at} needed={needed} />
      {kind === 'absence' && (
        <Field label="Who stands in" hint="One who decides already." error={submit.at('/stand_in_id')}>
          {bind => (
            <Select
              id={bind.id}
              value={standIn}
              onChange={setStandIn}
              choices={[{ value: nobody, label: 'nobody' }, ...others]}
            />
          )}
        </Field>
      )}
    </FormDialog>
  )
}
