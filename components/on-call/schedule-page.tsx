'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { useNow } from '@/components/ui/use-now'
import { CalendarDoubts } from './calendar-fields'
import { CalendarView } from './calendar-view'
import { ChangesSection } from './changes-section'
import { GapsNote } from './gaps-note'
import { NowLine } from './now-line'
import { ScheduleDialog } from './schedule-dialog'
import { readCalendar, removeSchedule, type ScheduleDetail, useSchedule } from './schedules'
import { TakeoverDialog } from './takeover-dialog'

/** How its calendar is doing: how old what is shown is, and what is wrong with it. */
function CalendarState({ schedule }: { schedule: ScheduleDetail }) {
  const read = useSubmit(() => readCalendar(schedule.id))
  const { calendar } = schedule
  if (!calendar) return null
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2 text-sm">
        <span>By a calendar at</span>
        <code className="wrap-anywhere font-mono text-xs">{calendar.url}</code>
        {calendar.read_at && (
          <span>
            · read <RelativeTime at={calendar.read_at} />
          </span>
        )}
        {schedule.may_change && (
          <Button size="sm" look="quiet" busy={read.busy} onClick={() => void read.run()}>
            Read it now
          </Button>
        )}
      </p>
      {calendar.error && calendar.failed_at && (
        <p className="rounded-md border border-denied-line bg-denied-soft px-3 py-2 text-denied text-sm" role="alert">
          It could not be read since <RelativeTime at={calendar.failed_at} />: {calendar.error} What is shown is what it
          said last.
        </p>
      )}
      <CalendarDoubts {...calendar} />
      <FormProblem text={read.general} />
    </div>
  )
}

type Open =
  | { readonly kind: 'edit' | 'remove' }
  | { readonly kind: 'override' | 'absence'; readonly from: string; readonly until: string }

/** One schedule: who is on call now, the weeks ahead, and what may be changed of them. */
export function SchedulePage({ id }: { id: string }) {
  const schedule = useSchedule(id)
  const router = useRouter()
  const now = useNow()
  const [open, setOpen] = useState<Open | null>(null)
  const remove = useSubmit(
    () => removeSchedule(id),
    () => router.push('/settings/on-call'),
  )
  const soon = () => {
    const hour = 3_600_000
    const from = Math.ceil(now / hour) * hour
    return { from: new Date(from).toISOString(), until: new Date(from + 8 * hour).toISOString() }
  }
  return (
    <Answer query={schedule} page="schedule">
      {one => (
        <div className="flex flex-col gap-5">
          <div className="flex flex-col gap-3">
            <Link href="/settings/on-call" className="min-h-6 self-start text-ink-2 text-xs hover:underline">
              All schedules
            </Link>
            <div className="flex flex-wrap items-center gap-2">
              <h2 className="mr-auto min-w-0 font-semibold text-lg">
                <bdi>{one.name}</bdi>
              </h2>
              <Button onClick={() => setOpen({ kind: 'absence', ...soon() })}>Somebody is away…</Button>
              {one.may_change && (
                <>
                  <Button onClick={() => setOpen({ kind: 'override', ...soon() })}>Add an override…</Button>
                  <Button look="primary" onClick={() => setOpen({ kind: 'edit' })}>
                    Change…
                  </Button>
                </>
              )}
            </div>
            <NowLine schedule={one} />
            <CalendarState schedule={one} />
            <GapsNote gaps={one.gaps} over="the next four weeks" />
          </div>
          <CalendarView
            schedule={one}
            onTakeOver={
              one.may_change ? shift => setOpen({ kind: 'override', from: shift.from, until: shift.until }) : null
            }
          />
          <ChangesSection schedule={one} />
          {one.may_change && (
            <Button look="quiet" className="self-start" onClick={() => setOpen({ kind: 'remove' })}>
              Take this schedule away…
            </Button>
          )}
          {open?.kind === 'edit' && (
            <ScheduleDialog schedule={one} onDone={() => setOpen(null)} onClose={() => setOpen(null)} />
          )}
          {(open?.kind === 'override' || open?.kind === 'absence') && (
            <TakeoverDialog kind={open.kind} schedule={one} span={open} onClose={() => setOpen(null)} />
          )}
          {open?.kind === 'remove' && (
            <ReasonDialog
              title={`Take ${one.name} away`}
              description="Escalations that name it find nobody there any more. The log keeps who was on call."
              verb="Take away"
              look="deny"
              withoutReason
              busy={remove.busy}
              problem={remove.general}
              onSend={() => void remove.run()}
              onClose={() => setOpen(null)}
            />
          )}
        </div>
      )}
    </Answer>
  )
}
