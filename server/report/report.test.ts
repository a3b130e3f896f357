import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import { everything, type Person, world } from '@/server/testing/world'
import { measureReviews } from './measure'

const w = await world(2)
const inTeam = [{ role: 'approver' as const, team_id: w.team }]
const others: readonly SignedIn[] = [await w.person('Bo Second', inTeam), await w.person('Cy Third', inTeam)]
const quick = await w.person('Di Quick', inTeam)
await w.tools({ pay: { operation: 'pay' } })
const { id, key } = await w.agent({
  scopes: [everything],
})
const approver = await w.signedIn(w.approver)
const governor = await w.signedIn(w.governor)
const administrator = await w.signedIn(w.administrator)
const outsider = await w.signedIn(w.outsider)
const viewer = await w.signedIn(w.viewer)

/** One payment that waits, and its hold as its reviewers see it. */
async function waiting(params: Record<string, unknown> = { amount: '10', nonce: randomUUID() }) {
  const { body } = await w.submit(key, { tool: 'pay', operation: 'pay', params })
  expect(body.status, JSON.stringify(body)).toBe('held')
  const path = `/api/console/holds/${body.hold.id}`
  return { path, action: body.id, digest: (await approver('GET', path)).body.shown_digest as string }
}

const see = async (by: Person, { path, digest }: Awaited<ReturnType<typeof waiting>>) =>
  expect((await by('POST', `${path}/views`, { digest })).status).toBe(204)

async function decide(by: Person, { path, digest }: Awaited<ReturnType<typeof waiting>>, verdict: string) {
  const given = await by('POST', `${path}/reviews`, { verdict, digest })
  expect(given.status, JSON.stringify(given.body)).toBe(201)
}

/** Both instances measure what there is, at once. */
async function measured() {
  const done = async () =>
    (await w.db.pool.query('select 1 from review where measured_at is null limit 1')).rows.length === 0
  await expect
    .poll(async () => {
      await Promise.all(w.servers.map(one => measureReviews(one.app)))
      return done()
    })
    .toBe(true)
}

const own = async (by: Person) => (await by('GET', '/api/console/reports/own?days=7')).body
const team = async (by: Person, query = '') => by('GET', `/api/console/reports/team?days=7${query}`)

describe('one’s own figures', () => {
  it('tell read from hurried and from never opened, by what was shown and for how long', async () => {
    const [read, hurried, unopened] = [await waiting(), await waiting({ text: 'x'.repeat(20_000) }), await waiting()]
    await see(approver, read)
    await see(approver, hurried)
    await w.test.moveClock(30)
    await decide(approver, read, 'approve')
    await decide(approver, hurried, 'approve')
    await decide(approver, unopened, 'reject')
    await measured()
    const { figures } = await own(approver)
    expect(figures).toMatchObject({
      people: 1,
      decided: 3,
      reading: { read: 1, hurried: 1, unopened: 1, unknown: 0 },
      load: { reviews: 3, median: 3, most: 3 },
    })
    expect(figures.time_to_decide.p95_ms).toBeGreaterThanOrEqual(30_000)
    expect((await own(viewer)).figures).toMatchObject({ people: 0, decided: 0, time_to_decide: null })
  })

  it('tell what was regretted: put back, or its agent stopped within a day', async () => {
    const put = await waiting()
    await decide(approver, put, 'approve')
    await w.gate(key, 'POST', `/api/v1/actions/${put.action}/outcome`, { status: 'succeeded' })
    await w.gate(key, 'POST', `/api/v1/actions/${put.action}/outcome`, { status: 'rolled_back' })
    await measured()
    const { figures } = await own(approver)
    expect(figures.regret).toEqual({ approved: 3, regretted: 1 })
    const stop = { target: { type: 'agent', id }, level: 'paused', reason: 'It went wrong.' }
    const stopped = await governor('POST', '/api/console/containment', stop)
    expect(stopped.status, JSON.stringify(stopped.body)).toBe(201)
    expect((await own(approver)).figures.regret).toEqual({ approved: 3, regretted: 3 })
    await governor('POST', `/api/console/containment/${stopped.body.id}/lift`, { reason: 'Mended.' })
    await administrator('POST', `/api/console/containment/${stopped.body.id}/lift`, { reason: 'Mended.' })
  })
})

