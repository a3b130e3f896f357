import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ look: { operation: 'read' }, run: {} })
const scopes = [everything]
const { key } = await w.agent({ scopes })
const approver = await w.signedIn(w.approver)
let n = 0
const hold = async () => (await w.submit(key, { tool: 'run', params: { n: n++ } })).body
const review = (held: { digest: string; hold: { id: string } }, verdict: string) =>
  approver('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict, digest: held.digest })
const asked = async (id: string) =>
  (await w.gate(key, 'GET', `/api/v1/actions/${id}`, undefined, { prefer: 'wait=0' })).body

it.each([
  ['wait', 400],
  ['wait=', 400],
  ['wait=-1', 400],
  ['wait=301', 400],
  ['wait=1.5', 400],
  ['wait=0, wait=0', 400],
  ['respond-async, WAIT = 0', 202],
  ['wait="0"; x=y', 202],
])('Prefer: %s is %i', async (prefer, status) => {
  expect((await w.submit(key, { tool: 'run', params: { n: n++ } }, { prefer })).status).toBe(status)
})

it('G03 every 409 to an agent carries its action as it is now, whole', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  const first = (await w.submit(key, { tool: 'run', params: { n: n++ } }, headers)).body
  const other = { tool: 'run', params: { n: n++ } }
  const whole = { id: first.id, status: 'held', digest: first.digest, decision: null, next_action: 'wait' }
  expect(await w.submit(key, other, headers)).toMatchObject({
    status: 409,
    body: { code: 'idempotency.conflict', action: whole },
  })
  const actions = [{ ...other, idempotency_key: headers['idempotency-key'] }]
  const batch = await w.gate(key, 'POST', '/api/v1/actions/batch', { actions }, { prefer: 'wait=0' })
  expect(batch.body.items).toMatchObject([{ status: 409, code: 'idempotency.conflict', action: whole }])
  const path = `/api/v1/actions/${first.id}`
  expect((await w.gate(key, 'POST', `${path}/outcome`, { status: 'succeeded' })).body).toMatchObject({
    code: 'action.not_allowed',
    action: whole,
  })
  await review(first, 'approve')
  expect((await w.gate(key, 'POST', `${path}/cancel`, {})).body).toMatchObject({
    code: 'action.decided',
    action: { id: first.id, status: 'approved', decision: { verdict: 'allow' } },
  })
  await w.gate(key, 'POST', `${path}/outcome`, { status: 'failed' })
  expect((await w.gate(key, 'POST', `${path}/outcome`, { status: 'succeeded' })).body).toMatchObject({
    code: 'action.outcome_conflict',
    action: { id: first.id, status: 'approved', outcome: 'failed' },
  })
})

it('a batch answers each item as it would be alone, in order: an action, or a problem', async () => {
  const look = () => ({ tool: 'look', params: { n: n++ } })
  const actions = [look(), { tool: 'look' }, { ...look(), status: 'allowed' }, 7, { tool: 'run', params: {} }, look()]
  const { status, body } = await w.gate(key, 'POST', '/api/v1/actions/batch', { actions }, { prefer: 'wait=0' })
  expect(status).toBe(200)
  expect(body.items.map((item: { code?: string; status: string }) => item.code ?? item.status)).toEqual([
    'allowed',
    'request.invalid',
    'request.invalid',
    'request.invalid',
    'idempotency.required',
    'allowed',
  ])
  expect(body.items[1]).toMatchObject({ status: 400, errors: [{ pointer: '/params' }] })
  for (const odd of [[], Array.from({ length: 51 }, look), 'x'])
    expect((await w.gate(key, 'POST', '/api/v1/actions/batch', { actions: odd })).status).toBe(400)
})

