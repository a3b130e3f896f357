import { describe, expect, inject, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

/** Two people must agree; one of them says everything that can be said, in every order, on both instances. */
const w = await world(2)
await w.tools({ wipe: { operation: 'delete', reversible: false, parameters: { n: 'count' } } })
const scopes = [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }]
const { key } = await w.agent({ scopes })
const second = await w.person('Sue Second', [{ role: 'approver', team_id: w.team }])
const ann = [await w.signedIn(w.approver, 0), await w.signedIn(w.approver, 1)] as const
const sue = await w.signedIn(second, 1)
const rounds = 5 * inject('scale')
const counting = `select 1 from review where hold_id = $1 and verdict = 'approve' and voided_at is null
  and digest = (select shown_digest from hold where id = $1)`
let n = 1_000

describe('A14 one person has one voice, however often they change their mind', () => {
  it(`toggling between approving, changing, asking and passing never counts for two, ${rounds} times`, async () => {
    for (let round = 0; round < rounds; round++) {
      const { body: action } = await w.submit(key, { tool: 'wipe', params: { n: n++ } })
      const path = `/api/console/holds/${action.hold.id}`
      const say = async (who: Person, said: Record<string, unknown>) => {
        const { body } = await who('GET', path)
        return who('POST', `${path}/reviews`, { digest: body.shown_digest, ...said })
      }
      const approve = { verdict: 'approve' }
      const sayings = [
        approve,
        { verdict: 'pass' },
        { ...approve, params: { n: 500 } },
        approve,
        { verdict: 'ask', comment: 'why?' },
        { ...approve, params: { n: 400 } },
        approve,
        { ...approve, params: { n: 300 } },
      ]
      for (const [at, said] of sayings.entries()) {
        const replies = await Promise.all([say(ann[at % 2] ?? ann[0], said), say(ann[(at + 1) % 2] ?? ann[0], said)])
        for (const { status } of replies) expect([201, 409, 403, 400]).toContain(status)
        const { body } = await ann[0]('GET', path)
        expect(body).toMatchObject({ status: 'pending', approvals: { required: 2 } })
        expect(body.approvals.received).toBeLessThanOrEqual(1)
        expect((await w.db.pool.query(counting, [action.hold.id])).rows.length).toBeLessThanOrEqual(1)
      }
      // All of it is kept, and one other person is enough to end it.
      const { body: whole } = await ann[0]('GET', path)
      expect(whole.reviews.length).toBeGreaterThan(3)
      expect((await say(sue, approve)).body.status).toBe('approved')
    }
  })
})
