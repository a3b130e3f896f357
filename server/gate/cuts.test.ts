import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type CutProxy, cutProxy, type Message } from '@/server/testing/cut-proxy'
import { tallyRounds } from '@/server/testing/tally'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/*
 * One instance reaches its database through a proxy that cuts. Every message of the deciding transactions is cut once before
 * it is sent and once after: then the same request is sent again until it is answered, and everything is counted.
 */
let found: CutProxy | null = null
const w = await world(1, {}, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const passes = inject('scale')
const limit = 60_000 * passes
const scopes = [everything]
let agent = { id: '', key: '' }
let ann: Person
let n = 0

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: {} })
  agent = await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000 } })
  ann = await w.signedIn(w.approver)
})

type Which = (message: Message) => boolean
/** What a transaction is tells its second statement; what begins one is cut whatever it will be. */
const beginningWith =
  (second: RegExp): Which =>
  message =>
    message.at === 0 ? message.sql === 'begin' : second.test(message.transaction[1] ?? '')
const ofSubmit = beginningWith(/^select pg_advisory_xact_lock_shared/)
const ofReview = beginningWith(/h\.id = any\(\$1\) order by h\.id for update of h$/)
const isCommit: Which = message => /^commit/i.test(message.sql)

/** Asks again, as a client does, until there is an answer: nothing but 503 may come before it. */
async function insist(ask: () => Promise<Reply>): Promise<{ first: Reply; last: Reply }> {
  const first = await ask()
  let last = first
  for (const until = performance.now() + 30_000; last.status === 503 && performance.now() < until; ) {
    expect(last.headers.get('retry-after')).not.toBeNull()
    last = await ask()
  }
  return { first, last }
}

const rowsOf = async <R extends object>(sql: string, params: unknown[]) => (await w.db.pool.query<R>(sql, params)).rows
const events = async (subject: string) =>
  (
    await rowsOf<{ type: string; body: string }>(
      'select type, body from event where subjects @> array[$1::text] order by id',
      [subject],
    )
  ).map(row => ({ type: row.type, data: JSON.parse(row.body).data }))

/** Sweeps over all k until the request no longer has a k-th message. Answers how many cuts were made. */
async function sweep(counts: Which, round: (reached: () => boolean) => Promise<void>): Promise<number> {
  let cuts = 0
  for (let pass = 0; pass < passes; pass++) {
    for (const side of ['cut before', 'cut after'] as const) {
      // A connection that knows a statement already sends fewer messages: the end is where two rounds running had no k-th.
      for (let k = 1, missed = 0; missed < 2; k++) {
        const reached = proxy.cutAt(k, side, counts)
        await round(reached)
        proxy.judge(null)
        missed = reached() ? 0 : missed + 1
        if (reached()) cuts++
      }
    }
  }
  return cuts
}

async function submitOnce(tool: 'look' | 'run', context: object = {}): Promise<void> {
  const headers = { 'idempotency-key': randomUUID() }
  const action = { tool, ...(tool === 'look' ? { operation: 'read' } : {}), params: { n: n++ }, context }
  const { first, last } = await insist(() => w.submit(agent.key, action, headers))
  expect(last.status, JSON.stringify(last.body)).toBe(tool === 'look' ? 200 : 202)
  if (first.status !== 503) expect(first.body.id).toBe(last.body.id)
  const actions = await rowsOf<{ id: string; status: string }>('select id, status from action where key = $1', [
    headers['idempotency-key'],
  ])
  expect(actions).toEqual([{ id: last.body.id, status: tool === 'look' ? 'allowed' : 'held' }])
  const told = await events(last.body.id)
  expect(told, JSON.stringify(told)).toHaveLength(1)
  proxy.judge(null)
  const again = await w.submit(agent.key, action, headers)
  expect(again.body.decision).toEqual(last.body.decision)
  expect(again.body.id).toBe(last.body.id)
  const holds = await rowsOf('select 1 from hold where action_id = $1', [last.body.id])
  expect(holds).toHaveLength(tool === 'look' ? 0 : 1)
}

