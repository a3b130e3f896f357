import { beforeAll, describe, expect, it } from 'vitest'
import { defaultPack } from '@/lib/policy/pack'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/** A rule that asks whoever approves to have had it before them for at least 20 seconds. */
const w = await world(2)
const scopes = [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }]
const second = await w.person('Sue Second', [{ role: 'approver', team_id: w.team }])
const pack = defaultPack({ demo: false })
const slow = pack.replaceAll(/(@id\("high-impact-irreversible"\))/g, '$1 @reading("20s")')
let [ann, sue, governor, administrator]: Person[] = []
let key = ''
let n = 0

beforeAll(async () => {
  await w.tools({ run: {}, wipe: { operation: 'delete', reversible: false } })
  key = (await w.agent({ scopes })).key
  await signIn()
})

async function signIn(): Promise<void> {
  ;[ann, sue, governor, administrator] = await Promise.all([
    w.signedIn(w.approver, 0),
    w.signedIn(second, 1),
    w.signedIn(w.governor, 1),
    w.signedIn(w.administrator, 0),
  ])
}

type Held = { id: string; digest: string; hold: { id: string } }
const held = async (text = 'x'): Promise<Held> =>
  (await w.submit(key, { tool: 'wipe', params: { n: n++, text }, deadline_seconds: 86_400 })).body
const by = (who: Person | undefined): Person => who ?? expect.fail('nobody is signed in')
const review = (who: Person | undefined, { hold, digest }: Held): Promise<Reply> =>
  by(who)('POST', `/api/console/holds/${hold.id}/reviews`, { verdict: 'approve', digest })
const look = async (who: Person | undefined, { hold, digest }: Held) =>
  expect((await by(who)('POST', `/api/console/holds/${hold.id}/views`, { digest })).status).toBe(204)
const refused = (seconds: number) => ({
  status: 403,
  body: { code: 'hold.ineligible', detail: expect.stringContaining(`before them for ${seconds} seconds`) },
})
async function publish(source: string): Promise<void> {
  const { body } = await by(governor)('POST', '/api/console/policy', { source, note: 'more care' })
  const { body: detail } = await by(administrator)('GET', `/api/console/holds/${body.hold_id}`)
  const digest = detail.shown_digest
  await by(administrator)('POST', `/api/console/holds/${body.hold_id}/reviews`, { verdict: 'approve', digest })
  await expect
    .poll(async () => (await by(administrator)('GET', `/api/console/holds/${body.hold_id}`)).body.status)
    .toBe('applied')
}

describe('A26 an approval that is quicker than policy lets one read', () => {
  it('counts where no rule asks for time, and the log says that it was never shown', async () => {
    const one = await held()
    expect((await by(ann)('GET', `/api/console/holds/${one.hold.id}`)).body.me.reading_left_seconds).toBeNull()
    expect((await review(ann, one)).status).toBe(201)
    const [last] = (await w.events('hold.reviewed')).slice(-1)
    expect(last?.data).not.toHaveProperty('dwell_ms')
  })

  it('needs another person once a rule asks for time: what was given quicker before counts no more', async () => {
    const one = await held()
    await look(ann, one)
    expect((await review(ann, one)).body.approvals.received).toBe(1)
    await publish(slow)
    await look(sue, one)
    await w.test.moveClock(25)
    expect((await review(sue, one)).body).toMatchObject({ status: 'pending' })
    expect((await review(ann, one)).body.code).toBe('hold.reviewed')
    const third = await w.person('Theo Third', [{ role: 'approver', team_id: w.team }])
    const theo = await w.signedIn(third)
    await look(theo, one)
    await w.test.moveClock(21)
    expect((await review(theo, one)).body.status).toBe('approved')
  })

  it('is refused, and told how much is left; after it, it counts, and the log has the time', async () => {
    const one = await held()
    const { body } = await by(ann)('GET', `/api/console/holds/${one.hold.id}`)
    expect([body.requirement.reading_seconds, body.me.reading_left_seconds]).toEqual([20, 20])
    const left = async (who: Person | undefined) =>
      (await by(who)('GET', `/api/console/holds/${one.hold.id}`)).body.me.reading_left_seconds
    expect(await review(ann, one)).toMatchObject(refused(20))
    await look(ann, one)
    expect(await review(ann, one)).toMatchObject(refused(20))
    expect((await by(ann)('GET', `/api/console/holds/${one.hold.id}`)).body.approvals.received).toBe(0)
    await w.test.moveClock(12)
    expect(await left(ann)).toBeLessThanOrEqual(8)
    await w.test.moveClock(8)
    expect([await left(ann), await left(sue)]).toEqual([0, 20])
    // Looking again and again does not begin the time anew.
    await look(ann, one)
    expect((await review(ann, one)).body.approvals).toEqual({ received: 1, required: 2 })
    const [last] = (await w.events('hold.reviewed')).slice(-1)
    expect(last?.data.dwell_ms).toBeGreaterThanOrEqual(20_000)
    // What one has read, another has not.
    expect(await review(sue, one)).toMatchObject(refused(20))
  })

  it('a long text asks for longer than the rule does', async () => {
    const one = await held('word '.repeat(1_000))
    await look(ann, one)
    await w.test.moveClock(30)
    expect(await review(ann, one)).toMatchObject(refused(101))
  })

  it('on two instances at once nobody gets in before the time, and one who may gets in once', async () => {
    const one = await held()
    await look(ann, one)
    await w.test.moveClock(21)
    const again = await w.signedIn(w.approver, 1)
    const replies = await Promise.all([review(ann, one), review(again, one), review(sue, one), review(sue, one)])
    expect(replies.map(reply => reply.status).toSorted()).toEqual([201, 403, 403, 409])
    expect((await w.gate(key, 'GET', `/api/v1/actions/${one.id}`, undefined, { prefer: 'wait=0' })).body.status).toBe(
      'held',
    )
  })
})
