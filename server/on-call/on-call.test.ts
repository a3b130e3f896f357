import { describe, expect, it } from 'vitest'
import { onCallAt } from '@/lib/on-call/on-call'
import { reader } from '@/server/db/tx'
import { calendarOf, calendarPlace } from '@/server/testing/calendars'
import { world } from '@/server/testing/world'
import { readDueCalendars } from './calendar'
import { schedulesAt } from './schedules'

const w = await world(2, { fetchAllow: ['127.0.0.1'] })
const path = '/api/console/on-call'
const [governor, viewer, outsider, approver] = [
  await w.signedIn(w.governor),
  await w.signedIn(w.viewer),
  await w.signedIn(w.outsider),
  await w.signedIn(w.approver),
]
const app = w.servers[0]?.app
if (!app) throw new Error('no server')
const [ada, ben] = [await w.person('Ada Lovelace'), await w.person('Ben Bitdiddle')]
const now = async () => {
  const [row] = await w.db.pool.query<{ at: Date }>('select holdpoint.now() as at').then(found => found.rows)
  return row?.at ?? new Date(0)
}
const later = async (hours: number) => new Date((await now()).getTime() + hours * 3_600_000).toISOString()
const always = (...ids: (string | null)[]) => ({
  starts_on: '2026-01-05',
  hand_overs: ['09:00'],
  weeks: ids.map(id => [0, 1, 2, 3, 4, 5, 6].map(() => [id])),
})
let made = 0
const schedule = async (more: Record<string, unknown> = {}) => {
  const body = {
    name: `Schedule ${++made}`,
    time_zone: 'Europe/Berlin',
    ...('calendar_url' in more ? {} : { rota: always(ada.id) }),
    ...more,
  }
  const answer = await governor('POST', path, body)
  expect(answer.status).toBe(201)
  return answer.body
}
const nowOn = async (id: string) => (await viewer('GET', `${path}/${id}/now`)).body
const events = async (subject: string) =>
  (await governor('GET', `/api/console/audit?subject=${subject}&limit=50`)).body.items
    .map((one: { type: string }) => one.type)
    .reverse()

describe('who may change who is on call', () => {
  it('governors: of the whole organisation any schedule, of a team that team alone; everybody may look', async () => {
    const own = await schedule()
    const teams = await schedule({ team_id: w.otherTeam })
    for (const one of [own, teams]) expect((await viewer('GET', `${path}/${one.id}`)).status).toBe(200)
    expect((await viewer('POST', path, { name: 'No', time_zone: 'UTC', rota: always(ada.id) })).status).toBe(403)
    expect((await outsider('POST', path, { name: 'No', time_zone: 'UTC', rota: always(ada.id) })).status).toBe(403)
    const match = { 'if-match': own.etag }
    expect((await outsider('PATCH', `${path}/${own.id}`, { name: 'Mine' }, match)).status).toBe(403)
    expect((await outsider('PATCH', `${path}/${teams.id}`, { name: 'Ours' }, { 'if-match': teams.etag })).status).toBe(
      200,
    )
    const span = { from: await later(1), until: await later(2) }
    for (const who of [viewer, approver, outsider])
      expect((await who('POST', `${path}/${own.id}/overrides`, { person_id: ben.id, ...span })).status).toBe(403)
    expect((await outsider('DELETE', `${path}/${own.id}`)).status).toBe(403)
  })

  it('nobody says that another is away, nor lets somebody stand in for them who decides nothing', async () => {
    const span = { from: await later(1), until: await later(2) }
    expect((await viewer('POST', `${path}/absences`, { person_id: ada.id, ...span })).status).toBe(403)
    const refused = await viewer('POST', `${path}/absences`, { stand_in_id: ben.id, ...span })
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/stand_in_id'])
    const mine = await viewer('POST', `${path}/absences`, { stand_in_id: w.approver.id, ...span })
    expect(mine.body).toMatchObject({ person: { id: w.viewer.id }, stand_in: { id: w.approver.id }, may_remove: true })
    expect((await approver('DELETE', `${path}/absences/${mine.body.id}`)).status).toBe(403)
    expect((await viewer('DELETE', `${path}/absences/${mine.body.id}`)).status).toBe(204)
    expect((await viewer('DELETE', `${path}/absences/${mine.body.id}`)).status).toBe(404)
  })

  it('what is over, or further ahead than two years, is refused at its field', async () => {
    const one = await schedule()
    for (const [from, until] of [
      [-3, -1],
      [1, 3 * 365 * 24],
    ] as const) {
      const span = { from: await later(until > 100 ? until - 24 : from), until: await later(until) }
      const over = await governor('POST', `${path}/${one.id}/overrides`, { person_id: ben.id, ...span })
      const away = await governor('POST', `${path}/absences`, span)
      for (const { status, body } of [over, away]) expect([status, body.errors[0].pointer]).toEqual([400, '/until'])
    }
  })

  it('of two who change it at once, one is told that it has changed', async () => {
    const one = await schedule()
    const both = await Promise.all(
      ['A', 'B'].map(name =>
        governor('PATCH', `${path}/${one.id}`, { name: `${one.name} ${name}` }, { 'if-match': one.etag }),
      ),
    )
    expect(both.map(answer => answer.status).sort()).toEqual([200, 412])
  })
})

