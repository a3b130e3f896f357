import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.db.pool.query(`update person set status = 'disabled' where id <> $1`, [w.governor.id])
const governor = await w.signedIn(w.governor)
const path = `/api/console/applications/${w.application}`

it('an application whose agents work is moved by whoever governs alone, marked self: there is nobody to ask', async () => {
  await w.agent({ scopes: [everything] })
  const moved = await governor('PATCH', path, { team_id: w.otherTeam })
  expect(moved.status, JSON.stringify(moved.body)).toBe(202)
  await expect.poll(async () => (await governor('GET', path)).body.team.id, { timeout: 20_000 }).toBe(w.otherTeam)
  const { rows } = await w.db.pool.query('select self, person_id from review where hold_id = $1', [moved.body.hold_id])
  expect(rows).toEqual([{ self: true, person_id: w.governor.id }])
})
