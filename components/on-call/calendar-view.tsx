'use client'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { parseAsInteger, parseAsStringLiteral, useQueryState } from 'nuqs'
import { type KeyboardEvent, useState } from 'react'
import { Answer } from '@/components/data/answer'
import { Button, IconButton } from '@/components/ui/button'
import { useMedia } from '@/components/ui/use-media'
import { useNow } from '@/components/ui/use-now'
import { type ScheduleItem, type ShiftItem, useShifts } from './schedules'
import { ShiftList } from './shift-list'
import { dayShown, dayStart, thisMonday } from './times'
import { coloursOf, shiftWords, WeekStrip } from './week-strip'

const views = ['week', 'month', 'list'] as const
const weeksIn = { week: 1, month: 5, list: 5 } as const

/** Left and right go from bar to bar, as in any calendar; Tab leaves it. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (step === 0) return
  const bars = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-bar]')]
  const next = bars[bars.findIndex(bar => bar.matches(':focus')) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** Who is on call in a week or in five: bars by person, gaps loud; a list on phones. */
export function CalendarView({
  schedule,
  onTakeOver,
}: {
  schedule: ScheduleItem
  onTakeOver: ((shift: ShiftItem) => void) | null
}) {
  const [wanted, setView] = useQueryState('view', parseAsStringLiteral(views).withDefault('month'))
  const [week, setWeek] = useQueryState('week', parseAsInteger.withDefault(0))
  const narrow = useMedia('(max-width: 639px)')
  const view = narrow && wanted === 'month' ? 'list' : wanted
  const now = useNow()
  const zone = schedule.time_zone
  const monday = thisMonday(zone, now) + 7 * week
  const last = monday + 7 * weeksIn[view]
  const shifts = useShifts(schedule.id, dayStart(zone, monday), dayStart(zone, last))
  const step = view === 'week' ? 1 : 4
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <fieldset className="flex rounded-md border bg-surface">
          <legend className="sr-only">How much of the calendar</legend>
          {views.map(one => (
            <Button
              key={one}
              size="sm"
              look="quiet"
              aria-pressed={view === one}
              className={view === one ? 'bg-sunken text-ink' : ''}
              onClick={() => void setView(one)}
            >
              {`${one[0]?.toUpperCase()}${one.slice(1)}`}
            </Button>
          ))}
        </fieldset>
        <span className="ml-auto text-ink-2 text-sm" aria-live="polite">
          {dayShown(monday)} to {dayShown(last - 1)} · {zone}
        </span>
        <span className="flex items-center">
          <IconButton label="Earlier" onClick={() => void setWeek(week - step)}>
            <ChevronLeft aria-hidden />
          </IconButton>
          <Button size="sm" look="quiet" disabled={week === 0} onClick={() => void setWeek(0)}>
            Today
          </Button>
          <IconButton label="Later" onClick={() => void setWeek(week + step)}>
            <ChevronRight aria-hidden />
          </IconButton>
        </span>
      </div>
      <Answer query={shifts}>
        {({ shifts: all }) =>
          view === 'list' ? (
            <ShiftList shifts={all} zone={zone} colours={coloursOf(all)} onTakeOver={onTakeOver} />
          ) : (
            <Strips
              shifts={all}
              zone={zone}
              mondays={Array.from({ length: weeksIn[view] }, (_, at) => monday + 7 * at)}
              now={now}
              onTakeOver={onTakeOver}
            />
          )
        }
      </Answer>
    </div>
  )
}

/** The weeks under each other, and what the chosen bar says. */
export function Strips({
  shifts,
  zone,
  mondays,
  now,
  onTakeOver,
}: {
  shifts: readonly ShiftItem[]
  zone: string
  mondays: readonly number[]
  now: number
  onTakeOver: ((shift: ShiftItem) => void) | null
}) {
  const [chosen, setChosen] = useState<string | null>(null)
  const colours = coloursOf(shifts)
  const one = shifts.find(shift => shift.from === chosen)
  return (
    <div className="flex flex-col gap-2">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; this groups the bars of a calendar */}
      <div
        role="group"
        aria-label="Shifts; left and right go from one to the next"
        className="overflow-hidden rounded-lg border bg-surface"
        onKeyDown={walk}
      >
        {mondays.map(monday => (
          <WeekStrip
            key={monday}
            zone={zone}
            monday={monday}
            shifts={shifts}
            colours={colours}
            now={now}
            tall={mondays.length === 1}
            chosen={chosen}
            reachable={one?.from ?? shifts[0]?.from ?? ''}
            onChoose={shift => setChosen(shift.from === chosen ? null : shift.from)}
          />
        ))}
      </div>
      {one && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm" role="status">
          <span>
            {shiftWords(one, zone)}
            {one.because && <span className="text-ink-2">: {one.because}</span>}
          </span>
          {onTakeOver && (
            <Button size="sm" onClick={() => onTakeOver(one)}>
              {one.person ? 'Let somebody else take it…' : 'Fill it…'}
            </Button>
          )}
        </p>
      )}
    </div>
  )
}
