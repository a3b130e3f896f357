import { expect, it } from 'vitest'
import { newId } from '@/server/db/id'
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

it('changes that cannot be applied keep none behind them, however many they are', async () => {
  const stuck: string[] = []
  for (let n = 0; n < 21; n++)
    stuck.push(await propose('application.transfer', newId('app'), { patch: {}, proposed_by: w.governor.id }))
  await w.db.pool.query(`update content set sealed = '\\x00' where subject_id = any($1)`, [stuck])
  const path = `/api/console/applications/${w.application}`
  const last = (await (await w.signedIn(w.governor))('PATCH', path, { team_id: w.otherTeam })).body.hold_id
  // As if whoever took the last reviews had ended before they were applied.
  await w.db.pool.query(
    `update hold set status = 'approved', decided_at = holdpoint.now() - case when id = $1 then interval '0' else interval '1 minute' end
     where id = $1 or id = any($2)`,
    [last, stuck],
  )
  await expect.poll(() => statusOf(last), { timeout: 20_000 }).toBe('applied')
  const { rows } = await w.db.pool.query('select distinct status from hold where id = any($1)', [stuck])
  expect(rows).toEqual([{ status: 'approved' }])
})
