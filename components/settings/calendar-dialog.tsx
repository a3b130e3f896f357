'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { SecondPerson } from '@/components/hold/second-person'
import { FormDialog } from '@/components/ui/form-dialog'
import { WeekFields, type WeekItem } from './week-fields'

/** When a team works. Longer hours, or another time zone, wait for a second person: rules for off hours lean on them. */
export function CalendarDialog({
  team,
  onClose,
}: {
  team: { readonly id: string; readonly name: string; readonly etag: string; readonly calendar: WeekItem }
  onClose: () => void
}) {
  const [week, setWeek] = useState<WeekItem>(team.calendar)
  const [holdId, setHoldId] = useState('')
  const submit = useSubmit(
    () =>
      call<{ hold_id?: string }>(`/api/console/teams/${team.id}/calendar`, {
        method: 'PUT',
        body: { ...week, time_zone: week.time_zone.trim() },
        ifMatch: team.etag,
      }),
    answer => (answer.hold_id ? setHoldId(answer.hold_id) : onClose()),
  )
  return (
    <FormDialog
      title={`When ${team.name} works`}
      description="Rules may treat what happens outside these hours differently. Longer hours take a second person."
      verb="Save"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => void submit.run()}
      onClose={onClose}
      answer={holdId && <SecondPerson hold={holdId} />}
    >
      <WeekFields week={week} onChange={setWeek} at={submit.at} first />
    </FormDialog>
  )
}
