import { randomUUID } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { transact } from '@/server/db/tx'
import { escalateDue } from '@/server/engine/escalate'
import { maintain } from '@/server/testing/template'
import { everything, type Person, world } from '@/server/testing/world'
import { hurry } from './hurry'

const w = await world(2)
let key = ''
let agent = ''
let ann: Person
beforeAll(async () => {
  await w.tools({ run: {} })
  const made = await w.agent({
    scopes: [everything],
  })
  key = made.key
  agent = made.id
  ann = await w.signedIn(w.approver)
})
/** Writing a policy needs a fresh sign-in, and the clock is moved here. */
const governor: Person = async (...request) => (await w.signedIn(w.governor))(...request)
afterEach(async () => {
  for (const { id } of (await governor('GET', '/api/console/escalation')).body.items)
    expect((await governor('DELETE', `/api/console/escalation/${id}`)).status).toBe(204)
})
const apps = w.servers.map(one => one.app)
const held = async (seconds = 600) =>
  (await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: seconds })).body
/** Both instances look, beside their own engines, until nothing is due. */
const sweep = () =>
  expect
    .poll(
      async () => {
        await Promise.all(apps.map(app => escalateDue(app)))
        const { rows } = await w.db.pool.query(
          `select ((select count(*) from hold where status = 'pending' and next_level_at <= holdpoint.now())
             + (select count(*) from escalation_change))::integer as due`,
        )
        return rows[0]?.due
      },
      { timeout: 10_000 },
    )
    .toBe(0)
const escalation = async (hold: string) => (await ann('GET', `/api/console/holds/${hold}/escalation`)).body
const stepsOf = async (hold: string): Promise<string[]> =>
  (await escalation(hold)).told.map(
    (one: { step: string; people: { name: string }[] }) => `${one.step}: ${one.people.map(who => who.name).join(', ')}`,
  )
const write = (body: Record<string, unknown>) =>
  governor('POST', '/api/console/escalation', { name: randomUUID(), reminders: [], ...body })
const dan = await w.person('Dan Distant', [{ role: 'approver', team_id: w.otherTeam }])

