import { expect, it } from 'vitest'
import { asksOf } from '@/lib/gate/asks-of'
import { approvalInForce, ruleAsking } from '@/server/testing/approval-policies'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'
import { openShadowing } from './proof-shadow'

const w = await world()
const governor = await w.signedIn(w.governor)
await w.person('Second Approver', [{ role: 'approver', team_id: w.team }])
await w.person('Sue Support', [{ role: 'approver', team_id: w.otherTeam }])
await w.tools({ quorum: { operation: 'read' }, lone: { operation: 'read' }, gone: { operation: 'read' } })
const agent = await w.agent({
  scopes: [{ ...everything, environments: [...everything.environments] }],
  environment: 'staging',
})
const ours = { approvals: 2, who: [{ relation: 'agent_team' as const }] }
const theirs = { approvals: 1, who: [{ relation: 'team_approvers' as const, team_id: w.otherTeam }] }
await approvalInForce(w, 'quorum', { stages: [{ label: 'Both teams', need: { at_least: 2, of: [ours, theirs] } }] })
await approvalInForce(w, 'lone', {
  stages: [{ label: 'Nine', need: { approvals: 9, who: [{ relation: 'agent_team' }] } }],
})
for (const tool of ['quorum', 'lone', 'gone'])
  expect((await w.submit(agent.key, { tool, params: {} })).body.decision).toBeDefined()
const source = packWith(['quorum', 'lone', 'gone'].map(name => ruleAsking(name)).join('\n'))
const counted = {
  changes: { newly_held: { count: 1 }, newly_denied: { count: 2 } },
  forecast: {
    candidate: {
      held_a_day: 1,
      approvals_a_day: 3,
      by_group: expect.arrayContaining([
        expect.objectContaining({ approvals_a_day: 2, approvers: 2 }),
        expect.objectContaining({ approvals_a_day: 1, approvers: 2 }),
      ]),
    },
  },
}

it('O02 a replay counts whom approval policies would ask, group by group, and what they ask of nobody as denied', async () => {
  const { status, body } = await governor('POST', '/api/console/policy/replay', { source })
  expect([status, body.rows]).toEqual([200, 3])
  expect(body).toMatchObject(counted)
})

it('O02 so does a candidate in the shadow', async () => {
  await governor('POST', '/api/console/policy/shadow', { source, days: 7 })
  for (const tool of ['quorum', 'lone', 'gone'])
    expect((await w.submit(agent.key, { tool, params: { shadow: true } })).body.decision).toBeDefined()
  await w.db.pool.query(`update action set created_at = created_at - interval '10 seconds'`)
  const [running] = w.servers
  if (!running) return expect.unreachable()
  const asked = async () => asksOf((await running.app.gate.registries.now()).registry)
  await openShadowing(asked)({ db: w.db })
  // Where the instance's own engine is at it, it was left to that.
  const report = async () => (await governor('GET', '/api/console/policy/shadow')).body.shadow.report
  await expect.poll(report, { timeout: 10_000 }).toMatchObject(counted)
})

it.each([
  ['quorum', 'hold', null],
  ['lone', 'deny', 'hold.unapprovable'],
  ['gone', 'deny', 'hold.unapprovable'],
])('what if %s were called: %s', async (tool, effect, code) => {
  const { body } = await governor('POST', '/api/console/policy/what-if', { source, facts: { tool, team: w.team } })
  expect(body.judgement).toMatchObject({ effect, code })
})

it('a case passes whoever joins or leaves, and fails where the approval policy is not there', async () => {
  const cases = ['quorum', 'lone', 'gone'].map(tool => ({ name: tool, given: { tool }, want: 'hold' }))
  const { body } = await governor('POST', '/api/console/policy/cases/run', { source, cases })
  expect(body.results.map((one: { name: string; got: string }) => [one.name, one.got])).toEqual([
    ['quorum', 'hold'],
    ['lone', 'hold'],
    ['gone', 'deny'],
  ])
})

it('an explanation of a decision knows the approval policies of its time, whatever was retired since', async () => {
  await inForce(w, packWith(ruleAsking('quorum')))
  const { body: held } = await w.submit(agent.key, { tool: 'quorum', params: { later: true } })
  expect(held.status).toBe('held')
  await inForce(w, packWith(''))
  const retired = await governor('POST', '/api/console/approval-policies/quorum/retire', { reason: 'Over.' })
  expect(retired.status).toBe(204)
  const { body } = await governor('GET', `/api/console/actions/${held.id}/explain`)
  expect(body.judgement.effect).toBe('hold')
  expect(body.trail).toMatchObject([{ rule: 'quorum-rule' }])
})
