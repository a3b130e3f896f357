import { calendarPlace } from './calendars'
import type { Caller } from './heard'

const weekOf = (id: string) => [[[id], [id], [id], [id], [id], [id], [null]]]

/** Makes, looks at, changes and removes schedules, by a rota and by a calendar; takes over, goes away; and hears the noes. */
export async function hearOnCall(person: Caller, me: { readonly id: string; readonly email: string }): Promise<void> {
  const place = await calendarPlace([{ from: '20260101T090000Z', weekly: true, email: me.email }])
  const rota = { starts_on: '2026-01-05', hand_overs: ['09:00'], weeks: weekOf(me.id) }
  const body = { name: 'Heard', time_zone: 'Europe/Berlin', rota }
  const made = await person('POST', '/on-call', {}, body)
  await person('POST', '/on-call', {}, body)
  const { rota: _, ...rest } = body
  const read = await person('POST', '/on-call', {}, { ...rest, name: 'By calendar', calendar_url: place.url })
  const unreadable = { name: 'None', time_zone: 'UTC', calendar_url: 'https://10.0.0.1/on-call.ics' }
  await person('POST', '/on-call', {}, unreadable)
  await person('POST', '/on-call/preview', {}, { time_zone: 'UTC', calendar_url: place.url })
  await person('POST', '/on-call/preview', {}, { time_zone: 'UTC', calendar_url: unreadable.calendar_url })
  await person('GET', '/on-call')
  await person('GET', '/on-call/{id}', made.body)
  await person('GET', '/on-call/{id}/now', made.body)
  await person('GET', '/on-call/{id}/shifts', {
    ...made.body,
    '?': '?from=2026-12-01T00:00:00Z&to=2026-12-29T00:00:00Z',
  })
  await person('POST', '/on-call/{id}/read', read.body)
  await person('PATCH', '/on-call/{id}', made.body, { name: 'Heard again' }, { 'if-match': '"v9"' })
  await person('PATCH', '/on-call/{id}', made.body, { name: 'Heard again' }, { 'if-match': made.body.etag })
  const span = { from: '2027-01-01T00:00:00Z', until: '2027-01-02T00:00:00Z' }
  const override = await person('POST', '/on-call/{id}/overrides', made.body, { person_id: me.id, ...span })
  const away = await person('POST', '/on-call/absences', {}, span)
  await person('GET', '/on-call/absences')
  await person('GET', '/on-call/absences/own')
  await person('GET', '/on-call/{id}', made.body)
  await person('DELETE', '/on-call/absences/{absence}', { absence: away.body.id })
  await person('DELETE', '/on-call/{id}/overrides/{override}', { id: made.body.id, override: override.body.id })
  await person('DELETE', '/on-call/{id}', read.body)
  await person('GET', '/on-call/{id}', read.body)
}
