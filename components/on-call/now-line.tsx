import { TriangleAlert } from 'lucide-react'
import { Avatar } from '@/components/person/avatar'
import type { ScheduleItem } from './schedules'
import { shownIn } from './times'

/** Who is on call now, and until when. */
export function NowLine({ schedule }: { schedule: ScheduleItem }) {
  const { person, until } = schedule.now
  if (!person)
    return (
      <p className="flex items-center gap-2 font-medium text-denied text-sm">
        <TriangleAlert className="size-4 shrink-0" aria-hidden /> Nobody is on call now
      </p>
    )
  const name = person.name ?? 'somebody'
  return (
    <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <Avatar name={name} />
      <span className="font-medium">
        <bdi>{name}</bdi>
      </span>
      <span className="text-ink-2">is on call now{until && <>, until {shownIn(schedule.time_zone, until)}</>}</span>
    </p>
  )
}