describe('a written policy', () => {
  it('A19 A20 INV-19 lets an approver of another team decide, leaves out the owner, and lowers nothing', async () => {
    const who = [w.owner, dan].map(one => ({ kind: 'person', person_id: one.id }))
    const { body: policy } = await write({ levels: [{ who, after: { seconds: 60 }, adds: true }] })
    const action = await held()
    const path = `/api/console/holds/${action.hold.id}`
    const distant = await w.signedIn(dan)
    expect((await distant('GET', path)).status).toBe(404)
    const before = (await ann('GET', path)).body
    await w.test.moveClock(61)
    await sweep()
    const shown = await escalation(action.hold.id)
    expect(shown).toMatchObject({ level: 1, levels: 1, policy: { id: policy.id }, expires_at: before.expires_at })
    expect(await stepsOf(action.hold.id)).toEqual(['opened: Ann Approver', 'escalated.1.0: Dan Distant'])
    const after = (await ann('GET', path)).body
    expect(after.requirement).toEqual(before.requirement)
    expect(after.expires_at).toBe(before.expires_at)
    const olga = await w.signedIn(w.owner)
    const yes = { verdict: 'approve', digest: action.digest }
    expect((await olga('POST', `${path}/reviews`, yes)).body.code).toBe('hold.ineligible')
    expect((await distant('POST', `${path}/reviews`, yes)).status).toBe(201)
    expect((await w.gate(key, 'GET', `/api/v1/actions/${action.id}`)).body.status).toBe('approved')
    const told = (await w.events('hold.escalated')).filter(one => one.data.hold === action.hold.id)
    expect(told.map(one => one.data)).toMatchObject([{ level: 1, repeat: 0, people: [dan.id], added: [dan.id] }])
  })

  it('A20 nobody is let in by a policy that somebody on the asking side has written', async () => {
    const owns = await w.person('Olaf Owns', [{ role: 'governor', team_id: null }])
    const own = await w.agent({
      owner_id: owns.id,
      scopes: [everything],
    })
    const olaf = await w.signedIn(owns)
    await olaf('POST', '/api/console/escalation', {
      name: 'Mine',
      reminders: [],
      levels: [{ who: [{ kind: 'person', person_id: dan.id }], after: { seconds: 0 }, adds: true }],
    })
    const { body } = await w.submit(own.key, { tool: 'run', params: { n: randomUUID() } })
    await sweep()
    expect(await stepsOf(body.hold.id)).toEqual(['opened: Ann Approver'])
    const preview = { agent_id: own.id, at: new Date().toISOString() }
    const { steps } = (await governor('POST', '/api/console/escalation/preview', preview)).body
    expect(steps[1].left_out).toMatchObject([{ id: dan.id, because: expect.stringContaining('side that asks') }])
  })

  it('is caught up with after an hour without any instance, at once and once', async () => {
    const tell = (id: string, seconds: number) => ({ who: [{ kind: 'person', person_id: id }], after: { seconds } })
    await write({ levels: [tell(w.governor.id, 600), tell(w.administrator.id, 3_000)] })
    const action = await held(7_200)
    await sweep()
    await w.test.moveClock(3_600)
    await sweep()
    expect(await stepsOf(action.hold.id)).toEqual([
      'opened: Ann Approver',
      'escalated.1.0: Gil Governor',
      'escalated.2.0: Ada Admin',
    ])
  })

  it('counts for what is open already: a level that comes earlier now is made up for', async () => {
    // Where nobody can be told and nobody has written anything, nothing is kept.
    await write({ min_risk: 'critical', levels: [] })
    const action = await held(7_200)
    await sweep()
    await w.test.moveClock(300)
    await sweep()
    expect(await stepsOf(action.hold.id)).toEqual(['opened: Ann Approver'])
    const levels = [{ who: [{ kind: 'person', person_id: w.governor.id }], after: { seconds: 60 } }]
    const { body: policy } = await write({ levels })
    await sweep()
    expect(await stepsOf(action.hold.id)).toEqual(['opened: Ann Approver', 'escalated.1.0: Gil Governor'])
    const changed = { name: policy.name, levels: [...levels, { ...levels[0], after: { seconds: 120 } }] }
    const path = `/api/console/escalation/${policy.id}`
    expect((await governor('PUT', path, changed, { 'if-match': '"v7"' })).status).toBe(412)
    expect((await governor('PUT', path, changed, { 'if-match': policy.etag })).status).toBe(200)
    await sweep()
    expect(await stepsOf(action.hold.id)).toContain('escalated.2.0: Gil Governor')
  })

  it('passes a hold on at once where somebody cannot judge it: several who say so pass it on by one level', async () => {
    const tell = (id: string, seconds: number) => ({ who: [{ kind: 'person', person_id: id }], after: { seconds } })
    await write({ levels: [tell(w.governor.id, 3_000), tell(w.administrator.id, 6_000)] })
    const action = await held(7_200)
    await sweep()
    // In one transaction: an engine that looks between the two has told the first level, and the second is another passing on.
    await transact(w.db, async tx => {
      const [now] = await tx.query<{ at: Date }>('select holdpoint.now() as at')
      for (const _person of apps) await hurry(tx, action.hold.id, now?.at ?? new Date(0))
    })
    await sweep()
    expect(await stepsOf(action.hold.id)).toEqual(['opened: Ann Approver', 'escalated.1.0: Gil Governor'])
    const { ahead } = await escalation(action.hold.id)
    expect(ahead.map((one: { step: string }) => one.step)).toEqual(['escalated.2.0'])
  })

  it('tells who is on call when the level is reached, and who reads for somebody away', async () => {
    const cover = await w.person('Cora Cover', [{ role: 'approver', team_id: null }])
    const rota = {
      starts_on: '2026-01-05',
      hand_overs: ['00:00'],
      weeks: [Array.from({ length: 7 }, () => [cover.id])],
    }
    const schedule = await governor('POST', '/api/console/on-call', { name: 'Night', time_zone: 'Europe/Berlin', rota })
    expect(schedule.status).toBe(201)
    await write({
      levels: [{ who: [{ kind: 'on_call', schedule_id: schedule.body.id }], after: { seconds: 60 }, adds: true }],
    })
    const [{ at }] = (await w.db.pool.query('select holdpoint.now() as at')).rows
    const span = { from: new Date(+at - 60_000).toISOString(), until: new Date(+at + 3_600_000).toISOString() }
    const away = await ann('POST', '/api/console/on-call/absences', { ...span, stand_in_id: cover.id })
    expect(away.status).toBe(201)
    const action = await held(1_200)
    await sweep()
    await w.test.moveClock(61)
    await sweep()
    const { told } = await escalation(action.hold.id)
    // Cora is of the organisation, not of the team: Ann's own approvers are there, so Cora may not decide until she is let in.
    expect(told[0].people.map((one: { name: string }) => one.name)).toEqual(['Ann Approver'])
    expect(told[1].people).toMatchObject([{ id: cover.id, why: expect.stringMatching(/^You are on call: /) }])
  })
})

