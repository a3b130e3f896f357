'use client'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { weekdayNames } from '@/lib/access/calendar'
import type { Preference } from '@/lib/access/notice'

type Quiet = Preference['quiet']

/** From 22 to 7 by the clock of this browser. */
const plain = (): NonNullable<Quiet> => ({
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  from: '22:00',
  until: '07:00',
  days: [],
})

/** Hours in which nothing comes that can wait. */
export function QuietHours({
  quiet,
  at,
  onChange,
}: {
  quiet: Quiet
  at: (pointer: string) => string | undefined
  onChange: (quiet: Quiet) => void
}) {
  const set = (more: Partial<NonNullable<Quiet>>) => onChange({ ...(quiet ?? plain()), ...more })
  const toggle = (day: NonNullable<Quiet>['days'][number], on: boolean) =>
    set({ days: on ? [...(quiet?.days ?? []), day].sort() : (quiet?.days ?? []).filter(one => one !== day) })
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 font-medium text-sm">Quiet hours</legend>
      <Checkbox checked={quiet !== null} onChange={on => onChange(on ? plain() : null)}>
        Hold back what can wait until they are over. What is urgent comes anyway.
      </Checkbox>
      {quiet && (
        <>
          <div className="flex flex-wrap gap-3">
            {(['from', 'until'] as const).map(end => (
              <Field key={end} label={end === 'from' ? 'From' : 'Until'} error={at(`/quiet/${end}`)}>
                {bind => (
                  <Input
                    {...bind}
                    type="time"
                    step={900}
                    className="w-32"
                    value={quiet[end]}
                    onChange={event => set({ [end]: event.target.value })}
                  />
                )}
              </Field>
            ))}
            <Field label="Time zone" error={at('/quiet/time_zone')}>
              {bind => (
                <Input
                  {...bind}
                  className="w-52"
                  maxLength={60}
                  value={quiet.time_zone}
                  onChange={event => set({ time_zone: event.target.value })}
                />
              )}
            </Field>
          </div>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <span className="text-ink-2 text-sm">All day on</span>
            {weekdayNames.map((name, index) => {
              const day = ([1, 2, 3, 4, 5, 6, 7] as const)[index] ?? 1
              return (
                <Checkbox key={name} checked={quiet.days.includes(day)} onChange={on => toggle(day, on)}>
                  {name}
                </Checkbox>
              )
            })}
          </div>
          {at('/quiet/days') && <p className="text-denied text-xs">{at('/quiet/days')}</p>}
        </>
      )}
    </fieldset>
  )
}
