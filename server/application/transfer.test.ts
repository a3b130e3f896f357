import { describe, expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2)
const successor = await w.person('Sam Successor')
const second = await w.person('Sia Second')
const governor = await w.signedIn(w.governor)
const administrator = await w.signedIn(w.administrator)
const sam = await w.signedIn(successor)
const path = `/api/console/applications/${w.application}`
const { id: agent } = await w.agent({
  scopes: [{ ...everything, operations: ['read'], environments: ['production'] }],
})

async function decide(by: Person, hold: string, verdict: 'approve' | 'reject') {
  const { body } = await by('GET', `/api/console/holds/${hold}`)
  return by('POST', `/api/console/holds/${hold}/reviews`, { verdict, digest: body.shown_digest })
}
const answering = async () => {
  const { body } = await governor('GET', path)
  return { owner: body.owner.id, backup: body.backup?.id ?? null }
}
const was = { owner: w.owner.id, backup: w.backup.id }

describe('who answers for an application whose agents work', () => {
  it('stays as it is until the new owner has accepted, and when they decline; nobody accepts for them', async () => {
    const asked = await governor('PATCH', path, { owner_id: successor.id })
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    expect(await answering()).toEqual(was)
    expect((await governor('PATCH', path, { owner_id: w.viewer.id })).body.code).toBe('change.open')
    for (const other of [governor, administrator])
      expect((await decide(other, asked.body.hold_id, 'approve')).body.code).toBe('hold.ineligible')
    const queue = await sam('GET', '/api/console/holds?mine=1')
    expect(queue.body.items).toMatchObject([
      {
        id: asked.body.hold_id,
        may_decide: true,
        title: 'Answer for the application “Ledger” (owner: Sam Successor)',
      },
    ])
    expect((await decide(sam, asked.body.hold_id, 'reject')).body).toMatchObject({ status: 'rejected' })
    expect(await answering()).toEqual(was)
  })

  it('INV-18: changes once both who are named accept; its agents go with it, and who answered stays on record', async () => {
    const asked = await governor('PATCH', path, { owner_id: successor.id, backup_id: second.id })
    expect((await decide(sam, asked.body.hold_id, 'approve')).body).toMatchObject({ status: 'pending' })
    expect(await answering()).toEqual(was)
    const last = await decide(await w.signedIn(second, 1), asked.body.hold_id, 'approve')
    expect(last.body).toMatchObject({ status: 'applied' })
    expect(await answering()).toEqual({ owner: successor.id, backup: second.id })
    expect((await governor('GET', `/api/console/agents/${agent}`)).body.owner.id).toBe(successor.id)
    const { rows } = await w.db.pool.query(
      'select person_id from accountability where subject_id = $1 and until is null order by relation',
      [w.application],
    )
    expect(rows.map(row => row.person_id)).toEqual(expect.arrayContaining([successor.id, second.id]))
    expect((await w.events('application.updated')).at(-1)).toMatchObject({
      by: { id: w.governor.id },
      data: { owner_id: successor.id, backup_id: second.id },
    })
  })

  it('is not written over what changed meanwhile', async () => {
    const asked = await governor('PATCH', path, { owner_id: w.viewer.id })
    expect((await governor('PATCH', path, { purpose: 'Keeps the books.' })).status).toBe(200)
    await decide(await w.signedIn(w.viewer), asked.body.hold_id, 'approve')
    const { body } = await governor('GET', `/api/console/holds/${asked.body.hold_id}`)
    expect(body).toMatchObject({ status: 'failed' })
    expect((await answering()).owner).toBe(successor.id)
  })

  it('who takes it over by asking, or takes a backup away, needs another governing person', async () => {
    const over = await governor('PATCH', path, { owner_id: w.governor.id })
    expect((await decide(governor, over.body.hold_id, 'approve')).body.code).toBe('hold.ineligible')
    expect((await decide(administrator, over.body.hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    const away = await governor('PATCH', path, { backup_id: null })
    expect(away.status).toBe(202)
    expect((await decide(administrator, away.body.hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    expect(await answering()).toEqual({ owner: w.governor.id, backup: null })
  })

  it('is changed by itself, and only to two different, active people', async () => {
    const together = await governor('PATCH', path, { owner_id: w.viewer.id, name: 'Ledger two' })
    expect([together.status, together.body.code]).toEqual([400, 'request.invalid'])
    const same = await governor('PATCH', path, { backup_id: w.governor.id })
    expect([same.status, same.body.code]).toEqual([400, 'agent.owner_invalid'])
    expect((await (await w.signedIn(w.outsider))('PATCH', path, { owner_id: w.viewer.id })).status).toBe(404)
    // Sent as it was: nothing changes hands, so that a form that sends everything goes through.
    const { owner, backup } = await answering()
    expect((await governor('PATCH', path, { owner_id: owner, backup_id: backup, name: 'Ledgers' })).status).toBe(200)
  })

  it('changes hands while it waits to be moved to another team, which then is proposed anew', async () => {
    const moved = await administrator('PATCH', path, { team_id: w.otherTeam })
    expect(moved.status).toBe(202)
    expect((await administrator('PATCH', path, { team_id: w.otherTeam })).body.code).toBe('change.open')
    const over = await governor('PATCH', path, { owner_id: successor.id })
    expect((await decide(sam, over.body.hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    expect((await decide(governor, moved.body.hold_id, 'approve')).body).toMatchObject({ status: 'failed' })
    expect((await governor('GET', path)).body).toMatchObject({ team: { id: w.team }, owner: { id: successor.id } })
  })

  it('does not keep it in its team where its owner has left', async () => {
    await w.db.pool.query(`update person set status = 'disabled' where id = $1`, [successor.id])
    const moved = await administrator('PATCH', path, { team_id: w.otherTeam })
    expect((await decide(governor, moved.body.hold_id, 'approve')).body).toMatchObject({ status: 'applied' })
    expect((await governor('GET', path)).body.team.id).toBe(w.otherTeam)
  })

  it('is free to change while nothing works', async () => {
    const idle = await administrator('POST', '/api/console/applications', {
      name: 'Idle',
      team_id: w.team,
      owner_id: w.owner.id,
    })
    const at = `/api/console/applications/${idle.body.id}`
    expect((await administrator('PATCH', at, { owner_id: w.viewer.id })).status).toBe(200)
  })
})
