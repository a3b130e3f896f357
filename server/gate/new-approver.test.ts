import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import { updateMember } from '@/server/access/members'
import { tallyRounds } from '@/server/testing/tally'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/** An organisation of last year: who counts for what is of critical risk is who was there a day ago. */
const w = await world(2)
const [first] = w.servers
if (!first) throw new Error('no server')
const rounds = 10 * inject('scale')
const scopes = [everything]
const team = [{ role: 'approver' as const, team_id: w.team }]
const second = await w.person('Sue Second', team)
const governor = await w.signedIn(w.governor)
let key = ''
let n = 0

beforeAll(async () => {
  // Two people for what cannot be undone in production, and critical because it leaves the organisation; one for the other.
  await w.tools({ run: {}, wipe: { operation: 'delete', reversible: false, external: true } })
  key = (await w.agent({ scopes, limits: { per_second: 100_000, burst: 200_000, open_holds: 100_000 } })).key
  await w.db.pool.query(`update role_assignment set created_at = created_at - interval '1 year'`)
  await w.db.pool.query(`update organisation set founding_until = holdpoint.now() - interval '360 days'`)
  await w.db.pool.query('update registry set version = version + 1')
})

const administer = (who: SignedIn, roles: typeof team | []) =>
  updateMember(first.app, w.administrator, who.id, { roles }, null)

/** Asks for the role; what it returns agrees to it, as a governor does who does not know better. */
async function proposed(who: SignedIn): Promise<() => Promise<string>> {
  const asked = await administer(who, team)
  const path = `/api/console/holds/${asked?.hold_id}`
  const { body } = await governor('GET', path)
  const given = { verdict: 'approve', digest: body.shown_digest }
  return async () => (await governor('POST', `${path}/reviews`, given)).body.status
}
async function give(who: SignedIn): Promise<void> {
  const agree = await proposed(who)
  expect(await agree()).toBe('applied')
}
const held = async (tool = 'wipe') => (await w.submit(key, { tool, params: { n: n++ }, deadline_seconds: 86_400 })).body
type Held = Awaited<ReturnType<typeof held>>
const review = (who: Person, { hold, digest }: Held, verdict = 'approve'): Promise<Reply> =>
  who('POST', `/api/console/holds/${hold.id}/reviews`, { verdict, digest })
const seen = async (who: Person, { hold }: Held) => (await who('GET', `/api/console/holds/${hold.id}`)).body
const tooNew = { status: 403, body: { code: 'hold.ineligible', detail: expect.stringContaining('your role is new') } }

/** Somebody who was nobody until now. */
async function accomplice(at = 0): Promise<{ who: SignedIn; person: Person }> {
  const who = await w.person(`Mallory ${n++}`)
  await give(who)
  return { who, person: await w.signedIn(who, at) }
}

describe('A27 INV-12 a new approver does not count yet for what is of critical risk', () => {
  it('is told so before and when they try, may reject, and counts at once for all else', async () => {
    const { person, who } = await accomplice()
    const one = await held()
    const shown = await seen(person, one)
    expect(shown.risk.level).toBe('critical')
    expect(shown.me).toMatchObject({
      may_approve: false,
      may_reject: true,
      reason: expect.stringMatching(/your role is new: it counts for this from .* UTC on/),
    })
    expect(shown.eligible.map((one: { id: string }) => one.id)).not.toContain(who.id)
    expect(await review(person, one)).toMatchObject(tooNew)
    expect((await seen(person, one)).approvals).toEqual({ received: 0, required: 2 })
    expect((await review(person, await held('run'))).body).toMatchObject({ status: 'approved' })
    expect((await review(person, one, 'reject')).status).toBe(201)
  })

  it('an approver whose role is taken and given again is new: what they approved before counts no more', async () => {
    const one = await held()
    const [ann, sue] = [await w.signedIn(w.approver), await w.signedIn(second, 1)]
    expect((await review(ann, one)).body.approvals).toEqual({ received: 1, required: 2 })
    const was = await w.db.pool.query('select created_at from role_assignment where person_id = $1', [w.approver.id])
    await administer(w.approver, [])
    await give(w.approver)
    expect((await review(sue, one)).body).toMatchObject({ status: 'pending', approvals: { received: 1, required: 2 } })
    await w.db.pool.query('update role_assignment set created_at = $2 where person_id = $1', [
      w.approver.id,
      was.rows[0]?.created_at,
    ])
    await w.db.pool.query('update registry set version = version + 1')
  })

  it(`added, approving and removed on two instances at once, ${rounds} times: nothing is approved by it`, async ({
    task,
  }) => {
    tallyRounds(task, rounds)
    const sue = await w.signedIn(second, 1)
    for (let round = 0; round < rounds; round++) {
      const one = await held()
      const who = await w.person(`Mallory ${n++}`)
      const person = await w.signedIn(who, round % 2)
      const agree = await proposed(who)
      const [agreed, early, settled, last] = await Promise.all([
        agree(),
        review(person, one),
        review(sue, one),
        review(person, one).finally(() => administer(who, [])),
      ])
      expect(['applied', 'failed']).toContain(agreed)
      expect([403, 404]).toContain(early.status)
      expect([403, 404]).toContain(last.status)
      expect(settled.status).toBe(201)
      const { body } = await w.gate(key, 'GET', `/api/v1/actions/${one.id}`, undefined, { prefer: 'wait=0' })
      expect(body).toMatchObject({ status: 'held', decision: null })
    }
  })

  it('counts from a day after the role was given, without anybody doing anything', async () => {
    const { who } = await accomplice()
    await w.test.moveClock(86_400 + 60)
    const one = await held()
    expect((await review(await w.signedIn(w.approver), one)).body.approvals.received).toBe(1)
    expect((await review(await w.signedIn(who, 1), one)).body.status).toBe('approved')
  })

  it('on the first day of an organisation everybody is new, and counts', async () => {
    await w.db.pool.query(`update organisation set founding_until = holdpoint.now() + interval '1 hour'`)
    await w.db.pool.query('update registry set version = version + 1')
    const who = await w.person('Mallory Founder')
    expect(await administer(who, team)).toBeNull()
    const person = await w.signedIn(who)
    expect((await review(person, await held())).body.approvals).toEqual({ received: 1, required: 2 })
  })
})
