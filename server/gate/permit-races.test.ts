import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { permitScopes, permitSpeech } from '@/server/testing/permits'
import { tallyRequests, tallyRounds } from '@/server/testing/tally'
import { world } from '@/server/testing/world'

/* A hundred at once, on two instances: a permit is used once, or not at all where a switch has gone first. */
const w = await world(2)
tallyRequests()
const { permit, verify } = permitSpeech(w)
const scale = inject('scale')
/** 500 in the campaign, a few otherwise. */
const races = scale > 1 ? 500 : 10
const limits = { per_second: 20_000, burst: 20_000, open_holds: 20_000, waits: 20_000 }
const executors: { id: string; key: string }[] = []
let agent: { id: string; key: string }

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, pay: { operation: 'create' } })
  agent = await w.agent({ scopes: permitScopes, limits })
  for (let n = 0; n < 4; n++) executors.push(await w.agent({ scopes: permitScopes, kind: 'service_account', limits }))
})

const at = <T>(list: readonly T[], n: number): T => list[n % list.length] as T

describe('a hundred uses at once', () => {
  it(
    `T02 T16 INV-21 exactly one succeeds, ${races} times, on two instances`,
    async ({ task }) => {
      for (let round = 0; round < races; round++) {
        const { id, permit: token } = await permit(agent.key)
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, n) => {
            // Half of them bring a key, so that a loser might be taken for the winner who asks again.
            const headers: Record<string, string> = n % 2 === 0 ? {} : { 'idempotency-key': randomUUID() }
            return verify(at(executors, n).key, token, {}, n % 2, headers)
          }),
        )
        const won = answers.filter(one => one.body.valid)
        expect(won, JSON.stringify(answers.map(one => one.body.reason ?? one.body.code))).toHaveLength(1)
        expect(new Set(answers.filter(one => !one.body.valid).map(one => one.body.reason))).toEqual(
          new Set(['already_used']),
        )
        const { rows } = await w.db.pool.query('select receipt from permit_use where action_id = $1', [id])
        expect(rows).toEqual([{ receipt: won[0]?.body.receipt.id }])
      }
      tallyRounds(task, races)
    },
    120_000 * scale,
  )

  it(`T12 INV-21 the same consumer with the same key gets one receipt, however often and wherever at once`, async () => {
    for (let round = 0; round < 5 * scale; round++) {
      const { permit: token } = await permit(agent.key)
      const headers = { 'idempotency-key': randomUUID() }
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => verify(at(executors, 0).key, token, {}, n % 2, headers)),
      )
      expect(new Set(answers.map(one => one.body.receipt?.id)).size).toBe(1)
      expect(answers.every(one => one.body.valid)).toBe(true)
    }
  }, 120_000)

  it(
    `K02 K09 K13 INV-25 INV-26 none is used after a kill that was acknowledged, nor after it was lifted`,
    async ({ task }) => {
      const rounds = scale * 6
      // Nobody throws more than 30 switches a minute (K15).
      const governors = await Promise.all(
        Array.from({ length: Math.ceil(rounds / 30) }, async (_, n) =>
          w.signedIn(await w.person(`Governor ${n}`, [{ role: 'governor', team_id: null }])),
        ),
      )
      for (let round = 0; round < rounds; round++) {
        const session = randomUUID()
        const made = await Promise.all(Array.from({ length: 30 }, () => permit(agent.key, { context: { session } })))
        const target = { type: 'session', id: `${agent.id}/${session}` }
        let acknowledged = Number.POSITIVE_INFINITY
        const kill = at(governors, round)('POST', '/api/console/containment', {
          target,
          level: 'killed',
          reason: 'stop',
        }).then(one => {
          acknowledged = performance.now()
          expect(one.status).toBe(201)
        })
        const uses = await Promise.all([
          ...made.map(async (one, n) => {
            await new Promise(resolve => setImmediate(resolve))
            const asked = performance.now()
            return { asked, id: one.id, answer: await verify(at(executors, n).key, one.permit, {}, n % 2) }
          }),
        ])
        await kill
        for (const { asked, answer } of uses)
          if (asked > acknowledged) expect(answer.body).toMatchObject({ valid: false, reason: 'contained' })
        // By the order of the log: nothing was used behind the kill.
        const { rows } = await w.db.pool.query<{ late: number }>(
          `select count(*)::int as late from event u join event k on k.type = 'containment.engaged' and k.body like $1
           where u.type = 'permit.consumed' and u.id > k.id and u.subjects && $2`,
          [`%${session}%`, made.map(one => one.id)],
        )
        expect(rows[0]?.late).toBe(0)
        const used = new Set(uses.filter(one => one.answer.body.valid).map(one => one.id))
        for (const one of made.slice(0, 5)) {
          const again = await verify(at(executors, 1).key, one.permit)
          expect(again.body).toMatchObject({ valid: false, reason: 'contained' })
          // No fresh one either, on neither instance.
          const read = await w.gate(agent.key, 'GET', `/api/v1/actions/${one.id}`, undefined, {}, round % 2)
          expect(read.body).toMatchObject({ status: 'allowed', permit: null })
        }
        await w.db.pool.query(
          `update containment set lifted_at = holdpoint.now(), lifted_by = 'test', lift_reason = 'x' where target_id = $1`,
          [target.id],
        )
        await w.db.pool.query('update registry set version = version + 1')
        for (const one of made.filter(({ id }) => !used.has(id)).slice(0, 3)) {
          expect((await verify(at(executors, 1).key, one.permit)).body).toMatchObject({
            valid: false,
            reason: 'contained',
          })
          const read = await w.gate(agent.key, 'GET', `/api/v1/actions/${one.id}`)
          expect(read.body.permit).toBeNull()
        }
      }
      tallyRounds(task, rounds)
    },
    120_000 * scale,
  )
})
