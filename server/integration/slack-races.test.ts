import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { enqueue } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import { shownIn } from '@/server/integration/slack-store'
import { pressed, slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { tallyRounds } from '@/server/testing/tally'
import { actOn, type Contested, ends, heldEvents, judged, overWords, type Verb, verbs } from '@/server/testing/verbs'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/*
 * A verdict in Slack on one instance against every other verb on the same hold on the other, released together: one end, the same in
 * the log, the database and on both instances; whoever was first is told so, and whoever was not is told why nothing came of it.
 */
const slack = await slackShaped()
afterAll(slack.close)
const w = await world(2, { fetchAllow: ['127.0.0.0/8'], slackApi: slack.url, url: 'https://holdpoint.acme.example' })
const second = await w.person('Sue Second', [{ role: 'approver', team_id: w.team }])
const rounds = 2 * inject('scale')
const others = [...verbs.filter(one => one !== 'expire'), 'slack'] as const
/** A switch asks for a fresh sign-in, which the moved clock has made an old one. */
const refusals = ['hold.closed', 'action.decided', 'hold.not_extendable', 'session.stale']
let n = 0
let ann: Person
let sue: Person
let governor: Person

/** Cookies do not last as long as the clock is moved. */
async function signIn(): Promise<void> {
  ann = await w.signedIn(w.approver)
  sue = await w.signedIn(second, 1)
  governor = await w.signedIn(w.governor, 1)
}

beforeAll(async () => {
  await w.tools({ run: { operation: 'update', parameters: { n: 'count' } } })
  const ada = await w.signedIn(w.administrator)
  expect((await ada('PUT', '/api/console/slack', { token: slackToken, signing_secret: slackSecret })).status).toBe(200)
  await signIn()
  slack.accounts[w.approver.email] = 'UANN0001'
  await ann('POST', '/api/console/me/slack', {})
  const code = /^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0]
  expect((await ann('POST', '/api/console/me/slack/confirm', { code })).status).toBe(200)
})
beforeEach(({ task }) => tallyRounds(task, rounds))

/** A hold of an agent of its own, of which Ann has been told in Slack; Sue has seen it, or asked about it, where a verb needs that. */
async function told(verb: Verb | 'slack'): Promise<Contested> {
  const agent = await w.agent({ scopes: [everything] })
  const session = `s${n++}`
  const { body } = await w.submit(agent.key, { tool: 'run', params: { n: 10 + n }, context: { session } })
  const hold: string = body.hold.id
  const payload = JSON.stringify({ kind: 'hold.opened', hold, why: 'you approve for Payments' })
  const message = { subject_id: hold, kind: 'hold.opened', person_id: w.approver.id, payload }
  await transact(w.db, async tx => enqueue(tx, await clock(tx), [{ ...message, channels: ['slack'] }]))
  await expect
    .poll(async () => shownIn(reader(w.db.pool), hold, w.approver.id), { timeout: 10_000, interval: 20 })
    .not.toBeNull()
  const path = `/api/console/holds/${hold}`
  if (verb === 'together') await sue('POST', `${path}/views`, { digest: body.digest })
  const review = { verdict: 'ask', digest: body.digest, comment: 'why?' }
  const asked = verb === 'answer' ? await sue('POST', `${path}/reviews`, review) : null
  return { ...body, agent, session, question: asked?.body.reviews[0].id ?? null }
}

async function press(hold: string, action: string, at: number): Promise<null> {
  const said = { user: 'UANN0001', action, value: hold, nonce: randomUUID() }
  const sent = pressed(said, await clock(reader(w.db.pool)))
  const path = '/api/integrations/slack/interactions'
  expect((await fetch(`${w.servers[at]?.url}${path}`, { method: 'POST', ...sent })).status).toBe(200)
  return null
}

const thrower = async () => governor
const act = (verb: Verb | 'slack', one: Contested): Promise<Reply | null> =>
  verb === 'slack' ? press(one.hold.id, 'reject', 1) : actOn(w, verb, one, { person: sue, thrower, at: 1 })

/** What came of each press on this hold, as Slack was told it. */
const answersTo = (hold: string): string[] =>
  slack.calls
    .filter(({ body }) => JSON.stringify(body.blocks ?? '').includes(`/approvals/${hold}"`))
    .map(({ body }) => String(body.text))
    .filter(text => /^You (approved|rejected) this\.$|Nothing was decided\.$/.test(text))

