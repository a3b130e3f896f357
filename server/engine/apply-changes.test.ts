import { expect, it } from 'vitest'
import { proposeChange } from '@/server/hold/propose'
import { everything, world } from '@/server/testing/world'

const w = await world()
const [server] = w.servers
if (!server) throw new Error('no server')
const { app } = server
const administrator = await w.signedIn(w.administrator)
await w.agent({ scopes: [everything] })

const propose = async (kind: string, subject_id: string, payload: object) =>
  (
    await proposeChange(app, w.governor, {
      kind,
      subject_id,
      based_on: null,
      payload,
      agent_id: null,
      team_id: null,
    })
  ).hold_id
const approve = async (hold: string) => {
  const { body } = await administrator('GET', `/api/console/holds/${hold}`)
  const said = { verdict: 'approve', digest: body.shown_digest }
  return administrator('POST', `/api/console/holds/${hold}/reviews`, said)
}
const statusOf = async (hold: string) => (await administrator('GET', `/api/console/holds/${hold}`)).body.status

it('a change in words that this version does not read has failed once it is approved, and nothing of it is done', async () => {
  const hold = await propose('application.transfer', w.application, {
    patch: { colour: 'red' },
    proposed_by: w.governor.id,
  })
  expect((await approve(hold)).body).toMatchObject({ status: 'failed' })
})

it('a change that cannot be applied keeps none behind it', async () => {
  const first = await propose('application.transfer', w.application, { patch: {}, proposed_by: w.governor.id })
  await w.db.pool.query(`update content set sealed = '\\x00' where subject_id = $1`, [first])
  const path = `/api/console/applications/${w.application}`
  const second = (await (await w.signedIn(w.governor))('PATCH', path, { team_id: w.otherTeam })).body.hold_id
  // As if whoever took the last review had ended before it was applied.
  await w.db.pool.query(
    `update hold set status = 'approved', decided_at = holdpoint.now() - case id when $1 then interval '1 minute' else interval '0' end
     where id in ($1, $2)`,
    [first, second],
  )
  await expect.poll(() => statusOf(second), { timeout: 20_000 }).toBe('applied')
  const { rows } = await w.db.pool.query('select status from hold where id = $1', [first])
  expect(rows).toEqual([{ status: 'approved' }])
})