describe('a schedule by a rota', () => {
  it('an override takes over and gives back; an absence leaves a gap, or goes to whoever stands in; each is in the log', async () => {
    const one = await schedule()
    expect(await nowOn(one.id)).toMatchObject({
      person: { id: ada.id, name: 'Ada Lovelace' },
      until: null,
      because: `on call for ${one.name} by its rota`,
    })
    const over = await governor('POST', `${path}/${one.id}/overrides`, {
      person_id: ben.id,
      from: await later(-1),
      until: await later(4),
    })
    expect((await nowOn(one.id)).person.id).toBe(ben.id)
    const away = await governor('POST', `${path}/absences`, {
      person_id: ben.id,
      from: await later(-2),
      until: await later(2),
    })
    expect((await nowOn(one.id)).person.id).toBe(ada.id)
    expect((await governor('DELETE', `${path}/absences/${away.body.id}`)).status).toBe(204)
    expect((await governor('DELETE', `${path}/${one.id}/overrides/${over.body.id}`)).status).toBe(204)
    const gone = await governor('POST', `${path}/absences`, {
      person_id: ada.id,
      from: await later(-2),
      until: await later(2),
    })
    expect((await nowOn(one.id)).person).toBeNull()
    expect((await governor('GET', path)).body.items.find((each: { id: string }) => each.id === one.id).gaps.hours).toBe(
      2,
    )
    await governor('DELETE', `${path}/absences/${gone.body.id}`)
    await expect
      .poll(() => events(one.id))
      .toEqual(['on_call.added', 'on_call.overridden', 'on_call.override_withdrawn'])
  })

  it('shifts follow each other without a break, and a time of more than 100 days is refused', async () => {
    const one = await schedule({ rota: always(ada.id, null, ben.id) })
    const asked = (from: string, to: string) => viewer('GET', `${path}/${one.id}/shifts?from=${from}&to=${to}`)
    const { body } = await asked('2026-03-02T08:00:00Z', '2026-04-06T07:00:00Z')
    expect(
      body.shifts.map((each: { from: string; person: { id: string } | null }) => [each.from, each.person?.id ?? null]),
    ).toEqual([
      ['2026-03-02T08:00:00.000Z', ben.id],
      ['2026-03-09T08:00:00.000Z', ada.id],
      ['2026-03-16T08:00:00.000Z', null],
      ['2026-03-23T08:00:00.000Z', ben.id],
      ['2026-03-30T07:00:00.000Z', ada.id],
    ])
    expect(body.gaps).toEqual({ hours: 168, words: ['Monday 2026-03-16 from 09:00 to Monday 2026-03-23 09:00'] })
    expect((await asked('2026-03-02T08:00:00Z', '2026-08-02T08:00:00Z')).status).toBe(400)
    expect((await asked('2026-03-02T08:00:00Z', '2026-03-02T08:00:00Z')).status).toBe(400)
    expect((await asked('yesterday', 'tomorrow')).status).toBe(400)
  })

  it('whoever has left is on call no more, from that moment', async () => {
    const leaver = await w.person('Lea Leaver')
    const one = await schedule({ rota: always(leaver.id) })
    expect((await nowOn(one.id)).person.id).toBe(leaver.id)
    await w.db.pool.query(`update person set status = 'disabled' where id = $1`, [leaver.id])
    expect((await nowOn(one.id)).person).toBeNull()
    const refused = await governor('POST', path, { name: 'Left', time_zone: 'UTC', rota: always(leaver.id) })
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/rota'])
  })

  it.each<[string, object]>([
    ['a zone that does not exist', { time_zone: 'Mars/Olympus', rota: always(ada.id) }],
    ['a first day that is no Monday', { rota: { ...always(ada.id), starts_on: '2026-01-06' } }],
    ['hand-overs that do not follow each other', { rota: { ...always(ada.id), hand_overs: ['09:00', '08:00'] } }],
    ['a day without its entry', { rota: { ...always(ada.id), hand_overs: ['09:00', '21:00'] } }],
    ['both a rota and a calendar', { rota: always(ada.id), calendar_url: 'https://calendar.example/x.ics' }],
    ['neither', {}],
  ])('%s is refused', async (_, more) => {
    expect((await governor('POST', path, { name: 'Refused', time_zone: 'UTC', ...more })).status).toBe(400)
  })
})