/** What is so of every pair with a press to approve, whoever was first. */
async function holdsTogether(one: Contested, verb: Verb | 'slack', reply: Reply | null): Promise<void> {
  const end = verb === 'slack' ? 'rejected' : ends[verb]
  const read = (at: number) =>
    w.gate(one.agent.key, 'GET', `/api/v1/actions/${one.id}`, undefined, { prefer: 'wait=10' }, at)
  const [a, b] = await Promise.all([read(0), read(1)])
  const status: string = a.body.status
  // Every press is answered, once.
  const presses = verb === 'slack' ? 2 : 1
  await expect.poll(() => answersTo(one.hold.id).length, { timeout: 10_000, interval: 20 }).toBe(presses)
  const answers = answersTo(one.hold.id)
  const said = JSON.stringify([verb, status, reply?.body?.code ?? reply?.status, answers])
  expect(b.body.decision, said).toEqual(a.body.decision)
  expect(['approved', end], said).toContain(status)
  const pressWon = answers.filter(text => text.startsWith('You '))
  const word = status === 'cancelled' ? 'withdrawn' : status
  for (const text of answers)
    expect(text, said).toBe(
      text.startsWith('You ') ? `You ${status} this.` : `This ended as ${word}. Nothing was decided.`,
    )
  const won = reply !== null && reply.status < 300
  if (reply && !won) expect(refusals, said).toContain(reply.body.code)
  // Of two that end it one did, and it is its end; what ends nothing may have come before.
  const ending = end !== undefined && verb !== 'slack' && verb !== 'kill' && verb !== 'expire'
  if (ending) expect(pressWon.length + (won ? 1 : 0), said).toBe(1)
  else if (verb !== 'kill' && verb !== 'expire') expect(pressWon, said).toHaveLength(1)
  if (won && ending) expect(status, said).toBe(end)
  if (pressWon.length === 0) expect(status, said).toBe(end)

  const types = await heldEvents(w, one.hold.id)
  const over = types.filter(type => overWords.includes(type))
  expect(over, said).toEqual([word])
  const count = (type: string) => types.filter(other => other === type).length
  const before = one.question === null ? 0 : 1
  const given = won && verb !== 'slack' && judged.includes(verb) ? 1 : 0
  expect(count('reviewed'), said).toBe(before + pressWon.length + given)
  expect(count('extended'), said).toBe(won && verb === 'extend' ? 1 : 0)
  expect(count('answered'), said).toBe(won && verb === 'answer' ? 1 : 0)
  const behind = types.slice(types.indexOf(over[0] ?? 'none') + 1)
  for (const type of ['reviewed', 'extended', 'answered']) expect(behind, said).not.toContain(type)
  for (const person of [ann, sue])
    expect((await person('GET', `/api/console/holds/${one.hold.id}`)).body.action.status, said).toBe(status)
}

describe(`INV-01 X07 a verdict in Slack against every other verb on one hold, ${rounds} rounds each`, () => {
  it.each(others)('slack × %s', async verb => {
    for (let round = 0; round < rounds; round++) {
      const one = await told(verb)
      const [, reply] = await Promise.all([press(one.hold.id, 'approve', 0), act(verb, one)])
      await holdsTogether(one, verb, reply)
    }
  })

  it('G10 slack × expire', async () => {
    const all: Contested[] = []
    for (let round = 0; round < rounds * 4; round++) all.push(await told('expire'))
    const first = Math.min(...all.map(one => Date.parse(one.hold.expires_at)))
    const now = (await clock(reader(w.db.pool))).getTime()
    // What Slack has signed is good for five minutes: the end is near before anybody presses.
    await w.test.moveClock((first - now) / 1_000 - 60)
    await Promise.all([
      w.test.moveClock(120),
      ...all.map(async (one, turn) => {
        for (let wait = 0; wait < turn * 20; wait++) await new Promise(resolve => setImmediate(resolve))
        await press(one.hold.id, 'approve', turn % 2)
      }),
    ])
    await signIn()
    for (const one of all) await holdsTogether(one, 'expire', null)
  })
})
