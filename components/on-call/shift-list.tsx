import { TriangleAlert } from 'lucide-react'
import { Button } from '@/components/ui/button'
import type { ShiftItem } from './schedules'
import { shownIn } from './times'

/** The same shifts as lines: on phones, and for whoever would rather read. */
export function ShiftList({
  shifts,
  zone,
  colours,
  onTakeOver,
}: {
  shifts: readonly ShiftItem[]
  zone: string
  colours: ReadonlyMap<string, string>
  onTakeOver: ((shift: ShiftItem) => void) | null
}) {
  return (
    <ul className="divide-y rounded-lg border bg-surface" aria-label="Shifts">
      {shifts.map(shift => (
        <li key={shift.from} className="flex items-center gap-3 px-3 py-2">
          {shift.person ? (
            <span
              aria-hidden
              className="h-8 w-1.5 shrink-0 rounded-full"
              style={{ background: colours.get(shift.person.id) }}
            />
          ) : (
            <TriangleAlert className="size-4 shrink-0 text-denied" aria-hidden />
          )}
          <span className="min-w-0 flex-1">
            <span className={shift.person ? 'block truncate font-medium' : 'block font-medium text-denied'}>
              {shift.person ? <bdi>{shift.person.name ?? 'somebody'}</bdi> : 'Nobody'}
            </span>
            <span className="block text-ink-2 text-xs">
              {shownIn(zone, shift.from)} to {shownIn(zone, shift.until)}
            </span>
          </span>
          {onTakeOver && (
            <Button size="sm" look="quiet" onClick={() => onTakeOver(shift)}>
              {shift.person ? 'Replace…' : 'Fill…'}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
