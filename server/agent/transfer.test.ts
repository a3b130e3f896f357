import { describe, expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world()
const governor = await w.signedIn(w.governor)
const administrator = await w.signedIn(w.administrator)
const viewer = await w.signedIn(w.viewer)
const working = () => w.agent({ scopes: [{ ...everything, operations: ['read'], environments: ['production'] }] })
const owner = async (id: string) => (await governor('GET', `/api/console/agents/${id}`)).body.owner.id

async function decide(by: Person, hold: string, verdict: 'approve' | 'reject') {
  const { body } = await by('GET', `/api/console/holds/${hold}`)
  return by('POST', `/api/console/holds/${hold}/reviews`, { verdict, digest: body.shown_digest })
}

describe('who answers for a working agent', () => {
  it('changes only once the new owner has accepted, who may have no role at all; nobody accepts for them', async () => {
    const { id } = await working()
    const successor = await w.person('Sam Successor')
    const sam = await w.signedIn(successor)
    const asked = await governor('PATCH', `/api/console/agents/${id}`, { owner_id: successor.id })
    expect(asked.status).toBe(202)
    const { hold_id } = asked.body
    expect(await owner(id)).toBe(w.owner.id)
    expect((await decide(governor, hold_id, 'approve')).body).toMatchObject({ code: 'hold.ineligible' })
    expect((await decide(administrator, hold_id, 'approve')).body).toMatchObject({ code: 'hold.ineligible' })
    const queue = await sam('GET', '/api/console/holds?mine=1')
    expect(queue.body.items).toMatchObject([
      { id: hold_id, may_decide: true, title: expect.stringContaining('owner: Sam Successor') },
    ])
    expect((await decide(sam, hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    expect(await owner(id)).toBe(successor.id)
    expect((await w.events('agent.updated')).at(-1)).toMatchObject({
      by: { id: w.governor.id },
      data: { agent_id: id, owner_id: successor.id },
    })
    expect((await w.events('hold.approved')).at(-1)).toMatchObject({
      by: { id: successor.id },
      subjects: expect.arrayContaining([hold_id, id]),
    })
  })

  it('stays as it is when they decline', async () => {
    const { id } = await working()
    const asked = await governor('PATCH', `/api/console/agents/${id}`, { owner_id: w.viewer.id })
    expect((await decide(viewer, asked.body.hold_id, 'reject')).body).toMatchObject({ status: 'rejected' })
    expect(await owner(id)).toBe(w.owner.id)
  })

  it('two who are named both accept; whoever registered the agent may be one of them', async () => {
    const { id } = await working()
    const patch = { owner_id: w.administrator.id, backup_id: w.viewer.id }
    const { hold_id } = (await governor('PATCH', `/api/console/agents/${id}`, patch)).body
    expect((await decide(administrator, hold_id, 'approve')).body).toMatchObject({ status: 'pending' })
    expect((await decide(viewer, hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    expect(await owner(id)).toBe(w.administrator.id)
  })

  it('who takes it over by asking needs another governing person', async () => {
    const { id } = await working()
    const { hold_id } = (await governor('PATCH', `/api/console/agents/${id}`, { owner_id: w.governor.id })).body
    expect((await decide(governor, hold_id, 'approve')).body).toMatchObject({ code: 'hold.ineligible' })
    expect((await decide(administrator, hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    expect(await owner(id)).toBe(w.governor.id)
  })

  it('is changed by itself, so that an accepting owner cannot be made to widen it', async () => {
    const { id } = await working()
    const both = await governor('PATCH', `/api/console/agents/${id}`, { owner_id: w.viewer.id, tier: 'low' })
    expect(both).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
  })

  it('is free to change before it works', async () => {
    const { id } = await w.agent({}, false)
    expect((await governor('PATCH', `/api/console/agents/${id}`, { owner_id: w.viewer.id })).status).toBe(200)
    expect(await owner(id)).toBe(w.viewer.id)
  })
})
