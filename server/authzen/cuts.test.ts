import { randomUUID } from 'node:crypto'
import { expect, inject, it } from 'vitest'
import { agree } from '@/server/testing/authzen'
import { type CutProxy, cutProxy } from '@/server/testing/cut-proxy'
import { tallyRounds } from '@/server/testing/tally'
import { everything, type Reply, world } from '@/server/testing/world'

/*
 * The connection to the database is cut at every message of a question, before it is sent and after, and the client asks again
 * with the same X-Request-ID as clients do: never a yes that is not used up, never two of one, never a second hold.
 */
let found: CutProxy | null = null
const w = await world(1, {}, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const scopes = [everything]
await w.tools({ look: { operation: 'read' }, run: {} })
const { key } = await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000 } })
const passes = inject('scale')
let n = 0

const asking = (name: string) => {
  const asked = {
    subject: { type: 'user', id: 'emma' },
    action: { name, properties: { n: ++n } },
    resource: { type: 'account', id: 'DE89' },
  }
  const headers = { 'x-request-id': randomUUID() }
  return () => w.gate(key, 'POST', '/access/v1/evaluation', asked, headers)
}

/** Asks until there is an answer; nothing but 503 may come before it. */
async function insist(ask: () => Promise<Reply>): Promise<Reply> {
  for (const until = performance.now() + 30_000; performance.now() < until; ) {
    const answer = await ask()
    if (answer.status !== 503) return answer
    expect(answer.body).not.toHaveProperty('decision')
  }
  throw new Error('no answer in 30 s')
}

const one = async (sql: string, id: string) => (await w.db.pool.query<{ n: number }>(sql, [id])).rows[0]?.n
const alike = `select count(*)::int as n from action o join action a on a.agent_id = o.agent_id and a.digest = o.digest where o.id = $1`

/** One round for each message, until two rounds running had no such message: a connection that knows a statement sends fewer. */
async function sweep(round: () => Promise<void>): Promise<number> {
  let cuts = 0
  for (let pass = 0; pass < passes; pass++)
    for (const side of ['cut before', 'cut after'] as const)
      for (let k = 1, missed = 0; missed < 2; k++) {
        const reached = proxy.cutAt(k, side, message => message.at >= 0)
        await round()
        missed = reached() ? 0 : missed + 1
        if (reached()) cuts++
      }
  expect(cuts).toBeGreaterThan(5)
  return cuts
}

it(
  'an allowed question: every yes is one action, used up once, whatever was lost on the way',
  async ({ task }) => {
    const cuts = await sweep(async () => {
      const ask = asking('look')
      const answer = await insist(ask)
      proxy.judge(null)
      expect(answer.body.decision, JSON.stringify(answer.body)).toBe(true)
      const id = answer.body.context.action_id
      expect((await ask()).body.context.action_id).toBe(id)
      expect(await one(alike, id)).toBe(1)
      expect(await one('select count(*)::int as n from permit_use where action_id = $1', id)).toBe(1)
    })
    tallyRounds(task, cuts)
  },
  120_000 * passes,
)

it(
  'a question that waits: one hold, and after the approval one yes',
  async ({ task }) => {
    const cuts = await sweep(async () => {
      const ask = asking('run')
      const held = await insist(ask)
      proxy.judge(null)
      expect(held.body).toMatchObject({ decision: false, context: { reason: 'approval_required' } })
      const id = held.body.context.action_id
      expect((await ask()).body.context.action_id).toBe(id)
      expect(await one(alike, id)).toBe(1)
      const { rows } = await w.db.pool.query('select id from hold where action_id = $1', [id])
      expect(rows).toHaveLength(1)
      await agree(w, rows[0].id)
      expect((await insist(ask)).body).toMatchObject({ decision: true, context: { action_id: id } })
    })
    tallyRounds(task, cuts)
  },
  120_000 * passes,
)
