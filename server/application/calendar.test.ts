import { describe, expect, it } from 'vitest'
import { plainCalendar } from '@/lib/access/calendar'
import { world } from '@/server/testing/world'

const w = await world()
const path = `/api/console/teams/${w.team}/calendar`
const short = { time_zone: 'UTC', working_hours: { 1: ['09:00', '17:00'] } }
const long = { time_zone: 'Europe/Berlin', working_hours: { 1: ['06:30', '24:00'], 7: ['10:00', '12:00'] } }

describe('the calendar of a team', () => {
  it('begins as Monday to Friday, 8 to 18, UTC; fewer hours count at once', async () => {
    const governor = await w.signedIn(w.governor)
    const team = async () =>
      (await governor('GET', '/api/console/teams')).body.items.find((one: { id: string }) => one.id === w.team)
    const before = await team()
    expect(before.calendar).toEqual(plainCalendar)
    const { status, body } = await governor('PUT', path, short, { 'if-match': `"${before.etag}"` })
    expect([status, body.calendar]).toEqual([200, short])
    expect((await governor('PUT', path, short, { 'if-match': `"${before.etag}"` })).status).toBe(412)
    const registry = await w.servers[0]?.app.gate.registries.refresh()
    expect(registry?.calendars.get(w.team)).toEqual(short)
  })

  it('longer hours and other zones take a second person', async () => {
    const governor = await w.signedIn(w.governor)
    const administrator = await w.signedIn(w.administrator)
    const { status, body } = await governor('PUT', path, long)
    expect(status).toBe(202)
    const hold = `/api/console/holds/${body.hold_id}`
    const detail = (await administrator('GET', hold)).body
    expect(detail.title).toBe('Give “Payments” other working hours')
    await administrator('POST', `${hold}/reviews`, { verdict: 'approve', digest: detail.shown_digest })
    await expect.poll(async () => (await administrator('GET', hold)).body.status, { timeout: 10_000 }).toBe('applied')
    const registry = await w.servers[0]?.app.gate.registries.refresh()
    expect(registry?.calendars.get(w.team)).toEqual(long)
    expect((await w.events('team.calendar_set')).length).toBe(2)
  })

  it('is the governors’ alone, and refuses what is no calendar', async () => {
    for (const who of [w.approver, w.viewer, w.outsider])
      expect([403, 404]).toContain((await (await w.signedIn(who))('PUT', path, short)).status)
    const governor = await w.signedIn(w.governor)
    for (const odd of [
      { ...short, time_zone: 'Mars/Olympus' },
      { ...short, working_hours: { 8: ['09:00', '17:00'] } },
      { ...short, working_hours: { 1: ['17:00', '09:00'] } },
      { ...short, working_hours: { 1: ['9:00', '17:00'] } },
      { ...short, working_hours: { 1: ['09:00', '25:00'] } },
      { time_zone: 'UTC' },
    ])
      expect((await governor('PUT', path, odd)).status).toBe(400)
  })
})
