import { describe, expect, it } from 'vitest'
import { world } from '@/server/testing/world'

const w = await world(1)
const path = '/api/console/on-call/absences'
const cal = await w.person('Cal Cover', [{ role: 'approver', team_id: w.team }])
const [ann, asCal, viewer] = [await w.signedIn(w.approver), await w.signedIn(cal), await w.signedIn(w.viewer)]
const later = async (hours: number) => {
  const [row] = (await w.db.pool.query<{ at: Date }>('select holdpoint.now() as at')).rows
  return new Date(+(row?.at ?? 0) + hours * 3_600_000).toISOString()
}
const own = async (who: typeof ann) => (await who('GET', `${path}/own`)).body

describe('when I am away', () => {
  it('A18 is mine to say, to see and to end; whom I named sees it, and can be away without anybody reading twice', async () => {
    const span = { from: await later(-1), until: await later(48) }
    const mine = await ann('POST', path, { ...span, stand_in_id: cal.id })
    expect(mine.status).toBe(201)
    expect(await own(ann)).toMatchObject({
      mine: [{ id: mine.body.id, begun: true, alone: false, may_remove: true, stand_in: { name: 'Cal Cover' } }],
      named_by: [],
    })
    expect(await own(asCal)).toMatchObject({
      mine: [],
      named_by: [{ id: mine.body.id, person: { name: 'Ann Approver' }, may_remove: false }],
    })
    expect(await own(viewer)).toMatchObject({ mine: [], named_by: [] })
    expect((await asCal('DELETE', `${path}/${mine.body.id}`)).status).toBe(403)
    const theirs = await asCal('POST', path, { from: await later(24), until: await later(30) })
    expect((await own(ann)).mine).toMatchObject([{ alone: true }])
    expect((await asCal('DELETE', `${path}/${theirs.body.id}`)).status).toBe(204)
    expect((await ann('DELETE', `${path}/${mine.body.id}`)).status).toBe(204)
    expect([await own(ann), await own(asCal)]).toMatchObject([{ mine: [] }, { named_by: [] }])
  })

  it('A18 offers those alone who decide already, those of the same team first, and never oneself', async () => {
    const { stand_ins } = await own(ann)
    const ids: string[] = stand_ins.map((one: { id: string }) => one.id)
    expect(ids[0]).toBe(cal.id)
    expect(stand_ins[0]).toMatchObject({ name: 'Cal Cover', everywhere: false, teams: [expect.any(String)] })
    expect(ids).toContain(w.governor.id)
    for (const none of [w.approver.id, w.viewer.id, w.owner.id]) expect(ids).not.toContain(none)
    for (const { id } of stand_ins) {
      const span = { from: await later(1), until: await later(2) }
      const named = await ann('POST', path, { ...span, stand_in_id: id })
      expect(named.status).toBe(201)
      expect((await ann('DELETE', `${path}/${named.body.id}`)).status).toBe(204)
    }
  })
})
