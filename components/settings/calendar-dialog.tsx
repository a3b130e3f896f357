'use client'
import Link from 'next/link'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { FormProblem } from '@/components/ui/form-problem'
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
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={`When ${team.name} works`}
      description="Rules may treat what happens outside these hours differently. Longer hours take a second person."
      footer={
        holdId ? (
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button look="primary" type="submit" form="calendar" busy={submit.busy}>
              Save
            </Button>
          </>
        )
      }
    >
      {holdId ? (
        <p role="status" className="text-sm">
          A second person must agree.{' '}
          <Link href={`/approvals/${holdId}`} className="font-medium text-accent underline underline-offset-2">
            See the approval
          </Link>
        </p>
      ) : (
        <form
          id="calendar"
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            void submit.run()
          }}
        >
          <WeekFields week={week} onChange={setWeek} at={submit.at} first />
          <FormProblem text={submit.general} />
        </form>
      )}
    </Dialog>
  )
}
