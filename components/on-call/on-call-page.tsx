'use client'
import { CalendarClock, Plus } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Section } from '@/components/ui/section'
import { GapsNote } from './gaps-note'
import { NowLine } from './now-line'
import { ScheduleDialog } from './schedule-dialog'
import { type ScheduleItem, useSchedules } from './schedules'

function ScheduleLine({ schedule }: { schedule: ScheduleItem }) {
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link href={`/settings/on-call/${schedule.id}`} className="min-h-6 font-medium hover:underline">
          <bdi>{schedule.name}</bdi>
        </Link>
        <span className="text-ink-3 text-xs">
          {schedule.team && (
            <>
              <bdi>{schedule.team.name}</bdi> ·{' '}
            </>
          )}
          {schedule.time_zone} · {schedule.calendar ? 'by a calendar' : 'by a rota'}
        </span>
      </div>
      <NowLine schedule={schedule} />
      {schedule.calendar?.error && (
        <p className="text-denied text-sm">Its calendar cannot be read: {schedule.calendar.error}</p>
      )}
      {schedule.gaps.words.length > 0 && <GapsNote gaps={schedule.gaps} over="the next four weeks" />}
    </li>
  )
}

/** Who is on call now, in every schedule, and where nobody is. */
export function OnCallPage() {
  const router = useRouter()
  const schedules = useSchedules()
  const [adding, setAdding] = useState(false)
  const add = schedules.data?.may_add && (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden /> New schedule
    </Button>
  )
  return (
    <Section title="On call" aside={add} plain>
      <p className="max-w-3xl text-ink-2 text-sm">
        Whoever is on call is told about approvals when an escalation names the schedule. All times are by the clocks of
        the schedule’s own zone.
      </p>
      <Answer query={schedules}>
        {({ items }) => (
          <div className="rounded-lg border bg-surface">
            {items.length === 0 ? (
              <EmptyState icon={CalendarClock} title="Nobody is on call yet">
                Keep a rota here, or read the calendar that you already have. Overrides and absences go on top of
                either.
              </EmptyState>
            ) : (
              <ul className="divide-y" aria-label="Schedules">
                {items.map(schedule => (
                  <ScheduleLine key={schedule.id} schedule={schedule} />
                ))}
              </ul>
            )}
          </div>
        )}
      </Answer>
      {adding && (
        <ScheduleDialog
          schedule={null}
          onDone={made => router.push(`/settings/on-call/${made.id}`)}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  )
}