describe('a schedule by a calendar', () => {
  const known = (email: string) => [{ from: '20260105T090000Z', weekly: true, email }]

  it('is previewed before it is used: who would be on call, and whom it names that nobody is', async () => {
    const place = await calendarPlace([
      ...known(ada.email),
      { from: '20200101T000000Z', title: 'Eve', email: 'eve@elsewhere.example', weekly: true },
    ])
    const { status, body } = await governor('POST', `${path}/preview`, { calendar_url: place.url, time_zone: 'UTC' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      people: [{ id: ada.id, name: 'Ada Lovelace' }],
      unmatched: ['Eve · eve@elsewhere.example'],
      gaps: { hours: 0 },
    })
    expect((await viewer('POST', `${path}/preview`, { calendar_url: place.url, time_zone: 'UTC' })).status).toBe(403)
  })

  it('its address is for those who may change it: it often is a secret', async () => {
    const place = await calendarPlace(known(ada.email))
    const one = await schedule({ calendar_url: place.url })
    expect(one.calendar.url).toBe(place.url)
    const seen = await viewer('GET', `${path}/${one.id}`)
    expect(seen.body.calendar.url).toBe(new URL(place.url).origin)
    const log = JSON.stringify((await governor('GET', `/api/console/audit?subject=${one.id}`)).body)
    expect(log).not.toContain('IN-THE-URL')
    await governor('DELETE', `${path}/${one.id}`)
    const { rows } = await w.db.pool.query('select calendar_url, entries from on_call_schedule where id = $1', [one.id])
    expect(rows).toEqual([{ calendar_url: 'removed', entries: null }])
  })

  it('X08 what it said last stays while it fails, with its age and its fault; the log has the beginning and the end', async () => {
    const place = await calendarPlace(known(ada.email))
    const one = await schedule({ calendar_url: place.url })
    expect((await nowOn(one.id)).person.id).toBe(ada.id)
    place.says.status = 500
    const failed = (await governor('POST', `${path}/${one.id}/read`)).body.calendar
    expect(failed).toMatchObject({ error: 'It answered 500.', read_at: one.calendar.read_at })
    await governor('POST', `${path}/${one.id}/read`)
    expect((await nowOn(one.id)).person.id).toBe(ada.id)
    place.says.status = 200
    place.says.text = calendarOf(known(ben.email))
    expect((await governor('POST', `${path}/${one.id}/read`)).body.calendar).toMatchObject({
      error: null,
      failed_at: null,
    })
    expect((await nowOn(one.id)).person.id).toBe(ben.id)
    await expect
      .poll(() => events(one.id))
      .toEqual(['on_call.added', 'on_call.calendar_read', 'on_call.calendar_failed', 'on_call.calendar_read'])
  })

  it('is asked every quarter of an hour, once by however many instances', async () => {
    const place = await calendarPlace(known(ada.email))
    const one = await schedule({ calendar_url: place.url })
    const other = w.servers[1]?.app
    if (!other) throw new Error('no second server')
    await Promise.all([readDueCalendars(app), readDueCalendars(other)])
    expect(place.received).toHaveLength(1)
    await w.db.pool.query(`update on_call_schedule set tried_at = tried_at - interval '16 minutes' where id = $1`, [
      one.id,
    ])
    await Promise.all([readDueCalendars(app), readDueCalendars(other), readDueCalendars(app)])
    await expect.poll(() => place.received.length).toBe(2)
  })

  it.each([
    ['X01 an address inside', 'https://169.254.169.254/on-call.ics'],
    ['X01 another scheme', 'file:///etc/passwd'],
    ['X01 the scheme of calendars, inside', 'webcal://10.0.0.7/on-call.ics'],
    ['X04 a name that nobody has', 'https://nobody.invalid/on-call.ics'],
  ])('%s is refused at its field, and nothing is kept', async (_, calendar_url) => {
    const answer = await governor('POST', path, { name: 'Inside', time_zone: 'UTC', calendar_url })
    expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([
      409,
      'on_call.unreadable',
      '/calendar_url',
    ])
    expect((await governor('GET', path)).body.items.some((one: { name: string }) => one.name === 'Inside')).toBe(false)
  })

  it.each<[string, { status?: number; text?: string }]>([
    ['a page that is no calendar', { text: '<!doctype html>' }],
    ['X05 more than 2 MB', { text: `BEGIN:VCALENDAR\r\n${'x'.repeat(2_100_000)}` }],
    ['X03 a redirect', { status: 302 }],
  ])('%s is refused', async (_, change) => {
    const place = await calendarPlace([])
    Object.assign(place.says, change)
    const answer = await governor('POST', `${path}/preview`, { calendar_url: place.url, time_zone: 'UTC' })
    expect([answer.status, answer.body.code]).toEqual([409, 'on_call.unreadable'])
  })
})

it('escalation reads the same answer as people do', async () => {
  const one = await schedule({ rota: always(ben.id) })
  const at = await now()
  const found = await schedulesAt(reader(w.db.pool), [one.id, 'onc_none'], at)
  expect([...found.keys()]).toEqual([one.id])
  const read = found.get(one.id)
  expect(read && onCallAt(read, at)?.person_id).toBe(ben.id)
})
