import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { tallyRounds } from '@/server/testing/tally'
import { actOn, type Contested, ends, heldEvents, judged, overWords, type Verb, verbs } from '@/server/testing/verbs'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/*
 * Every pair of verbs on one hold, on two instances, released together: whoever is first, there is one end or none, it is
 * the end of a verb that was told so, and nothing happens to the hold behind it.
 */
const w = await world(2)
const rounds = 2 * inject('scale')
/** So many holds end in one moment: of switches no more than take their turns within the second that each may wait. */
const crowd = 8
const scopes = [everything]
/** A switch asks for a fresh sign-in, which the moved clock has made an old one. */
const refusals = ['hold.closed', 'action.decided', 'hold.not_extendable', 'session.stale']
let shared: { id: string; key: string }
let people: readonly [Person, Person]
let governor: Person
let switches = 0
let n = 0

/** Cookies do not last as long as the clock is moved. */
async function signIn(): Promise<void> {
  people = [await w.signedIn(w.approver, 0), await w.signedIn(second, 1)]
  governor = await anotherGovernor()
  switches = 0
}
const anotherGovernor = async () =>
  w.signedIn(await w.person('Another Governor', [{ role: 'governor', team_id: null }]), 1)
const second = await w.person('Bob Approver', [{ role: 'approver', team_id: w.team }])

beforeAll(async () => {
  await w.tools({ run: { parameters: { n: 'count' } } })
  await w.db.pool.query('update registry set version = version + 1')
  shared = await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000, open_holds: 100_000 } })
  await signIn()
})

beforeEach(({ task }) => tallyRounds(task, rounds))

/** A hold in a session of its own, about which its agent has been asked; of an agent of its own where that is to be paused. */
async function held(pair: readonly Verb[]): Promise<Contested> {
  const session = `s${n++}`
  const agent = pair.includes('contain') ? await w.agent({ scopes }) : shared
  const { body } = await w.submit(agent.key, { tool: 'run', params: { n: 10 + n }, context: { session } })
  const review = { verdict: 'ask', digest: body.digest, comment: 'why?' }
  const asked = await people[0]('POST', `/api/console/holds/${body.hold.id}/reviews`, review)
  if (pair.includes('together'))
    for (const person of people)
      await person('POST', `/api/console/holds/${body.hold.id}/views`, { digest: body.digest })
  return { ...body, agent, session, question: asked.body.reviews[0].id }
}

/** Nobody may throw more than 30 switches a minute. */
async function thrower(): Promise<Person> {
  if (switches++ % 25 === 24) governor = await anotherGovernor()
  return governor
}

const act = (verb: Verb, one: Contested, at: 0 | 1): Promise<Reply | null> =>
  actOn(w, verb, one, { person: people[at], thrower, at })

/** What is so of every pair, whoever was first. */
async function holdsTogether(one: Contested, pair: readonly [Verb, Verb], replies: readonly (Reply | null)[]) {
  const possible = pair.flatMap(verb => ends[verb] ?? [])
  const mayStay = possible.length === 0 || (pair.includes('extend') && pair.includes('expire'))
  const read = (at: number, wait = 0) =>
    w.gate(one.agent.key, 'GET', `/api/v1/actions/${one.id}`, undefined, { prefer: `wait=${wait}` }, at)
  // What time or a switch has ended is refused at once, and written before the first who waits is told.
  await read(0, mayStay ? 0 : 10)
  const [a, b] = await Promise.all([read(0), read(1)])
  const status: string = a?.body.status
  const said = JSON.stringify([pair, status, replies.map(reply => reply?.body?.code ?? reply?.status)])
  expect(b?.body.decision).toEqual(a?.body.decision)
  // One end of those that were asked for, or none where none was asked for or more time came first.
  expect(mayStay ? [...possible, 'held'] : possible, said).toContain(status)
  for (const [at, verb] of pair.entries()) {
    const reply = replies[at]
    if (!reply) continue
    const won = reply.status < 300
    if (!won) expect(refusals, said).toContain(reply.body.code)
    const end = ends[verb]
    if (end && verb !== 'kill') expect(won && status !== end, said).toBe(false)
    if (status === 'held' && verb !== 'extend') expect(won, said).toBe(true)
  }
  const types = await heldEvents(w, one.hold.id)
  const over = types.filter(type => overWords.includes(type))
  expect(over, said).toHaveLength(status === 'held' ? 0 : 1)
  // What was told to have happened is in the log, once each, and nothing of it stands behind the end.
  const behind = types.slice(types.indexOf(over[0] ?? 'none') + 1)
  if (over.length > 0) for (const type of ['reviewed', 'extended', 'answered']) expect(behind, said).not.toContain(type)
  const done = (which: readonly Verb[]) =>
    pair.filter((verb, at) => which.includes(verb) && (replies[at]?.status ?? 500) < 300).length
  expect(
    types.filter(type => type === 'reviewed'),
    said,
  ).toHaveLength(1 + done(judged))
  expect(
    types.filter(type => type === 'extended'),
    said,
  ).toHaveLength(done(['extend']))
  expect(
    types.filter(type => type === 'answered'),
    said,
  ).toHaveLength(done(['answer']))
  if (status === 'expired') expect(done(['extend']), said).toBe(0)
  // Pausing stands and falls with the reject that it was asked with.
  const { body: whole } = await w.gate(one.agent.key, 'GET', '/api/v1/agent')
  if (pair.includes('contain')) expect(whole.containment === null, said).toBe(done(['contain']) === 0)
  expect((await people[0]('GET', `/api/console/holds/${one.hold.id}`)).body.action.status).toBe(status)
}

const pairs = verbs.flatMap((a, i) => verbs.slice(i).map(b => [a, b] as const))

describe(`INV-01 INV-02 pairs of verbs on one hold, ${rounds} rounds each`, () => {
  it.each(pairs.filter(pair => !pair.includes('expire')))('%s × %s', async (...pair) => {
    for (let round = 0; round < rounds; round++) {
      const one = await held(pair)
      const order = round % 2 === 0 ? pair : ([pair[1], pair[0]] as const)
      const replies = await Promise.all([act(order[0], one, 0), act(order[1], one, 1)])
      await holdsTogether(one, order, replies)
    }
  })

  it.each(pairs.filter(pair => pair.includes('expire') && pair[0] !== 'expire'))('G10 %s × %s', async (...pair) => {
    for (let crowds = inject('scale'); crowds > 0; crowds--) {
      const all: Contested[] = []
      for (let turn = 0; turn < crowd; turn++) all.push(await held(pair))
      // The clock passes the end of all of them in one moment, somewhere among the verbs.
      const [, ...replies] = await Promise.all([
        w.test.moveClock(4 * 3_600 + 1),
        ...all.map(async (one, turn) => {
          for (let wait = 0; wait < turn * 20; wait++) await new Promise(resolve => setImmediate(resolve))
          return act(pair[0], one, turn % 2 === 0 ? 0 : 1)
        }),
      ])
      await signIn()
      for (const [at, one] of all.entries()) await holdsTogether(one, pair, [replies[at] ?? null, null])
    }
  })
})
