import { beforeAll, describe, expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

/** More time for a hold: by whoever may decide it, never after its end, never past what policy, agent and seven days allow. */
const w = await world(2)
const scopes = [everything]
const hour = 3_600_000
let agent: { id: string; key: string }
let approver: Person
let n = 0

beforeAll(async () => {
  await w.tools({ run: {} })
  agent = await w.agent({ scopes })
  approver = await w.signedIn(w.approver)
})

const held = async (more: Record<string, unknown> = {}, key = agent.key) =>
  (await w.submit(key, { tool: 'run', params: { n: n++ }, ...more })).body
type Held = Awaited<ReturnType<typeof held>>
const path = (action: Held) => `/api/console/holds/${action.hold.id}`
const later = (action: Held, ms: number) => new Date(Date.parse(action.hold.expires_at) + ms).toISOString()
const extend = (action: Held, until: string, who = approver) => who('POST', `${path(action)}/extend`, { until })
const read = async (action: Held, prefer = 'wait=0', key = agent.key) =>
  (await w.gate(key, 'GET', `/api/v1/actions/${action.id}`, undefined, { prefer }, 1)).body

describe('more time', () => {
  it('moves the end for people, agent and engine alike, and is recorded', async () => {
    const action = await held()
    const until = later(action, 2 * hour)
    const done = await extend(action, until)
    expect(done).toMatchObject({ status: 200, body: { expires_at: until, status: 'pending' } })
    expect((await read(action)).hold.expires_at).toBe(until)
    expect((await w.events('hold.extended')).at(-1)).toMatchObject({
      by: { id: w.approver.id },
      data: { hold: action.hold.id, from: action.hold.expires_at, expires_at: until },
    })
    // The same end again is the same answer, and nothing more is recorded.
    expect((await extend(action, until)).status).toBe(200)
    expect((await w.events('hold.extended')).filter(one => one.subjects.includes(action.id))).toHaveLength(1)
    const { rows } = await w.db.pool.query('select due_at, expires_at, extended_from from hold where id = $1', [
      action.hold.id,
    ])
    expect(rows).toEqual([
      { due_at: new Date(until), expires_at: new Date(until), extended_from: new Date(action.hold.expires_at) },
    ])
  })

  it('A19 ends seven days after the opening at most, however it is asked', async () => {
    const action = await held()
    const latest = new Date(Date.parse(action.hold.opened_at) + 7 * 24 * hour)
    const late = await extend(action, new Date(latest.getTime() + 1).toISOString())
    expect(late).toMatchObject({ status: 409, body: { code: 'hold.not_extendable', hold: { id: action.hold.id } } })
    expect((await extend(action, later(action, hour))).status).toBe(200)
    expect((await extend(action, latest.toISOString())).status).toBe(200)
    expect((await extend(action, new Date(latest.getTime() + 1).toISOString())).body.code).toBe('hold.not_extendable')
  })

  it('never passes the deadline that the agent has set', async () => {
    const action = await held({ deadline_seconds: 600 })
    expect((await extend(action, later(action, 1))).body).toMatchObject({ code: 'hold.not_extendable' })
  })

  it('never takes time away', async () => {
    const action = await held()
    expect((await extend(action, later(action, -1))).body).toMatchObject({ code: 'hold.not_extendable' })
    await expect(
      w.db.pool.query(`update hold set expires_at = expires_at - interval '1 second' where id = $1`, [action.hold.id]),
    ).rejects.toThrow(/cannot move/)
  })

  it('A01 is given by whoever may decide it, and not by the asking side or a viewer', async () => {
    const action = await held()
    for (const who of [w.owner, w.viewer])
      expect((await extend(action, later(action, hour), await w.signedIn(who))).body).toMatchObject({
        code: 'hold.ineligible',
      })
    expect((await extend(action, later(action, hour), await w.signedIn(w.outsider))).status).toBe(404)
  })

  it('A13 comes too late once it has ended, by verdict or by time', async () => {
    const action = await held()
    await approver('POST', `${path(action)}/reviews`, { verdict: 'reject', digest: action.digest })
    expect((await extend(action, later(action, hour))).body).toMatchObject({
      code: 'hold.closed',
      hold: { status: 'rejected' },
    })
    const other = await held()
    await w.test.moveClock(4 * 3_600 + 1)
    const late = await extend(other, later(other, hour))
    expect(late).toMatchObject({ status: 409, body: { code: 'hold.closed', hold: { status: 'expired' } } })
    expect(await read(other)).toMatchObject({ status: 'expired' })
  })

  it('is not given while a pause freezes it, whose time comes back by itself', async () => {
    const own = await w.agent({ scopes })
    const action = await held({}, own.key)
    const governor = await w.signedIn(w.governor)
    const target = { type: 'agent', id: own.id }
    const pause = await governor('POST', '/api/console/containment', { target, level: 'paused', reason: 'look' })
    expect(pause.status).toBe(201)
    expect((await extend(action, later(action, hour))).body).toMatchObject({ code: 'hold.frozen' })
    await w.test.moveClock(600)
    expect((await governor('POST', `/api/console/containment/${pause.body.id}/lift`, { reason: 'ok' })).status).toBe(
      200,
    )
    // The ten minutes stay given: two more hours from when it really ends now.
    const ends = Date.parse((await approver('GET', path(action))).body.expires_at)
    expect(ends).toBeGreaterThanOrEqual(Date.parse(action.hold.expires_at) + 600_000)
    const until = new Date(ends + 2 * hour).toISOString()
    expect((await extend(action, until)).body.expires_at).toBe(until)
  })

  it('keeps an agent waiting past the end that it was first told', async () => {
    const action = await held()
    expect((await extend(action, later(action, hour))).status).toBe(200)
    await w.test.moveClock(4 * 3_600 + 60)
    const waiting = read(action, 'wait=20')
    await approver('POST', `${path(action)}/reviews`, { verdict: 'approve', digest: action.digest })
    expect(await waiting).toMatchObject({ status: 'approved' })
  })
})