describe('teams’ figures', () => {
  it('are for who leads a team, and for their teams alone', async () => {
    expect((await team(viewer)).status).toBe(403)
    expect((await team(await w.signedIn(w.owner))).status).toBe(403)
    expect((await team(approver)).body.teams).toEqual([{ id: w.team, name: 'Payments' }])
    expect((await team(approver, `&team=${w.otherTeam}`)).status).toBe(404)
    expect((await team(outsider)).body.figures).toMatchObject({ decided: 0, people: 0 })
    expect((await team(governor, `&team=${w.team}`)).body.figures.decided).toBeGreaterThan(0)
  })

  it('say nothing of fewer than three people, and name nobody', async () => {
    const { body } = await team(governor)
    expect(body).toMatchObject({
      people: null,
      naming: null,
      hurries: 0,
      canaries: null,
      figures: { people: 1, time_to_decide: null, load: null, reading: null, disagreement: null, regret: null },
    })
    expect(JSON.stringify(body)).not.toContain(w.approver.id)
  })

  it('say it of three, still without names', async () => {
    for (const one of others) {
      const by = await w.signedIn(one)
      const hold = await waiting()
      await see(by, hold)
      await w.test.moveClock(5)
      await decide(by, hold, 'reject')
    }
    await measured()
    const { body } = await team(approver)
    expect(body.figures).toMatchObject({ people: 3, load: { reviews: 6, most: 4 } })
    expect(body.figures.reading.read + body.figures.reading.unopened + body.figures.reading.hurried).toBe(6)
    expect(body.people).toBeNull()
    const text = JSON.stringify(body)
    for (const one of [w.approver, ...others]) expect(text).not.toContain(one.name)
  })

  it('name people only while an administrator lets them, for a reason that everybody reads and the log knows of', async () => {
    expect((await governor('POST', '/api/console/reports/naming', { reason: 'Curious.' })).status).toBe(403)
    expect((await administrator('POST', '/api/console/reports/naming', { reason: '' })).status).toBe(400)
    const reason = 'Two bills were paid twice.'
    for (let twice = 0; twice < 2; twice++)
      expect((await administrator('POST', '/api/console/reports/naming', { reason })).status).toBe(200)
    const { body } = await team(approver)
    expect(body.naming).toMatchObject({ reason, enabled_by: { name: w.administrator.name } })
    expect(body.people[0]).toMatchObject({ person: { name: w.approver.name }, reviews: 4, regretted: 3 })
    expect((await viewer('GET', '/api/console/reports/naming')).body.naming).toMatchObject({ reason })
    expect((await own(viewer)).naming).toMatchObject({ reason })
    expect((await governor('DELETE', '/api/console/reports/naming')).status).toBe(403)
    expect((await administrator('DELETE', '/api/console/reports/naming')).status).toBe(204)
    expect((await team(approver)).body).toMatchObject({ people: null, naming: null })
    expect((await w.events('report.naming_enabled')).length).toBe(1)
    expect((await w.events('report.naming_disabled')).map(one => one.by.id)).toEqual([w.administrator.id])
  })
})

describe('A26: hurry', () => {
  it('more than twenty approvals within a minute are an event, once, though two instances look', async () => {
    const hurried = await w.signedIn(quick)
    const holds = await Promise.all(Array.from({ length: 25 }, () => waiting()))
    for (const hold of holds.slice(0, 20)) await decide(hurried, hold, 'approve')
    await measured()
    expect(await w.events('review.hurried')).toEqual([])
    for (const hold of holds.slice(20)) await decide(hurried, hold, 'approve')
    await measured()
    const events = await w.events('review.hurried')
    expect(events).toHaveLength(1)
    expect(events[0]?.data).toMatchObject({ seconds: 60 })
    expect((await own(hurried)).hurries).toHaveLength(1)
    expect((await own(approver)).hurries).toEqual([])
    expect((await team(governor)).body.hurries).toBe(1)
  })
})

describe('owners', () => {
  it('see what their agents asked and what became of it, and nobody else’s', async () => {
    const hold = await waiting()
    const { body } = await (await w.signedIn(w.owner))('GET', '/api/console/reports/agents')
    expect(body.items).toEqual([
      expect.objectContaining({
        agent: expect.objectContaining({ id }),
        relation: 'owner',
        open_holds: 1,
        last_30_days: expect.objectContaining({ waiting: 1, rejected: 3, rolled_back: 1 }),
      }),
    ])
    const backup = (await (await w.signedIn(w.backup))('GET', '/api/console/reports/agents')).body
    expect(backup.items[0]).toMatchObject({ relation: 'backup' })
    expect((await approver('GET', '/api/console/reports/agents')).body.items).toEqual([])
    await decide(approver, hold, 'reject')
    await w.test.moveClock(8 * 86_400)
    const later = (await (await w.signedIn(w.owner))('GET', '/api/console/reports/agents')).body
    expect(later.items[0]).toMatchObject({ open_holds: 0, last_7_days: { rejected: 0 }, last_30_days: { rejected: 4 } })
  })
})