describe('who is away', () => {
  it('A18 is told through a stand-in who may decide it already; a loop of two is refused', async () => {
    const bea = await w.person('Bea Besides', [{ role: 'approver', team_id: w.team }])
    const cal = await w.person('Cal Chained', [{ role: 'approver', team_id: w.team }])
    await write({ min_risk: 'critical', levels: [] })
    const [{ at }] = (await w.db.pool.query('select holdpoint.now() as at')).rows
    const span = { from: new Date(+at - 60_000).toISOString(), until: new Date(+at + 7_200_000).toISOString() }
    const [asBea, asCal] = [await w.signedIn(bea), await w.signedIn(cal)]
    const away = (who: Person, stand_in_id: string) =>
      who('POST', '/api/console/on-call/absences', { ...span, stand_in_id })
    const mine = await away(asBea, cal.id)
    expect(mine.status).toBe(201)
    expect((await away(asCal, bea.id)).body.errors).toMatchObject([{ pointer: '/stand_in_id' }])
    const first = await held()
    await sweep()
    const toldOf = async (hold: string) => (await escalation(hold)).told[0].people
    const told = await toldOf(first.hold.id)
    expect(told.map((one: { id: string }) => one.id)).not.toContain(bea.id)
    expect(told.find((one: { id: string }) => one.id === cal.id)).toMatchObject({ instead_of: { id: bea.id } })
    // One hop: where the stand-in is away too, the message goes to the person it was for.
    expect((await away(asCal, w.approver.id)).status).toBe(201)
    const second = await held()
    await sweep()
    expect((await toldOf(second.hold.id)).map((one: { id: string }) => one.id)).toContain(bea.id)
  })
})