it('INV-04 taking back with the same key again is the same answer, with another body a conflict', async () => {
  const { id } = await hold()
  const cancel = (reason: string, headers: Record<string, string>) =>
    w.gate(key, 'POST', `/api/v1/actions/${id}/cancel`, { reason }, headers)
  const headers = { 'idempotency-key': randomUUID() }
  const first = await cancel('not needed', headers)
  expect(first).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  expect((await cancel('not needed', headers)).body).toMatchObject({ id, decision: first.body.decision })
  expect(await cancel('another', headers)).toMatchObject({ status: 409, body: { code: 'idempotency.conflict' } })
  expect(await cancel('not needed', { 'idempotency-key': randomUUID() })).toMatchObject({
    status: 409,
    body: { code: 'action.decided' },
  })
  expect((await cancel('not needed', { 'idempotency-key': 'a b' })).status).toBe(400)
  expect((await w.events('hold.withdrawn')).filter(one => one.subjects.includes(id))).toHaveLength(1)
})

it('A25 an approver of one team does not say how an action of another team ended, even where they may look', async () => {
  const done = (await w.submit(key, { tool: 'look', params: { n: n++ } })).body
  await w.gate(key, 'POST', `/api/v1/actions/${done.id}/outcome`, { status: 'unknown' })
  const both = await w.signedIn(
    await w.person('Vera Viewing', [
      { role: 'approver', team_id: w.otherTeam },
      { role: 'viewer', team_id: w.team },
    ]),
  )
  const path = `/api/console/actions/${done.id}/reconcile`
  expect((await both('POST', path, { status: 'succeeded' })).status).toBe(403)
  expect((await w.signedIn(w.outsider).then(one => one('POST', path, { status: 'succeeded' }))).status).toBe(404)
  expect((await approver('POST', path, { status: 'succeeded' })).status).toBe(204)
})

it('A15 there is no approval of several by one digest: each is named with its own', async () => {
  const [one, other] = [await hold(), await hold()]
  const bulk = { verdict: 'approve', holds: [one.hold.id, other.hold.id], digest: one.digest }
  expect((await approver('POST', '/api/console/holds/reviews', bulk)).status).toBe(400)
  for (const path of ['/api/console/holds/batch', '/api/console/reviews', '/api/console/holds'])
    expect([404, 405]).toContain((await approver('POST', path, bulk)).status)
  expect((await review({ ...other, digest: one.digest }, 'approve')).body.code).toBe('hold.changed')
  expect([(await asked(one.id)).status, (await asked(other.id)).status]).toEqual(['held', 'held'])
})

it('A16 U20 looking changes nothing: GET and HEAD of every address of a hold, whatever they ask for', async () => {
  const one = await hold()
  const before = (await w.events()).length
  const tries = ['', '/reviews', '/views', '/reject-and-contain'].flatMap(path =>
    ['', '?action=approve&auto=1', `?verdict=approve&digest=${one.digest}`].map(query => path + query),
  )
  for (const path of tries)
    for (const method of ['GET', 'HEAD']) await approver(method, `/api/console/holds/${one.hold.id}${path}`)
  expect((await w.events()).length).toBe(before)
  expect((await asked(one.id)).status).toBe('held')
})

it('A17 a captured approval is worth nothing from another origin, and nothing again', async () => {
  const one = await hold()
  const path = `/api/console/holds/${one.hold.id}/reviews`
  const body = { verdict: 'approve', digest: one.digest }
  const foreigners: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
  ]
  for (const foreign of foreigners)
    expect((await approver('POST', path, body, foreign)).status, JSON.stringify(foreign)).toBe(403)
  expect((await approver('POST', path, body)).status).toBe(201)
  expect((await approver('POST', path, body)).body.code).toBe('hold.closed')
  expect((await w.events('hold.reviewed')).filter(event => event.subjects.includes(one.hold.id))).toHaveLength(1)
})

it('G10 a parked call past its deadline, or reached by a kill, is not taken back: it ended before', async () => {
  const parked = async (more: object) => (await w.submit(key, { tool: `new ${n++}`, ...more })).body
  const late = await parked({ deadline_seconds: 1 })
  await w.test.moveClock(2)
  expect((await w.gate(key, 'POST', `/api/v1/actions/${late.id}/cancel`, {})).body).toMatchObject({
    code: 'action.decided',
    action: { status: 'expired', decision: { code: 'tool.unclassified' } },
  })
})
