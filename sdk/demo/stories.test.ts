import { expect, it } from 'vitest'
import { digestOf } from '../typescript/src/index.ts'
import { type Answering, denied, good, held, listen, type Seen, send } from '../typescript/testing/loopback.ts'
import { type Recorder, tellStories } from './stories.ts'

const idOf = (n: number) => `act_${String(n).padStart(26, '0')}`

/** A gate that remembers: the same key is the same action; `decide` says what becomes of a new one. */
async function gate(decide: (action: { tool: string; params: { recipient?: string } }) => object, records = true) {
  const known = new Map<string, { id: string; session: string; body: Record<string, unknown> }>()
  const seen: Seen[] = []
  const answer: Answering = (response, _n, one) => {
    if (one.method === 'GET' && one.path.includes('session=')) {
      const session = new URLSearchParams(one.path.split('?')[1]).get('session')
      const items = [...known.values()].filter(action => action.session === session).map(action => action.body)
      return send(response, 200, { items: items.reverse(), next_cursor: null })
    }
    if (one.path.endsWith('/outcome')) return send(response, 200, good)
    if (one.path === '/api/v1/sources') return send(response, records ? 201 : 503, {})
    if (one.method === 'GET') return void 0
    const action = JSON.parse(one.body)
    const digest = digestOf(action)
    const id = known.get(one.key ?? '')?.id ?? idOf(known.size)
    const body = { ...decide(action), id, digest, executable_digest: digest, params: action.params }
    known.set(one.key ?? '', { id, session: action.context.session, body })
    send(response, 'decision' in body && body.decision === null ? 202 : 200, body)
  }
  const { port } = await listen(answer, seen)
  const submitted = () => seen.filter(one => one.method === 'POST' && one.path === '/api/v1/actions')
  return { url: `http://127.0.0.1:${port}`, seen, known, submitted }
}

/** Tells so many rounds of all three stories, each round ended by all before the next, then stops. Answers their rests. */
async function tellFor(
  url: string,
  rounds: number,
  someoneIsLooking: () => boolean,
  recorder: Recorder | null = null,
): Promise<number[]> {
  const stop = new AbortController()
  const rests: number[] = []
  let resting: (() => void)[] = []
  await tellStories({
    url,
    key: 'hp_test',
    recorder,
    signal: stop.signal,
    someoneIsLooking,
    pause: milliseconds =>
      new Promise(resolve => {
        rests.push(milliseconds)
        resting.push(resolve)
        if (resting.length < 3) return
        if (rests.length >= rounds * 3) stop.abort()
        const all = resting
        resting = []
        for (const go of all) go()
      }),
  })
  return rests
}

it('tells three stories: a bill as asked, the same bill for a stranger, a deletion that cannot be undone', async () => {
  const { url, submitted } = await gate(() => good)
  await tellFor(url, 1, () => false)
  const told = submitted().map(one => JSON.parse(one.body))
  expect(told).toHaveLength(3)
  const of = (story: string) => told.find(one => one.context.session === `story-${story}`)
  const [asked, stranger] = [of('bill-as-asked'), of('bill-rewritten')]
  expect(asked.params.amount).toBe(stranger.params.amount)
  expect(asked.context.prompt).toContain(asked.params.recipient)
  expect(stranger.context.prompt).not.toContain(stranger.params.recipient)
  expect(stranger.context.sources[0].text).toContain(stranger.params.recipient)
  expect(told.find(one => one.operation === 'delete').impact.reversible).toBe(false)
})

it('keeps each story open at most once, whether it looks or not, and goes on with it after a restart', async () => {
  const { url, submitted, known } = await gate(() => held)
  for (let restart = 0; restart < 3; restart++) {
    const stop = new AbortController()
    const telling = tellStories({ url, key: 'hp_test', signal: stop.signal, someoneIsLooking: () => true })
    await expect.poll(() => submitted().length).toBe((restart + 1) * 3)
    stop.abort()
    await telling
  }
  expect(known.size).toBe(3)
})

it('tells no next round while nobody looks', async () => {
  const { url, submitted } = await gate(() => denied)
  await tellFor(url, 10, () => false)
  expect(submitted()).toHaveLength(3)
})

it('goes on while somebody looks, reports what it did, and never asks the same twice', async () => {
  const { url, submitted, seen, known } = await gate(action => (action.tool === 'send_money' ? good : denied))
  await tellFor(url, 3, () => true)
  expect(submitted()).toHaveLength(9)
  expect(known.size).toBe(submitted().length)
  const reports = seen.filter(one => one.path.endsWith('/outcome')).map(one => JSON.parse(one.body))
  expect(reports.length).toBe(submitted().filter(one => JSON.parse(one.body).tool === 'send_money').length)
  expect(reports[0]).toMatchObject({ status: 'succeeded', summary: expect.stringMatching(/^Sent \d+\.\d\d GBP/) })
})

it('asks seldom while a rule or a switch refuses it', async () => {
  const stopped = { ...denied, status: 'denied', next_action: 'retry' }
  const { url } = await gate(() => stopped)
  expect(await tellFor(url, 1, () => true)).toEqual([300_000, 300_000, 300_000])
})

const recorder = { agent: 'agt_story', key: 'hp_recorder' }

it('has what the agent was asked and has read recorded by another identity before it asks, and reports none of it itself', async () => {
  const { url, seen, submitted } = await gate(() => good)
  await tellFor(url, 1, () => false, recorder)
  const told = submitted().map(one => JSON.parse(one.body))
  expect(told).toHaveLength(3)
  for (const { context } of told) {
    expect(context.sources).toBeUndefined()
    const kept = seen.findIndex(one => one.path === '/api/v1/sources' && one.body.includes(`"${context.session}"`))
    const ask = seen.findIndex(one => one.path === '/api/v1/actions' && one.body.includes(`"${context.session}"`))
    expect(JSON.parse(seen[kept]?.body ?? '{}')).toMatchObject({
      agent: recorder.agent,
      sources: [
        { kind: 'user', text: context.prompt },
        ...(context.task === 'retention' ? [] : [{ kind: 'tool_result' }]),
      ],
    })
    expect(kept).toBeLessThan(ask)
  }
})

it('has what it asked before a restart not recorded a second time', async () => {
  const { url, seen, submitted } = await gate(() => held)
  for (let restart = 0; restart < 2; restart++) {
    const stop = new AbortController()
    const telling = tellStories({ url, key: 'hp_test', recorder, signal: stop.signal, someoneIsLooking: () => true })
    await expect.poll(() => submitted().length, { timeout: 20_000 }).toBe((restart + 1) * 3)
    stop.abort()
    await telling
  }
  expect(seen.filter(one => one.path === '/api/v1/sources')).toHaveLength(3)
})

it('asks nothing of which it could not be recorded what the agent has before it', async () => {
  const { url, submitted } = await gate(() => good, false)
  expect(await tellFor(url, 1, () => false, recorder)).toHaveLength(3)
  expect(submitted()).toEqual([])
})
