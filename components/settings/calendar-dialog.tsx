'use client'
import Link from 'next/link'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { weekdays } from '@/lib/access/calendar'

export interface TeamCalendar {
  readonly time_zone: string
  readonly working_hours: Readonly<Record<string, readonly [string, string]>>
}

const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** When a team works. Longer hours, or another time zone, wait for a second person: rules for off hours lean on them. */
export function CalendarDialog({
  team,
  onClose,
}: {
  team: { readonly id: string; readonly name: string; readonly etag: string; readonly calendar: TeamCalendar }
  onClose: () => void
}) {
  const [zone, setZone] = useState(team.calendar.time_zone)
  const [hours, setHours] = useState<TeamCalendar['working_hours']>(team.calendar.working_hours)
  const [holdId, setHoldId] = useState('')
  const submit = useSubmit(
    () =>
      call<{ hold_id?: string }>(`/api/console/teams/${team.id}/calendar`, {
        method: 'PUT',
        body: { time_zone: zone.trim(), working_hours: hours },
        ifMatch: team.etag,
      }),
    answer => (answer.hold_id ? setHoldId(answer.hold_id) : onClose()),
  )
  const set = (day: number, time: readonly [string, string] | null) =>
    setHours(({ [day]: _, ...others }) => (time ? { ...others, [day]: time } : others))
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
          <Field label="Time zone" hint="For example Europe/Berlin" error={submit.at('/time_zone')}>
            {bind => (
              <Input
                {...bind}
                data-first
                list="time-zones"
                value={zone}
                onChange={event => setZone(event.target.value)}
              />
            )}
          </Field>
          <datalist id="time-zones">
            {['UTC', ...Intl.supportedValuesOf('timeZone')].map(one => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1.5 font-medium text-sm">Working hours</legend>
            {weekdays.map(day => (
              <DayLine key={day} name={names[day - 1] ?? ''} hours={hours[day]} onChange={time => set(day, time)} />
            ))}
          </fieldset>
          <FormProblem
            text={
              submit.at('/time_zone')
                ? ''
                : submit.general && 'Each day must end after it begins, as in 08:00 to 18:00.'
            }
          />
        </form>
      )}
    </Dialog>
  )
}

function DayLine({
  name,
  hours,
  onChange,
}: {
  name: string
  hours: readonly [string, string] | undefined
  onChange: (hours: readonly [string, string] | null) => void
}) {
  const time = (label: string, value: string, set: (value: string) => void) => (
    <Input
      aria-label={`${name}, ${label}`}
      className="num max-w-24"
      inputMode="numeric"
      maxLength={5}
      value={value}
      onChange={event => set(event.target.value)}
    />
  )
  return (
    <div className="flex min-h-9 items-center gap-2">
      <label className="flex w-32 shrink-0 items-center gap-2 text-sm">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={hours !== undefined}
          onChange={event => onChange(event.target.checked ? ['08:00', '18:00'] : null)}
        />
        {name}
      </label>
      {hours ? (
        <>
          {time('from', hours[0], from => onChange([from, hours[1]]))}
          <span aria-hidden>–</span>
          {time('to', hours[1], to => onChange([hours[0], to]))}
        </>
      ) : (
        <span className="text-ink-3 text-sm">free</span>
      )}
    </div>
  )
}
