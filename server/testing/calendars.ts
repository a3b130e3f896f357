import { receiver } from './receiver'

/** One event of a calendar: a week from `from` on, or a day. */
export interface Planned {
  readonly from: string
  readonly weekly?: boolean
  readonly email?: string
  readonly title?: string
}

/** An iCalendar of these events, as other people's systems write it. */
export function calendarOf(events: readonly Planned[]): string {
  const parts = events.flatMap(({ from, weekly, email, title }, at) => [
    'BEGIN:VEVENT',
    `UID:${at}@calendar.example`,
    `SUMMARY:${title ?? 'On call'}`,
    `DTSTART:${from}`,
    `DURATION:${weekly ? 'P1W' : 'P1D'}`,
    ...(weekly ? ['RRULE:FREQ=WEEKLY'] : []),
    ...(email ? [`ATTENDEE;PARTSTAT=ACCEPTED:mailto:${email}`] : []),
    'END:VEVENT',
  ])
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Elsewhere//EN', ...parts, 'END:VCALENDAR', ''].join('\r\n')
}

/** A calendar on loopback, until the end of the test. What it says, and with which status, can be changed meanwhile. */
export async function calendarPlace(events: readonly Planned[]) {
  const says = { status: 200, text: calendarOf(events) }
  const place = await receiver(response => {
    response.writeHead(says.status, { 'content-type': 'text/calendar' }).end(says.text)
  })
  return { ...place, says }
}
