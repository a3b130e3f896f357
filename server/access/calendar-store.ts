import { type Calendar, isTimeZone, plainCalendar, type WorkingHours } from '@/lib/access/calendar'
import type { Reader, Tx } from '@/server/db/tx'

/** How a team's calendar is stored. */
export interface CalendarColumns {
  readonly time_zone: string
  readonly working_hours: string
}

/** Reads a stored calendar. A zone that this runtime does not know (any more) is UTC: hours are still judged. */
export function readCalendar({ time_zone, working_hours }: CalendarColumns): Calendar {
  return {
    time_zone: isTimeZone(time_zone) ? time_zone : plainCalendar.time_zone,
    working_hours: JSON.parse(working_hours) as WorkingHours,
  }
}

/** Every team's calendar by the team's id, for the gate's snapshot. */
export async function loadCalendars(db: Reader): Promise<Map<string, Calendar>> {
  const rows = await db.query<CalendarColumns & { id: string }>(
    'select id, time_zone, working_hours from team',
    [],
    'load-calendars',
  )
  return new Map(rows.map(row => [row.id, readCalendar(row)]))
}

/** Saves a team's calendar over this version. False: someone else was first. */
export async function saveCalendar(tx: Tx, team: string, version: number, calendar: Calendar): Promise<boolean> {
  const rows = await tx.query(
    'update team set time_zone = $3, working_hours = $4, version = version + 1 where id = $1 and version = $2 returning 1',
    [team, version, calendar.time_zone, JSON.stringify(calendar.working_hours)],
  )
  return rows.length === 1
}
