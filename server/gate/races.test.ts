import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { tallyRounds } from '@/server/testing/tally'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/** Two instances on one database; every contender of a round goes to another one, all released together. */
const w = await world(2)
const rounds = 20 * inject('scale')
const scopes = [everything]
let key = ''
let ann: readonly [Person, Person]
let bob: readonly [Person, Person]
let n = 0

beforeAll(async () => {
  await w.tools({ run: {} })

  key = (await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000 } })).key
  ann = [await w.signedIn(w.approver, 0), await w.signedIn(w.approver, 1)]
  const second = await w.person('Bob Approver', [{ role: 'approver', team_id: w.team }])
  await w.db.pool.query('update registry set version = version + 1')
  bob = [await w.signedIn(second, 0), await w.signedIn(second, 1)]
})

beforeEach(({ task }) => tallyRounds(task, rounds))

const held = async (from = key, more: Record<string, unknown> = {}) =>
  (await w.submit(from, { tool: 'run', params: { n: n++ }, ...more })).body
const decide = (who: Person, hold: { hold: { id: string }; digest: string }, verdict: string) =>
  who('POST', `/api/console/holds/${hold.hold.id}/reviews`, { verdict, digest: hold.digest })

/** Everyone who can be asked tells the same end, and the log has exactly one. */
async function oneTruth(action: { id: string; hold: { id: string } }, from = key): Promise<string> {
  const [a, b] = await Promise.all(
    [0, 1].map(at => w.gate(from, 'GET', `/api/v1/actions/${action.id}`, undefined, { prefer: 'wait=5' }, at)),
  )
  expect(a?.body.decision).toEqual(b?.body.decision)
  expect(a?.body.decision).not.toBeNull()
  const shown = await ann[0]('GET', `/api/console/holds/${action.hold.id}`)
  expect(shown.body.action.status).toBe(a?.body.status)
  const { rows } = await w.db.pool.query<{ type: string; body: string }>(
    `select type, body from event where subjects @> array[$1::text] and type like 'hold.%'`,
    [action.hold.id],
  )
  const ends = rows.filter(row =>
    ['hold.approved', 'hold.rejected', 'hold.expired', 'hold.withdrawn', 'hold.contained'].includes(row.type),
  )
  expect(ends).toHaveLength(1)
  expect(JSON.parse(ends[0]?.body ?? '{}').data.status).toBe(a?.body.status)
  return a?.body.status
}

const won = (replies: readonly Reply[]) => replies.filter(reply => reply.status < 300).length

