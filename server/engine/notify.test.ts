import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliver } from '@/server/engine/deliver'
import { escalateDue } from '@/server/engine/escalate'
import { notifyDue } from '@/server/engine/notify'
import { settle } from '@/server/gate/settle'
import { letterBox } from '@/server/testing/letters'
import { everything, world } from '@/server/testing/world'

const { letters, smtp, close } = await letterBox()
afterAll(close)

const w = await world(1, { smtp })
let key = ''
beforeAll(async () => {
  await w.tools({ run: {} })
  key = (
    await w.agent({
      scopes: [everything],
    })
  ).key
})
const app = () => {
  const served = w.servers[0]?.app
  if (!served) throw new Error('no server')
  return served
}
const held = async (seconds: number) =>
  (
    await w.submit(key, {
      tool: 'run',
      params: { secret: 'IBAN-IN-PARAMS', n: randomUUID() },
      deadline_seconds: seconds,
    })
  ).body
const lettersAbout = (hold: string) => letters.filter(letter => letter.text.includes(hold))

describe('somebody is told', () => {
  it('eligible approvers by mail when it opens, once, with a link that decides nothing and none of the agent’s words', async () => {
    const action = await held(600)
    for (let n = 0; n < 2; n++) await escalateDue(app())
    await expect
      .poll(
        async () => {
          await deliver(app())
          return lettersAbout(action.hold.id).map(one => one.to[0])
        },
        { timeout: 10_000 },
      )
      .toEqual([w.approver.email])
    const [letter] = lettersAbout(action.hold.id)
    expect(letter?.text).toContain(`/approvals/${action.hold.id}`)
    expect(letter?.text).not.toContain('IBAN-IN-PARAMS')
    expect(letter?.text).not.toMatch(/action=|verdict=/)
  })

  it('owner and backup at half time, where nobody has written when else', async () => {
    const action = await held(600)
    await escalateDue(app())
    await w.test.moveClock(301)
    await escalateDue(app())
    // At least once: a message whose claim runs out while it is being sent goes out again.
    await expect
      .poll(
        async () => {
          await deliver(app())
          return new Set(lettersAbout(action.hold.id).flatMap(one => one.to))
        },
        { timeout: 10_000 },
      )
      .toEqual(new Set([w.approver.email, w.backup.email, w.owner.email]))
  })

  it('INV-19 telling, reminding and passing on change nothing of what a hold needs, of who may give it, or of its end', async () => {
    const action = await held(600)
    const path = `/api/console/holds/${action.hold.id}`
    const [ann, olga] = await Promise.all([w.approver, w.owner].map(who => w.signedIn(who)))
    const seen = async () => {
      const { rows } = await w.db.pool.query(
        'select requirement, expires_at, due_at, shown_digest, status from hold where id = $1',
        [action.hold.id],
      )
      const { eligible, requirement, approvals, expires_at } = (await ann?.('GET', path))?.body ?? {}
      return { rows, eligible, requirement, approvals, expires_at }
    }
    const before = await seen()
    expect(before.eligible).toMatchObject([{ id: w.approver.id }])
    await escalateDue(app())
    await w.test.moveClock(301)
    for (let n = 0; n < 2; n++) await escalateDue(app())
    expect((await w.events('hold.reminded')).some(one => one.subjects.includes(action.hold.id))).toBe(true)
    const passed = await ann?.('POST', `${path}/reviews`, { verdict: 'pass', digest: action.digest })
    expect(passed?.status).toBe(201)
    expect(await seen()).toEqual(before)
    // Owner and backup have been told, and may not approve for that.
    const tried = await olga?.('POST', `${path}/reviews`, { verdict: 'approve', digest: action.digest })
    expect(tried?.body).toMatchObject({ status: 403, code: 'hold.ineligible' })
    await w.test.moveClock(300)
    await settle(app(), app().gate.registries, null)
    expect((await w.gate(key, 'GET', `/api/v1/actions/${action.id}`)).body.status).toBe('expired')
  })

  it('the governors when three in a row expired unseen, and once', async () => {
    const actions = [await held(60), await held(60), await held(60)]
    await w.test.moveClock(3_700)
    await settle(app(), app().gate.registries, null)
    for (let n = 0; n < 2; n++) await notifyDue(app())
    const alarms = await w.events('hold.unseen_alarmed')
    expect(alarms).toHaveLength(1)
    expect(alarms[0]?.data.people).toContain(w.governor.id)
    const ends = await w.events('hold.expired')
    expect(
      ends.filter(one => actions.some(action => action.hold.id === one.data.hold)).map(one => one.data.seen),
    ).toEqual([false, false, false])
  })
})
