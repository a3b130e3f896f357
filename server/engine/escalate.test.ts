import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reader } from '@/server/db/tx'
import { deliver } from '@/server/engine/deliver'
import { escalateDue } from '@/server/engine/escalate'
import { letterBox } from '@/server/testing/letters'
import { untilAllIsTold } from '@/server/testing/sweep'
import { everything, world } from '@/server/testing/world'

const { letters, smtp, close } = await letterBox()
afterAll(close)
const w = await world(2, { smtp })
let key = ''
beforeAll(async () => {
  await w.tools({ run: {} })
  key = (
    await w.agent({
      scopes: [everything],
    })
  ).key
})
const apps = w.servers.map(one => one.app)
const held = async (seconds: number): Promise<string> => {
  const { body } = await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: seconds })
  return body.hold.id
}
/** Both instances, until all that is due has left. */
const sweep = () => untilAllIsTold(reader(w.db.pool), apps, [escalateDue, deliver])
/** Who was written to about this hold, by how many letters. */
function written(hold: string): Record<string, number> {
  const to = letters.filter(one => one.text.includes(hold)).flatMap(one => one.to)
  return Object.fromEntries([...Map.groupBy(to, one => one)].map(([who, all]) => [who, all.length]))
}
const kinds = async (hold: string) =>
  (
    await w.db.pool.query('select kind, destination from delivery where subject_id = $1 order by kind, destination', [
      hold,
    ])
  ).rows.map(row => `${row.kind} ${row.destination.split(':')[1]}`)

describe('a hold that nobody decides', () => {
  it('is told to approvers, then reminded of and passed on to owner and backup at half time: by two instances, once each', async () => {
    const hold = await held(600)
    await sweep()
    expect(await kinds(hold)).toEqual([`hold.opened ${w.approver.id}`])
    await w.test.moveClock(301)
    await sweep()
    await w.test.moveClock(240)
    await sweep()
    const all = [
      `hold.escalated.1.0 ${w.backup.id}`,
      `hold.escalated.1.0 ${w.owner.id}`,
      `hold.opened ${w.approver.id}`,
      `hold.reminded.50 ${w.approver.id}`,
      `hold.reminded.90 ${w.approver.id}`,
    ]
    expect((await kinds(hold)).toSorted()).toEqual(all.toSorted())
    expect(written(hold)).toEqual({ [w.approver.email]: 3, [w.owner.email]: 1, [w.backup.email]: 1 })
  })

  it('A18 is told to the stand-in of an approver who is away, once, with why; the one who is away gets no letter', async () => {
    const cal = await w.person('Cal Cover', [{ role: 'approver', team_id: w.team }])
    const [ann, asCal] = [await w.signedIn(w.approver), await w.signedIn(cal)]
    const [{ at }] = (await w.db.pool.query('select holdpoint.now() as at')).rows
    const span = { from: new Date(+at - 60_000).toISOString(), until: new Date(+at + 7_200_000).toISOString() }
    const away = await ann('POST', '/api/console/on-call/absences', { ...span, stand_in_id: cal.id })
    expect(away.status).toBe(201)
    const action = (await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: 600 })).body
    const hold: string = action.hold.id
    await sweep()
    await w.test.moveClock(301)
    await sweep()
    expect((await kinds(hold)).filter(one => !one.includes('escalated'))).toEqual([
      `hold.opened ${cal.id}`,
      `hold.reminded.50 ${cal.id}`,
    ])
    expect(written(hold)).toMatchObject({ [cal.email]: 2 })
    expect(written(hold)).not.toHaveProperty(w.approver.email)
    const [letter] = letters.filter(one => one.text.includes(hold) && one.to.includes(cal.email))
    expect(letter?.text).toContain('Why you: You read for Ann Approver, who is away.')
    const yes = { verdict: 'approve', digest: action.digest }
    expect((await asCal('POST', `/api/console/holds/${hold}/reviews`, yes)).status).toBe(201)
    expect((await w.gate(key, 'GET', `/api/v1/actions/${action.id}`)).body.status).toBe('approved')
    expect((await ann('DELETE', `/api/console/on-call/absences/${away.body.id}`)).status).toBe(204)
  })
})