async function reviewOnce(verdict: 'approve' | 'reject', arm: () => void, expected?: number): Promise<void> {
  const { body: held } = await w.submit(agent.key, { tool: 'run', params: { n: n++ } })
  const headers = { 'idempotency-key': randomUUID() }
  arm()
  const { first, last } = await insist(() =>
    ann('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict, digest: held.digest }, headers),
  )
  proxy.judge(null)
  if (expected) expect(first.status).toBe(expected)
  expect(last.status, JSON.stringify(last.body)).toBe(201)
  const status = verdict === 'approve' ? 'approved' : 'rejected'
  expect(await rowsOf('select verdict from review where hold_id = $1', [held.hold.id])).toEqual([{ verdict }])
  expect(await rowsOf('select status from hold where id = $1', [held.hold.id])).toEqual([{ status }])
  const told = (await events(held.hold.id)).map(one => one.type)
  expect(told.filter(type => type === `hold.${status}`)).toHaveLength(1)
  expect(told.filter(type => type.startsWith('hold.re') || type.startsWith('review'))).toHaveLength(
    verdict === 'reject' ? 2 : 1,
  )
  const shown = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=5' })
  expect(shown.body.status).toBe(status)
}

describe('a reply that is lost and a connection that is cut', () => {
  it(
    'G06 INV-04 INV-31 the reply of a submission’s COMMIT is lost: 503, and the same key finds the one decision',
    async ({ task }) => {
      tallyRounds(task, 20 * passes)
      for (let round = 0; round < 20 * passes; round++) {
        const reached = proxy.cutAt(1, 'cut after', message => ofSubmit(message) && isCommit(message))
        const headers = { 'idempotency-key': randomUUID() }
        const action = { tool: 'look', operation: 'read', params: { n: n++ } }
        const lost = await w.submit(agent.key, action, headers)
        expect(reached()).toBe(true)
        // Its COMMIT was carried out, and nobody was told: the answer is not an allow.
        expect(lost.status).toBe(503)
        expect(lost.body.decision).toBeUndefined()
        proxy.judge(null)
        const found = await w.submit(agent.key, action, headers)
        expect(found.body).toMatchObject({ status: 'allowed' })
        const actions = await rowsOf('select id from action where key = $1', [headers['idempotency-key']])
        expect(actions).toEqual([{ id: found.body.id }])
        expect(await events(found.body.id)).toHaveLength(1)
      }
    },
    limit,
  )

  it(
    'INV-04 INV-07 INV-31 a submission that is allowed as it was foreseen, cut at every message of its transaction',
    async ({ task }) => {
      const cuts = await sweep(ofSubmit, () => submitOnce('look'))
      tallyRounds(task, cuts)
      // One way: begin, four messages of the guard, four of what inserts, commit; each cut before and after.
      expect(cuts).toBeGreaterThanOrEqual(20 * passes)
    },
    limit,
  )

  it(
    'INV-04 INV-07 INV-31 a submission that is allowed and could not be foreseen, cut at every message of its transaction',
    async ({ task }) => {
      // Of a session that is new nothing is known yet: it is read.
      const cuts = await sweep(ofSubmit, () => submitOnce('look', { session: randomUUID() }))
      tallyRounds(task, cuts)
      expect(cuts).toBeGreaterThan(20 * passes)
    },
    limit,
  )

  it(
    'INV-04 INV-07 INV-31 a submission that is held, cut at every message of its transaction',
    async ({ task }) => {
      const cuts = await sweep(ofSubmit, () => submitOnce('run'))
      tallyRounds(task, cuts)
      expect(cuts).toBeGreaterThan(20 * passes)
    },
    limit,
  )

  it(
    'INV-04 INV-07 a submission while anything at all is cut',
    async ({ task }) => {
      const anything = () => true
      const cuts = await sweep(anything, () => submitOnce('look'))
      tallyRounds(task, cuts)
      expect(cuts).toBeGreaterThan(20 * passes)
    },
    limit,
  )

  it(
    'G06 INV-04 INV-31 the reply of a review’s COMMIT is lost: the same key gives the same answer, once',
    async ({ task }) => {
      tallyRounds(task, 20 * passes)
      for (let round = 0; round < 20 * passes; round++) {
        const arm = () =>
          proxy.cutAt(1, 'cut after', message => ofReview(message) && message.at > 0 && isCommit(message))
        await reviewOnce(round % 2 ? 'approve' : 'reject', arm, 503)
      }
    },
    limit,
  )

  it.for(['approve', 'reject'] as const)(
    'INV-04 INV-07 INV-31 a review (%s), cut at every message of its transaction',
    { timeout: limit },
    async (verdict, { task }) => {
      let cuts = 0
      // One verdict is swept on both sides of every message; the other, the same transaction, only in the campaign.
      const sides =
        passes > 1 || verdict === 'approve' ? (['cut before', 'cut after'] as const) : (['cut after'] as const)
      for (const side of sides) {
        for (let k = 1, missed = 0; missed < 2; k++) {
          let reached = () => false
          await reviewOnce(verdict, () => {
            reached = proxy.cutAt(k, side, ofReview)
          })
          missed = reached() ? 0 : missed + 1
          if (reached()) cuts++
        }
      }
      tallyRounds(task, cuts)
      expect(cuts).toBeGreaterThan(40)
    },
  )
})
