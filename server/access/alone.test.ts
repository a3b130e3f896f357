import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.db.pool.query(`update person set status = 'disabled' where id <> $1`, [w.governor.id])
const governor = await w.signedIn(w.governor)
const path = `/api/console/applications/${w.application}`

it('how a production action has ended is said by whoever alone could review it', async () => {
  await w.tools({ look: { operation: 'read' } })
  const agent = await w.agent({ scopes: [everything], owner_id: w.governor.id, environment: 'production' })
  const first = (await w.submit(agent.key, { tool: 'look', params: { n: 1 } })).body
  await w.gate(agent.key, 'POST', `/api/v1/actions/${first.id}/outcome`, { status: 'unknown' })
  const said = await governor('POST', `/api/console/actions/${first.id}/reconcile`, { status: 'failed' })
  expect(said.status, JSON.stringify(said.body)).toBe(204)
  expect((await w.submit(agent.key, { tool: 'look', params: { n: 1 } })).body.status).toBe('allowed')
})

it('an application whose agents work is moved by whoever governs alone, marked self: there is nobody to ask', async () => {
  await w.agent({ scopes: [everything] })
  const moved = await governor('PATCH', path, { team_id: w.otherTeam })
  expect(moved.status, JSON.stringify(moved.body)).toBe(202)
  await expect.poll(async () => (await governor('GET', path)).body.team.id, { timeout: 20_000 }).toBe(w.otherTeam)
  const { rows } = await w.db.pool.query('select self, person_id from review where hold_id = $1', [moved.body.hold_id])
  expect(rows).toEqual([{ self: true, person_id: w.governor.id }])
})
