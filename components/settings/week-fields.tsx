import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { weekdayNames, weekdays } from '@/lib/access/calendar'

/** When people work: days that are not in it are free. */
export interface WeekItem {
  readonly time_zone: string
  readonly working_hours: Readonly<Record<string, readonly [string, string] | undefined>>
}

/** A time zone, and from when until when people work on each day of the week. */
export function WeekFields({
  week,
  onChange,
  at,
  first = false,
}: {
  week: WeekItem
  onChange: (week: WeekItem) => void
  /** What is wrong, by the pointer within the calendar. */
  at: (pointer: string) => string | undefined
  /** The cursor begins here. */
  first?: boolean
}) {
  const set = (day: number, time: readonly [string, string] | null) => {
    const { [day]: _, ...others } = week.working_hours
    onChange({ ...week, working_hours: time ? { ...others, [day]: time } : others })
  }
  return (
    <>
      <Field label="Time zone" hint="For example Europe/Berlin" error={at('/time_zone')}>
        {bind => (
          <Input
            {...bind}
            {...(first ? { 'data-first': true } : {})}
            list="time-zones"
            maxLength={64}
            value={week.time_zone}
            onChange={event => onChange({ ...week, time_zone: event.target.value })}
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
          <DayLine
            key={day}
            name={weekdayNames[day - 1] ?? ''}
            hours={week.working_hours[day]}
            onChange={time => set(day, time)}
            error={['', '/0', '/1'].map(end => at(`/working_hours/${day}${end}`)).find(one => one !== undefined)}
          />
        ))}
        {at('/working_hours') && <p className="text-denied text-xs">{at('/working_hours')}</p>}
      </fieldset>
    </>
  )
}

function DayLine({
  name,
  hours,
  onChange,
  error,
}: {
  name: string
  hours: readonly [string, string] | undefined
  onChange: (hours: readonly [string, string] | null) => void
  error?: string
}) {
  const time = (label: string, value: string, set: (value: string) => void) => (
    <Input
      aria-label={`${name}, ${label}`}
      aria-invalid={error ? true : undefined}
      className="num max-w-20"
      inputMode="numeric"
      maxLength={5}
      value={value}
      onChange={event => set(event.target.value)}
    />
  )
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1">
      <label className="flex min-h-11 w-28 shrink-0 items-center gap-2 text-sm sm:min-h-8">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={hours !== undefined}
          onChange={event => onChange(event.target.checked ? ['08:00', '18:00'] : null)}
        />
        {name}
      </label>
      {hours ? (
        <span className="flex items-center gap-2">
          {time('from', hours[0], from => onChange([from, hours[1]]))}
          <span aria-hidden>–</span>
          {time('to', hours[1], to => onChange([hours[0], to]))}
        </span>
      ) : (
        <span className="text-ink-3 text-sm">free</span>
      )}
      {error && <p className="basis-full text-denied text-xs">{error}</p>}
    </div>
  )
}
