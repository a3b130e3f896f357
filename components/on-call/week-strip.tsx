'use client'
import { cx } from '@/components/ui/cx'
import type { ShiftItem } from './schedules'
import { dayShown, dayStart, shownIn } from './times'

/** Everybody in the order of their first shift gets a colour; the name always stands with it. */
export function coloursOf(shifts: readonly ShiftItem[]): ReadonlyMap<string, string> {
  const ids = [...new Set(shifts.flatMap(shift => (shift.person ? [shift.person.id] : [])))]
  return new Map(ids.map((id, at) => [id, `var(--who-${at % 6})`]))
}

const nobodyAt =
  'border-denied bg-denied-soft text-denied [background-image:repeating-linear-gradient(135deg,transparent_0_6px,var(--denied-line)_6px_7px)]'

/** What a shift is, in words: for whoever cannot see the bar, and when it is chosen. */
export function shiftWords(shift: ShiftItem, zone: string): string {
  const who = shift.person ? (shift.person.name ?? 'somebody') : 'Nobody'
  return `${who}, ${shownIn(zone, shift.from)} to ${shownIn(zone, shift.until)}`
}

/** One week as a strip of days with a bar for each shift in it. Days are as wide as they are long: one of 23 hours is narrower. */
export function WeekStrip({
  zone,
  monday,
  shifts,
  colours,
  now,
  tall,
  chosen,
  reachable,
  onChoose,
}: {
  zone: string
  monday: number
  shifts: readonly ShiftItem[]
  colours: ReadonlyMap<string, string>
  now: number
  tall: boolean
  chosen: string | null
  /** The one bar of the calendar that Tab goes to; arrows go on from it. */
  reachable: string
  onChoose: (shift: ShiftItem) => void
}) {
  const [start, end] = [dayStart(zone, monday).getTime(), dayStart(zone, monday + 7).getTime()]
  const at = (moment: number) => ((Math.min(Math.max(moment, start), end) - start) / (end - start)) * 100
  const days = [0, 1, 2, 3, 4, 5, 6].map(one => monday + one)
  const within = shifts.filter(one => Date.parse(one.from) < end && Date.parse(one.until) > start)
  return (
    <div className="relative border-b last:border-b-0">
      <div className="relative h-6" aria-hidden>
        {days.map(day => (
          <span
            key={day}
            style={{ left: `${at(dayStart(zone, day).getTime())}%` }}
            className="absolute top-1 truncate pl-1.5 text-2xs text-ink-3"
          >
            {dayShown(day, day === monday || dayShown(day).includes(' 1 ') ? 'short' : 'number')}
          </span>
        ))}
      </div>
      {days.slice(1).map(day => (
        <span
          key={day}
          aria-hidden
          style={{ left: `${at(dayStart(zone, day).getTime())}%` }}
          className="absolute inset-y-0 border-l"
        />
      ))}
      <div className={cx('relative', tall ? 'h-24' : 'h-9')}>
        {within.map(shift => {
          const [left, right] = [at(Date.parse(shift.from)), at(Date.parse(shift.until))]
          return (
            <button
              key={shift.from}
              type="button"
              data-bar={shift.from}
              tabIndex={shift.from === reachable ? 0 : -1}
              aria-label={shiftWords(shift, zone)}
              aria-pressed={chosen === shift.from}
              title={shiftWords(shift, zone)}
              onClick={() => onChoose(shift)}
              style={{
                left: `${left}%`,
                width: `max(6px, calc(${right - left}% - 1px))`,
                ...(shift.person ? { background: colours.get(shift.person.id) } : {}),
              }}
              className={cx(
                'absolute top-0 bottom-1 min-w-0 overflow-hidden rounded-sm border border-transparent px-1.5 text-left text-xs focus-visible:z-10',
                shift.person ? 'text-ink' : nobodyAt,
                chosen === shift.from && 'outline-2 outline-accent -outline-offset-2',
              )}
            >
              {right - left > 4 && (
                <span className="block truncate font-medium">{shift.person ? shift.person.name : 'Nobody'}</span>
              )}
              {tall && right - left > 12 && (
                // Drawn by the style, not as text: the button's name says it already.
                <span
                  aria-hidden
                  data-until={`until ${shownIn(zone, shift.until)}`}
                  className="block truncate text-2xs before:content-[attr(data-until)]"
                />
              )}
            </button>
          )
        })}
      </div>
      {now >= start && now < end && (
        <span
          aria-hidden
          style={{ left: `${at(now)}%` }}
          className="pointer-events-none absolute inset-y-0 z-10 border-accent border-l-2"
        />
      )}
    </div>
  )
}
