import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { deafen } from '@/server/testing/deaf'
import { everything, type Person, world } from '@/server/testing/world'

/** Questions on a hold: a person asks, the agent or a person answers, and nothing of it decides. */
const w = await world()
let agent: { id: string; key: string }
let approver: Person
let owner: Person
let outsider: Person
let n = 0

beforeAll(async () => {
  await w.tools({ run: {} })
  agent = await w.agent({
    scopes: [everything],
  })
  approver = await w.signedIn(w.approver)
  owner = await w.signedIn(w.owner)
  outsider = await w.signedIn(w.outsider)
})

const held = async () => (await w.submit(agent.key, { tool: 'run', params: { n: n++ } })).body
type Held = Awaited<ReturnType<typeof held>>
const path = (action: Held) => `/api/console/holds/${action.hold.id}`
const say = (who: Person, action: Held, review: Record<string, unknown>) =>
  who('POST', `${path(action)}/reviews`, { digest: action.digest, ...review })
/** Asks the agent; the question's id. */
async function ask(action: Held, comment: string, who = approver): Promise<string> {
  const { status, body } = await say(who, action, { verdict: 'ask', comment })
  expect(status).toBe(201)
  return body.reviews.at(-1).id
}
const answer = (action: Held, body: Record<string, unknown>, headers: Record<string, string> = {}, key = agent.key) =>
  w.gate(key, 'POST', `/api/v1/actions/${action.id}/answers`, body, headers)
const read = async (action: Held, prefer = 'wait=0') =>
  (await w.gate(agent.key, 'GET', `/api/v1/actions/${action.id}`, undefined, { prefer })).body

describe('a question to the agent', () => {
  it('is read in its action and answered over HTTP, and the person reads the answer as it was given', async () => {
    const action = await held()
    expect(action.hold.questions).toEqual([])
    const question = await ask(action, 'Which invoice is this for?')
    expect((await read(action)).hold.questions).toEqual([
      { id: question, question: 'Which invoice is this for?', asked_at: expect.any(String), answers: [] },
    ])
    const text = '<script>alert(1)</script> \u202Eapproved\u202C by the CISO'
    const said = await answer(action, { question, text })
    expect(said).toMatchObject({
      status: 200,
      body: { status: 'held', hold: { questions: [{ answers: [{ text }] }] } },
    })
    const shown = (await approver('GET', path(action))).body
    expect(shown.reviews.at(-1)).toMatchObject({
      id: question,
      verdict: 'ask',
      to_agent: true,
      counted: false,
      comment: 'Which invoice is this for?',
      answers: [{ from: 'agent', by: { id: agent.id }, text }],
    })
    expect(shown).toMatchObject({ status: 'pending', approvals: { received: 0 } })
    const [event] = (await w.events('hold.answered')).slice(-1)
    expect(event).toMatchObject({ by: { id: agent.id }, data: { hold: action.hold.id, review: question } })
    expect(JSON.stringify(await w.events('hold.answered'))).not.toContain('CISO')
  })

  it('does not end the wait, which goes on to the decision', async () => {
    const action = await held()
    const waiting = read(action, 'wait=20')
    await ask(action, 'Why?')
    await say(approver, action, { verdict: 'approve' })
    expect(await waiting).toMatchObject({ status: 'approved' })
  })

  it('ends the wait of an agent that prefers questions, until it has answered', async () => {
    const action = await held()
    const waiting = read(action, 'wait=60, questions')
    const question = await ask(action, 'Why?')
    expect(await waiting).toMatchObject({ status: 'held', hold: { questions: [{ id: question, answers: [] }] } })
    await answer(action, { question, text: 'Because it is due.' })
    const again = read(action, 'wait=60, questions')
    await say(approver, action, { verdict: 'reject', comment: 'Not today.' })
    expect(await again).toMatchObject({ status: 'rejected' })
  })

  it('ends that wait although the hint was lost', async () => {
    const action = await held()
    const waiting = read(action, 'wait=60, questions')
    await expect.poll(() => w.servers[0]?.app.gate.waiters.count(agent.id)).toBe(1)
    await deafen(w)
    const question = await ask(action, 'Why, again?')
    expect(await waiting).toMatchObject({ status: 'held', hold: { questions: [{ id: question, answers: [] }] } })
  })

  it('takes the same answer with the same key once, and nothing else with it', async () => {
    const action = await held()
    const question = await ask(action, 'Why?')
    const headers = { 'idempotency-key': randomUUID() }
    const both = await Promise.all([1, 2].map(() => answer(action, { question, text: 'So.' }, headers)))
    expect(both.map(one => one.status)).toEqual([200, 200])
    expect(await answer(action, { question, text: 'Else.' }, headers)).toMatchObject({
      body: { code: 'idempotency.conflict' },
    })
    expect((await read(action)).hold.questions[0].answers).toHaveLength(1)
    await say(approver, action, { verdict: 'approve' })
    // Asked again because its answer was lost: it stands as it did.
    expect((await answer(action, { question, text: 'So.' }, headers)).status).toBe(200)
  })

  it('is answered by nobody but its agent, only while it waits, and only within bounds', async () => {
    const action = await held()
    const question = await ask(action, 'Why?')
    const other = await w.agent({})
    expect((await answer(action, { question, text: 'x' }, {}, other.key)).status).toBe(404)
    expect((await answer(await held(), { question, text: 'x' })).body).toMatchObject({ code: 'request.invalid' })
    expect((await answer(action, { question, text: 'x'.repeat(4_001) })).status).toBe(400)
    expect((await answer(action, { question, text: '' })).status).toBe(400)
    for (let at = 0; at < 10; at++) expect((await answer(action, { question, text: `${at}` })).status).toBe(200)
    expect((await answer(action, { question, text: 'more' })).body).toMatchObject({ code: 'hold.thread_full' })
    await say(approver, action, { verdict: 'reject' })
    const late = await answer(action, { question, text: 'late' })
    expect(late).toMatchObject({ status: 409, body: { code: 'action.decided', action: { status: 'rejected' } } })
    expect((await read(action)).hold.questions[0].answers).toHaveLength(10)
  })

  it('is asked twenty times at most', async () => {
    const action = await held()
    for (let at = 0; at < 20; at++) await ask(action, `${at}?`)
    expect((await say(approver, action, { verdict: 'ask', comment: 'once more?' })).body.code).toBe('hold.thread_full')
    // People go on asking each other.
    expect((await say(approver, action, { verdict: 'ask', note: 'Olga, is this yours?' })).status).toBe(201)
  })
})

