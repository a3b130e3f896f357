import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Asked } from '@/lib/approval-policy/approval-policy'
import { approvalInForce, ruleAsking } from '@/server/testing/approval-policies'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const w = await world(1, { fetchAllow: ['127.0.0.1'] })
const said = new Map<string, object>()
const cmdb = createServer((request, response) => {
  response.end(JSON.stringify(said.get(request.url ?? '') ?? {}))
})
const lena = await w.person('Lena Owner', [{ role: 'approver', team_id: w.otherTeam }])
const [owner, approver, governor] = [await w.signedIn(lena), await w.signedIn(w.approver), await w.signedIn(w.governor)]
const stage = (relation: 'resource_owner' | 'resource_team', approvals = 1) => ({
  stages: [{ label: 'Who owns it', need: { approvals, who: [{ relation } satisfies Asked] } }],
})
beforeAll(async () => {
  await new Promise<void>(resolve => cmdb.listen(0, '127.0.0.1', resolve))
  const address = cmdb.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await w.db.pool.query(
    `insert into resource_source (id, name, type_pattern, id_pattern, url, created_by, created_at)
     values ($1, 'CMDB', '*', '*', $2, $3, holdpoint.now())`,
    [`rsr_${'0'.repeat(26)}`, `http://127.0.0.1:${port}/{id}`, w.governor.id],
  )
  await w.tools({ person: {}, team: {} })
  await approvalInForce(w, 'person', stage('resource_owner'))
  await approvalInForce(w, 'team', stage('resource_team'))
  await inForce(w, packWith(['person', 'team'].map(name => ruleAsking(name)).join('\n')))
})
afterAll(() => {
  cmdb.closeAllConnections()
  cmdb.close()
})

let n = 0
async function ask(tool: string, names: object) {
  const id = `r${n++}`
  said.set(`/${id}`, { environment: 'staging', classification: 'internal', ...names })
  const agent = await w.agent({
    scopes: [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }],
    environment: 'staging',
  })
  return (await w.submit(agent.key, { tool, params: { n }, resource: { type: 'account', id } })).body
}

it('owner_of(resource): the person whom its own system names may approve it, and nobody else', async () => {
  const one = await ask('person', { owner: lena.email.toUpperCase() })
  expect(one.status).toBe('held')
  const says = (who: typeof owner) =>
    who('POST', `/api/console/holds/${one.hold.id}/reviews`, { verdict: 'approve', digest: one.digest })
  expect((await says(approver)).body.code).toBe('hold.ineligible')
  expect((await says(owner)).body.status).toBe('approved')
})

it('owner_of(resource): the approvers of the team that it names, by name or id', async () => {
  for (const owning_team of [w.otherTeam, 'Support']) {
    const one = await ask('team', { owning_team })
    expect(one.status).toBe('held')
    const reply = await owner('POST', `/api/console/holds/${one.hold.id}/reviews`, {
      verdict: 'approve',
      digest: one.digest,
    })
    expect(reply.body.status).toBe('approved')
  }
})

it.each([
  ['nobody', {}],
  ['nobody here', { owner: 'mallory@example.com' }],
  ['part of a name', { owner: 'lena' }],
])('A20 a resource whose system names %s as its owner is denied at once', async (_name, names) => {
  const one = await ask('person', names)
  expect([one.status, one.decision?.code]).toEqual(['denied', 'hold.unapprovable'])
})

it('A01 the agent’s own owner does not approve, although they own what it touches', async () => {
  const one = await ask('person', { owner: w.owner.email })
  expect([one.status, one.decision?.code]).toEqual(['denied', 'hold.unapprovable'])
})

it('A20 two owners of one resource are never asked: such a policy is refused when it is written', async () => {
  const body = { title: 'Two', based_on: 0, ...stage('resource_owner', 2) }
  const { status, body: refused } = await governor('PUT', '/api/console/approval-policies/two-owners', body)
  expect([status, refused.code]).toEqual([400, 'approval_policy.unmeetable'])
  expect(refused.detail).toContain('asks for more people than a group of it can have')
})