describe('the doors', () => {
  it('a policy is written by those who govern, for their team or for all, by names that are there', async () => {
    const levels = [{ who: [{ kind: 'owner' }], after: { percent: 20 } }]
    expect((await ann('POST', '/api/console/escalation', { name: 'X', levels })).status).toBe(403)
    const lead = await w.signedIn(await w.person('Lea Lead', [{ role: 'governor', team_id: w.team }]))
    expect((await lead('POST', '/api/console/escalation', { name: 'All', levels })).status).toBe(403)
    const mine = await lead('POST', '/api/console/escalation', { name: 'Team', team_id: w.team, levels })
    expect(mine.status).toBe(201)
    expect((await lead('POST', '/api/console/escalation', { name: 'Team 2', team_id: w.team, levels })).body.code).toBe(
      'escalation.exists',
    )
    const gone = [{ who: [{ kind: 'on_call', schedule_id: 'gone' }], after: { seconds: 1 } }]
    expect((await write({ levels: gone })).body.errors).toMatchObject([{ pointer: '/levels/0/who/0' }])
    const twice = [{ ...levels[0], channels: ['mail', 'mail'] }]
    expect((await write({ levels: twice })).body.errors).toMatchObject([{ pointer: '/levels/0/channels' }])
    expect((await lead('DELETE', `/api/console/escalation/${mine.body.id}`)).status).toBe(204)
  })

  it('hours that never come are refused where a level counts them, and so are a zone and a day that are none', async () => {
    const levels = [{ who: [{ kind: 'owner' }], after: { seconds: 60 }, working: true }]
    const pointers = async (calendar: Record<string, unknown>, more = {}) =>
      (await write({ levels, calendar, ...more })).body.errors?.map((one: { pointer: string }) => one.pointer)
    expect(await pointers({ time_zone: 'UTC', working_hours: {} })).toEqual(['/calendar/working_hours'])
    expect(await pointers({ time_zone: 'Mars/Base', working_hours: { 1: ['20:00', '08:00'] } })).toEqual([
      '/calendar/time_zone',
      '/calendar/working_hours/1',
    ])
    const [level] = levels
    const plain = { levels: [{ ...level, working: false }] }
    expect(await pointers({ time_zone: 'UTC', working_hours: {} }, plain)).toBeUndefined()
  })

  it('what a preview foresees is what happens', async () => {
    await write({
      reminders: [50, 90],
      levels: [
        {
          who: [{ kind: 'owner' }, { kind: 'backup' }],
          after: { percent: 10 },
          repeat: { every_seconds: 60, times: 1 },
        },
        { who: [{ kind: 'role', role: 'governor' }], after: { seconds: 400 }, adds: true },
      ],
    })
    const action = await held(600)
    const { rows } = await w.db.pool.query('select opened_at, risk from hold where id = $1', [action.hold.id])
    const risk = ['low', 'medium', 'high', 'critical'][rows[0]?.risk]
    const preview = { agent_id: agent, at: rows[0]?.opened_at, lifetime_seconds: 600, risk }
    const { steps } = (await governor('POST', '/api/console/escalation/preview', preview)).body
    for (let n = 0; n < 20; n++) {
      await sweep()
      await w.test.moveClock(30)
    }
    const name = (one: { step: string; people: { id: string; why: string }[] }) => [
      one.step,
      one.people.map(who => `${who.id} ${who.why}`).toSorted(),
    ]
    const { told } = await escalation(action.hold.id)
    expect(told.map(name)).toEqual(steps.map(name))
  })
})

describe('what a look costs', () => {
  it('grows with what is due, not with what is open', async () => {
    await write({ min_risk: 'critical', levels: [] })
    await held(7_200)
    await sweep()
    const open = Math.round(10_000 * inject('scale'))
    /** Pages that the engine's look touches, planned for these tables as they are. */
    const pages = async (): Promise<number> => {
      await maintain(w.test.url, 'analyze hold')
      const { rows } = await w.db.pool.query(
        `explain (analyze, buffers, format json) select h.id from hold h left join action a on a.id = h.action_id
         where h.status = 'pending' and h.next_level_at <= (select holdpoint.now()) order by h.next_level_at limit 50
         for update of h skip locked`,
      )
      const [{ Plan: plan }] = rows[0]['QUERY PLAN']
      return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
    }
    const before = await pages()
    await w.db.background.query(
      `insert into hold (id, kind, change_kind, subject_id, requirement, shown_digest, why, epoch, opened_at, expires_at, due_at, next_level_at)
       select 'hld_' || lpad(n::text, 26, '0'), 'change', 'agent.transfer', 'none_' || n, h.requirement, h.shown_digest, h.why, h.epoch,
         h.opened_at, h.opened_at + interval '20 days', h.opened_at + interval '20 days', h.opened_at + interval '10 days'
       from generate_series(1, $1) n, (select * from hold limit 1) h`,
      [open],
    )
    expect(await pages()).toBeLessThan(before + 50)
    await w.db.background.query(
      `update hold set status = 'expired', decided_at = holdpoint.now() where subject_id like 'none_%'`,
    )
  })
})