describe(`races on two instances, ${rounds} rounds each`, () => {
  it('G02 approve × reject: one wins, the other learns the winner', async () => {
    for (let round = 0; round < rounds; round++) {
      const action = await held()
      const waiting = w.gate(key, 'GET', `/api/v1/actions/${action.id}`, undefined, { prefer: 'wait=10' }, 1)
      const replies = await Promise.all([decide(ann[0], action, 'approve'), decide(bob[1], action, 'reject')])
      expect(won(replies)).toBe(1)
      expect(replies.find(reply => reply.status !== 201)).toMatchObject({ status: 409, body: { code: 'hold.closed' } })
      const end = await oneTruth(action)
      expect((await waiting).body.status).toBe(end)
      expect(end).toBe(replies[0]?.status === 201 ? 'approved' : 'rejected')
    }
  })

  it('G02 approve × approve: one decides, the other is told so', async () => {
    for (let round = 0; round < rounds; round++) {
      const action = await held()
      const replies = await Promise.all([decide(ann[0], action, 'approve'), decide(bob[1], action, 'approve')])
      expect(won(replies)).toBe(1)
      expect(await oneTruth(action)).toBe('approved')
    }
  })

  it('A05 INV-14 the same person twice counts once', async () => {
    for (let round = 0; round < rounds; round++) {
      const action = await held()
      const replies = await Promise.all([decide(ann[0], action, 'approve'), decide(ann[1], action, 'approve')])
      expect(won(replies)).toBe(1)
      const { rows } = await w.db.pool.query(`select 1 from review where hold_id = $1 and verdict = 'approve'`, [
        action.hold.id,
      ])
      expect(rows).toHaveLength(1)
    }
  })

  it('G17 approve × cancel: one end, and the loser is told', async () => {
    for (let round = 0; round < rounds; round++) {
      const action = await held()
      const replies = await Promise.all([
        decide(ann[0], action, 'approve'),
        w.gate(key, 'POST', `/api/v1/actions/${action.id}/cancel`, {}, {}, 1),
      ])
      expect(won(replies)).toBe(1)
      expect(await oneTruth(action)).toBe(replies[0]?.status === 201 ? 'approved' : 'cancelled')
    }
  })

  it('G10 approve × expiry: nothing is approved after its time', async () => {
    const actions = await Promise.all(Array.from({ length: rounds }, () => held(key, { deadline_seconds: 1 })))
    const replies = await Promise.all(
      actions.map(async action => {
        const left = Date.parse(action.hold.expires_at) - Date.now()
        await new Promise(resolve => setTimeout(resolve, Math.max(0, left - 20 + (actions.indexOf(action) % 40))))
        return decide(ann[0], action, 'approve')
      }),
    )
    for (const [at, action] of actions.entries()) {
      const end = await oneTruth(action)
      expect(end).toBe(replies[at]?.status === 201 ? 'approved' : 'expired')
      if (end !== 'approved') continue
      const { body } = await w.gate(key, 'GET', `/api/v1/actions/${action.id}`)
      expect(Date.parse(body.decision.decided_at)).toBeLessThan(Date.parse(action.hold.expires_at))
    }
  })

  it('K09 approve × kill: an approval stands only if it committed before the switch', async () => {
    let governor = ann[0]
    for (let round = 0; round < rounds; round++) {
      const agent = await w.agent({ scopes })
      const action = await held(agent.key)
      // Nobody may throw more than 30 switches a minute.
      if (round % 25 === 0)
        governor = await w.signedIn(await w.person(`Governor ${round}`, [{ role: 'governor', team_id: null }]), 1)
      const [review, kill] = await Promise.all([
        decide(ann[0], action, 'approve'),
        governor('POST', '/api/console/containment', {
          target: { type: 'agent', id: agent.id },
          level: 'killed',
          reason: 'race',
        }),
      ])
      expect(kill.status).toBe(201)
      const end = await oneTruth(action, agent.key)
      expect(end).toBe(review.status === 201 ? 'approved' : 'contained')
      expect((await w.submit(agent.key, { tool: 'run', params: { n: n++ } })).body).toMatchObject({
        status: 'denied',
        decision: { code: 'containment.killed' },
      })
      const { rows } = await w.db.pool.query<{ type: string }>(
        `select type from event where subjects && array[$1, $2]::text[] and type in ('hold.approved', 'containment.engaged') order by id`,
        [action.hold.id, agent.id],
      )
      if (end === 'approved') expect(rows.map(row => row.type)).toEqual(['hold.approved', 'containment.engaged'])
    }
  })

  it('G03 INV-04 the same key with another body: one action, and a conflict', async () => {
    for (let round = 0; round < rounds; round++) {
      const headers = { 'idempotency-key': randomUUID() }
      const replies = await Promise.all(
        [0, 1].map(at => w.submit(key, { tool: 'run', params: { n: round, at } }, headers, at)),
      )
      expect(replies.map(reply => reply.status).sort()).toEqual([202, 409])
      const { rows } = await w.db.pool.query('select 1 from action where key = $1', [headers['idempotency-key']])
      expect(rows).toHaveLength(1)
    }
  })

  it('INV-04 the same key with the same body on both instances is one action', async () => {
    for (let round = 0; round < rounds; round++) {
      const headers = { 'idempotency-key': randomUUID() }
      const replies = await Promise.all(
        [0, 1, 0, 1].map(at => w.submit(key, { tool: 'run', params: { n: `same ${round}` } }, headers, at)),
      )
      expect(new Set(replies.map(reply => reply.body.id)).size).toBe(1)
    }
  })
})
