import { WeekFields, type WeekItem } from '@/components/settings/week-fields'
import { Checkbox } from '@/components/ui/checkbox'
import { plainCalendar } from '@/lib/access/calendar'

/** Weekdays by the clock of this browser. */
const plain = (): WeekItem => ({ ...plainCalendar, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone })

/** Which hours “only working hours” means: those of the hold's team, or the policy's own. */
export function HoursFields({
  calendar,
  onChange,
  at,
}: {
  calendar: WeekItem | null
  onChange: (calendar: WeekItem | null) => void
  at: (pointer: string) => string | undefined
}) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-lg border p-3">
      <legend className="px-1 font-medium text-sm">Which working hours</legend>
      <Checkbox checked={calendar !== null} onChange={on => onChange(on ? plain() : null)}>
        Of its own, instead of those of the agent’s team
      </Checkbox>
      {calendar && <WeekFields week={calendar} onChange={onChange} at={pointer => at(`/calendar${pointer}`)} />}
    </fieldset>
  )
}