describe('a question to people', () => {
  it('is answered by the owner, and the agent reads neither', async () => {
    const action = await held()
    const asked = await say(approver, action, { verdict: 'ask', note: 'Is this ours?' })
    const question = asked.body.reviews.at(-1).id
    expect((await read(action)).hold.questions).toEqual([])
    expect((await answer(action, { question, text: 'Yes' })).body).toMatchObject({ code: 'request.invalid' })
    const said = await owner('POST', `${path(action)}/answers`, { question, text: 'Yes, since March.' })
    expect(said).toMatchObject({ status: 201 })
    expect(said.body.reviews.at(-1).answers).toMatchObject([
      { from: 'person', by: { id: w.owner.id }, text: 'Yes, since March.' },
    ])
    expect(JSON.stringify(await read(action))).not.toContain('since March')
  })

  it('A25 is not there for whoever may not see the hold', async () => {
    const action = await held()
    const question = await ask(action, 'Why?')
    expect((await outsider('POST', `${path(action)}/answers`, { question, text: 'x' })).status).toBe(404)
  })

  it('is not answered after the end: 409 with the hold as it ended', async () => {
    const action = await held()
    const question = await ask(action, 'Why?')
    await say(approver, action, { verdict: 'reject' })
    expect(await owner('POST', `${path(action)}/answers`, { question, text: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'hold.closed', hold: { status: 'rejected' } },
    })
  })
})

it('a pass counts nothing, and makes whoever is next due at once', async () => {
  const action = await held()
  const due = async () =>
    (
      await w.db.pool.query<{ due: boolean; hurried: number }>(
        `select h.next_level_at <= holdpoint.now() as due, e.hurried from hold h join hold_escalation e on e.hold_id = h.id where h.id = $1`,
        [action.hold.id],
      )
    ).rows
  const passed = await say(approver, action, { verdict: 'pass', note: 'I do not know this account.' })
  expect(passed.body).toMatchObject({ status: 'pending', approvals: { received: 0 } })
  expect(passed.body.reviews.at(-1)).toMatchObject({ verdict: 'pass', counted: false, answers: [] })
  const rows = await due()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.hurried).toBeGreaterThanOrEqual(1)
  // Whoever has passed may still decide it.
  expect((await say(approver, action, { verdict: 'approve' })).status).toBe(201)
})

it('erasing the content of an action erases what was asked and answered', async () => {
  const action = await held()
  const question = await ask(action, 'Whose account?')
  await answer(action, { question, text: 'Mrs Miller’s.' })
  await say(approver, action, { verdict: 'reject' })
  const administrator = await w.signedIn(w.administrator)
  const erased = await administrator('POST', `/api/console/actions/${action.id}/erase`, { reason: 'asked for' })
  expect(erased.status).toBeLessThan(300)
  const shown = JSON.stringify([(await approver('GET', path(action))).body, await read(action)])
  expect(shown).not.toContain('Miller')
  expect(shown).not.toContain('Whose account')
})
