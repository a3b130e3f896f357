import { describe, expect, it } from 'vitest'
import { makePerson } from '@/server/testing/people'
import { world } from '@/server/testing/world'

const w = await world(2)
const [running] = w.servers
if (!running) throw new Error('no server')
const admin = await w.signedIn(w.administrator)

const accountable = async (id: string) =>
  (
    await w.db.pool.query<{ person_id: string; relation: string; over: boolean }>(
      'select person_id, relation, until is not null as over from accountability where subject_id = $1 order by id',
      [id],
    )
  ).rows

describe('an application', () => {
  it('INV-18: who answered for it stays on record when somebody else does', async () => {
    const made = await admin('POST', '/api/console/applications', {
      name: 'Treasury',
      team_id: w.team,
      owner_id: w.owner.id,
      backup_id: w.backup.id,
    })
    expect(made.status).toBe(201)
    const { id, etag } = made.body
    expect(made.body).toMatchObject({
      owner: { id: w.owner.id },
      backup: { id: w.backup.id },
      team: { id: w.team },
      agents: 0,
    })
    const next = await makePerson(running, 'Next Owner', ['viewer'])
    const moved = await admin(
      'PATCH',
      `/api/console/applications/${id}`,
      { owner_id: next.id },
      { 'if-match': `"${etag}"` },
    )
    expect(moved.body).toMatchObject({ owner: { id: next.id } })
    expect(await accountable(id)).toEqual([
      { person_id: w.administrator.id, relation: 'creator', over: false },
      { person_id: w.owner.id, relation: 'owner', over: true },
      { person_id: w.backup.id, relation: 'backup', over: false },
      { person_id: next.id, relation: 'owner', over: false },
    ])
    expect(
      (await admin('PATCH', `/api/console/applications/${id}`, { name: 'Other' }, { 'if-match': `"${etag}"` })).status,
    ).toBe(412)
    expect((await w.events('application.updated')).at(-1)).toMatchObject({
      subjects: [id],
      data: { owner_id: next.id, backup_id: w.backup.id },
    })
  })

  it('is answered for by two different, active people', async () => {
    const gone = await makePerson(running, 'Gone', ['viewer'])
    await admin('PATCH', `/api/console/members/${gone.id}`, { status: 'disabled' })
    const body = (name: string, owner_id: string, backup_id: string | null) => ({
      name,
      team_id: w.team,
      owner_id,
      backup_id,
    })
    const refused = [
      [body('A1', w.owner.id, w.owner.id), '/backup_id'],
      [body('A2', gone.id, null), '/owner_id'],
      [body('A3', w.owner.id, gone.id), '/backup_id'],
      [body('A4', `usr_${'0'.repeat(26)}`, null), '/owner_id'],
    ] as const
    for (const [given, pointer] of refused) {
      const { status, body: problem } = await admin('POST', '/api/console/applications', given)
      expect({ status, code: problem.code, pointer: problem.errors?.[0]?.pointer }).toEqual({
        status: 400,
        code: 'agent.owner_invalid',
        pointer,
      })
    }
  })

  it('has a name of its own, also when two ask for it at once on two instances', async () => {
    const other = await w.signedIn(w.administrator, 1)
    const body = { name: 'Ledger Two', team_id: w.team, owner_id: w.owner.id }
    const both = await Promise.all([
      admin('POST', '/api/console/applications', body),
      other('POST', '/api/console/applications', body),
    ])
    expect(both.map(one => one.status).sort()).toEqual([201, 409])
    const teams = await Promise.all([admin, other].map(call => call('POST', '/api/console/teams', { name: 'Twins' })))
    expect(teams.map(one => one.status).sort()).toEqual([201, 409])
  })

  it('moves to a team only by somebody who may register there', async () => {
    const governor = await w.signedIn(await w.person('Team Governor', [{ role: 'governor', team_id: w.team }]))
    const made = await governor('POST', '/api/console/applications', {
      name: 'Movable',
      team_id: w.team,
      owner_id: w.owner.id,
    })
    expect(made.status).toBe(201)
    expect(
      (await governor('PATCH', `/api/console/applications/${made.body.id}`, { team_id: w.otherTeam })).status,
    ).toBe(403)
    expect(
      (
        await governor('POST', '/api/console/applications', {
          name: 'Elsewhere',
          team_id: w.otherTeam,
          owner_id: w.owner.id,
        })
      ).status,
    ).toBe(403)
    expect((await admin('PATCH', `/api/console/applications/${made.body.id}`, { team_id: w.otherTeam })).status).toBe(
      200,
    )
    expect((await governor('GET', `/api/console/applications/${made.body.id}`)).status).toBe(404)
  })
})
