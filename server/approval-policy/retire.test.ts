import { describe, expect, it } from 'vitest'
import { applyChanges } from '@/server/engine/apply-changes'
import { approvalInForce, ruleAsking } from '@/server/testing/approval-policies'
import { packWith } from '@/server/testing/policy'
import { world } from '@/server/testing/world'

const w = await world(2)
const governor = await w.signedIn(w.governor)
const second = await w.signedIn(w.administrator, 1)
const approver = await w.signedIn(w.approver)
const path = '/api/console/approval-policies'
const stages = [{ label: 'The team', need: { approvals: 1, who: [{ relation: 'agent_team' as const }] } }]
const policy = (name: string) => approvalInForce(w, name, { stages })
const retire = (name: string, as = governor, headers = {}) =>
  as('POST', `${path}/${name}/retire`, { reason: 'Nobody asks by it.' }, headers)
const restore = (name: string) => governor('POST', `${path}/${name}/restore`)
const names = async (status: string) =>
  (await governor('GET', `${path}?status=${status}`)).body.items.map((one: { name: string }) => one.name)
const propose = (rules: string) =>
  governor('POST', '/api/console/policy', { source: packWith(rules), note: 'Rules that name policies' })

async function agree(hold: string): Promise<string> {
  const { body } = await second('GET', `/api/console/holds/${hold}`)
  await second('POST', `/api/console/holds/${hold}/reviews`, { verdict: 'approve', digest: body.shown_digest })
  const after = () => second('GET', `/api/console/holds/${hold}`).then(one => one.body)
  await expect.poll(async () => (await after()).status, { timeout: 10_000 }).toMatch(/applied|failed/)
  const { status, change } = await after()
  return `${status} ${change?.failure ?? ''}`.trim()
}

describe('retiring', () => {
  it('takes it out of the list and out of new rules, keeps its versions, and is on record with who and why', async () => {
    await policy('old')
    expect((await retire('old', governor, { 'if-match': '"v9"' })).body.code).toBe('request.precondition_failed')
    expect((await retire('old', approver)).status).toBe(403)
    expect((await retire('never')).status).toBe(404)
    expect((await retire('old', governor, { 'if-match': '"v1"' })).status).toBe(204)
    expect([await names('in_force'), await names('retired')]).toEqual([[], ['old']])
    const { body } = await governor('GET', `${path}/old`)
    expect(body.retired).toMatchObject({ by: { id: w.governor.id }, reason: 'Nobody asks by it.' })
    expect(body.versions).toHaveLength(1)
    expect((await retire('old')).body.code).toBe('approval_policy.retired')
    const put = await governor('PUT', `${path}/old`, { title: 'Old', stages, based_on: 1 })
    expect([put.status, put.body.code]).toEqual([409, 'approval_policy.retired'])
    expect((await propose(ruleAsking('old'))).body.detail).toBe('There is no approval policy named “old”.')
    expect((await w.events('approval_policy.retired')).map(event => event.by)).toEqual([
      { kind: 'person', id: w.governor.id },
    ])
  })

  it('is taken back as it was, once however often, and it can be retired again', async () => {
    await policy('back')
    await retire('back')
    expect([(await restore('back')).status, (await restore('back')).status]).toEqual([204, 204])
    expect(await names('in_force')).toContain('back')
    expect((await governor('GET', `${path}/back`)).body).toMatchObject({ version: 1, retired: null })
    expect(await w.events('approval_policy.restored')).toHaveLength(1)
    expect((await retire('back')).status).toBe(204)
  })

  it('O03 is refused while a rule in force names it, which is said, and a rule agreed to late is not published', async () => {
    await policy('used')
    const proposed = await propose(ruleAsking('used'))
    await retire('used')
    // The rule waited while the policy was retired: it would hold for nobody.
    expect(await agree(proposed.body.hold_id)).toMatch(/^failed policy.invalid/)
    await restore('used')
    expect(await agree((await propose(ruleAsking('used'))).body.hold_id)).toBe('applied')
    const { status, body } = await retire('used')
    expect([status, body.code]).toEqual([409, 'approval_policy.named'])
    expect(body.detail).toBe('“used-rule” names it. Publish rules without it first.')
  })

  it('O03 whichever of a rule and a retirement comes first on two instances, no rule in force names what is retired', async () => {
    for (let round = 0; round < 3; round++) {
      const name = `race-${round}`
      await policy(name)
      const { hold_id } = (await propose([ruleAsking('used'), ruleAsking(name)].join('\n'))).body
      const { body } = await second('GET', `/api/console/holds/${hold_id}`)
      await second('POST', `/api/console/holds/${hold_id}/reviews`, { verdict: 'approve', digest: body.shown_digest })
      const app = w.servers[1]?.app
      if (!app) return expect.unreachable()
      const [retired] = await Promise.all([retire(name), applyChanges(app)])
      const change = () => second('GET', `/api/console/holds/${hold_id}`).then(one => one.body.status)
      await expect.poll(change, { timeout: 10_000 }).toMatch(/applied|failed/)
      expect([retired.status, await change()]).toEqual(retired.status === 204 ? [204, 'failed'] : [409, 'applied'])
    }
  })
})

it('P07 the list goes page by page, each policy once, and says which rules name it', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) {
    await policy(name)
    await policy(name)
  }
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await governor('GET', `${path}?limit=2${cursor && `&cursor=${cursor}`}`)
    expect(body.items.length).toBeLessThanOrEqual(2)
    seen.push(...body.items.map((one: { name: string }) => one.name))
    if (body.next_cursor === null) break
    cursor = body.next_cursor
  }
  expect(seen).toEqual([...new Set(seen)].sort())
  expect(seen).toEqual(expect.arrayContaining(['page-a', 'page-b', 'page-c', 'used']))
  const used = (await governor('GET', `${path}/used`)).body
  expect(used.rules).toEqual(['used-rule'])
})
