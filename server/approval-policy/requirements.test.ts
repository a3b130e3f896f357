import { describe, expect, it } from 'vitest'
import type { Asked } from '@/lib/approval-policy/approval-policy'
import type { Group, Need } from '@/lib/hold/need'
import { updateMember } from '@/server/access/members'
import { approvalInForce, ruleAsking } from '@/server/testing/approval-policies'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2)
const [first] = w.servers
if (!first) throw new Error('no server')
const names = ['two-teams', 'ordered', 'confirmed', 'boss', 'owning', 'denied', 'waiting', 'nowhere'] as const
await w.tools(Object.fromEntries(names.map(name => [name, {}])))
const scopes = [everything]
const inTeam = (team: typeof w.team) => [{ role: 'approver', team_id: team }] as const
const [sue, sam, zoe] = [
  await w.person('Sue Support', inTeam(w.otherTeam)),
  await w.person('Sam Both', [...inTeam(w.team), ...inTeam(w.otherTeam)]),
  await w.person('Zoe Acted-For'),
]
const everyone = {
  ann: await w.signedIn(w.approver),
  sue: await w.signedIn(sue, 1),
  sam: await w.signedIn(sam),
  zoe: await w.signedIn(zoe, 1),
  owner: await w.signedIn(w.owner),
  governor: await w.signedIn(w.governor),
}
type Name = keyof typeof everyone
const stage = (label: string, need: Need<Asked>) => ({ label, need })
const ours: Group<Asked> = { approvals: 1, who: [{ relation: 'agent_team' }] }
const theirs: Group<Asked> = { approvals: 1, who: [{ relation: 'team_approvers', team_id: w.otherTeam }] }
const two = [stage('Both teams', { at_least: 2, of: [ours, theirs] })]
await approvalInForce(w, 'two-teams', { stages: two })
await approvalInForce(w, 'ordered', { stages: [stage('The team', ours), stage('Support', theirs)] })
await approvalInForce(w, 'confirmed', {
  stages: [{ label: 'It is for you', confirm: true, who: [] }, stage('The team', ours)],
})
await approvalInForce(w, 'boss', {
  stages: [stage('The manager', { approvals: 1, who: [{ relation: 'manager_of_acting_for' }] })],
})
await approvalInForce(w, 'owning', {
  stages: [stage('Owners', { approvals: 1, who: [{ relation: 'resource_team' }] })],
})
await approvalInForce(w, 'denied', { stages: two, rejects: 2 })
await approvalInForce(w, 'waiting', { stages: two })
await inForce(w, packWith(names.map(name => ruleAsking(name)).join('\n')))
let n = 0

interface Held {
  id: string
  digest: string
  status: string
  decision: { code: string; reason: string } | null
  hold: { id: string }
}
async function ask(tool: string, context = {}): Promise<Held> {
  const agent = await w.agent({ scopes, environment: 'staging' })
  return (await w.submit(agent.key, { tool, params: { n: n++ }, context })).body
}
const says = (who: Name | Person, { hold, digest }: Held, verdict = 'approve', more = {}) =>
  (typeof who === 'string' ? everyone[who] : who)('POST', `/api/console/holds/${hold.id}/reviews`, {
    verdict,
    digest,
    ...more,
  })

describe('two groups', () => {
  it.each([
    ['one of each', ['ann', 'sue'], 'approved'],
    ['the other way round', ['sue', 'ann'], 'approved'],
    ['whoever stands in both counts once', ['sam'], 'pending'],
    ['and for the group that still lacks somebody', ['sam', 'ann'], 'approved'],
    ['two of the same group', ['ann', 'governor'], 'pending'],
  ] as const)('A06 %s', async (_name, who, status) => {
    const one = await ask('two-teams')
    expect(one.status).toBe('held')
    for (const each of who) await says(each, one)
    const { body } = await everyone.ann('GET', `/api/console/holds/${one.hold.id}`)
    expect([body.status, body.approvals.required]).toEqual([status, 2])
  })

  it('A05 INV-12 both teams at once on two instances: approved once, and one person twice is one', async () => {
    const one = await ask('two-teams')
    const again = await w.signedIn(sam, 1)
    await Promise.all([says('sam', one), says(again, one)])
    expect((await everyone.ann('GET', `/api/console/holds/${one.hold.id}`)).body.approvals).toEqual({
      received: 1,
      required: 2,
    })
    const both = await Promise.all([says('ann', one), says('sue', one)])
    expect(both.map(one => one.status).sort()).toEqual([201, 409])
    expect((await w.events('hold.approved')).filter(event => event.subjects.includes(one.hold.id))).toHaveLength(1)
  })
})

describe('stages in order', () => {
  it('whoever comes later is told so, heard when it is their turn, and the page says where it stands', async () => {
    const one = await ask('ordered')
    const early = await says('sue', one)
    expect([early.status, early.body.code, early.body.detail]).toEqual([
      403,
      'hold.ineligible',
      'It is not your turn yet: first The team.',
    ])
    const before = (await everyone.sue('GET', `/api/console/holds/${one.hold.id}`)).body
    expect([before.may_decide, before.me.may_approve]).toEqual([false, false])
    const { body } = await says('ann', one)
    expect(body.requirement.policies[0].stages.map((stage: { turn: string }) => stage.turn)).toEqual(['met', 'open'])
    expect((await says('sue', one)).body.status).toBe('approved')
  })
})

describe('confirming', () => {
  it('A01 whoever it is for confirms, and somebody else approves; they need both, in order', async () => {
    const one = await ask('confirmed', { acting_for: zoe.email })
    expect((await says('ann', one)).body.code).toBe('hold.ineligible')
    expect((await says('zoe', one)).body.approvals).toEqual({ received: 0, required: 1 })
    expect((await says('ann', one)).body.status).toBe('approved')
  })

  it('A20 for nobody here, it is denied at once and says so; likeness of a name is nobody', async () => {
    for (const context of [{}, { acting_for: 'zoe.acted-for' }, { acting_for: 'nobody@example.com' }]) {
      const one = await ask('confirmed', context)
      expect([one.status, one.decision?.code]).toEqual(['denied', 'hold.unapprovable'])
      expect(one.decision?.reason).toContain('names nobody here')
    }
  })

  it('whoever it is for says that it is not: that is the end of it', async () => {
    const one = await ask('confirmed', { acting_for: zoe.email })
    expect((await says('zoe', one, 'reject')).body.status).toBe('rejected')
  })
})

describe('who by relation', () => {
  it('A20 the manager of whoever it is for, who is nobody until an administrator names them', async () => {
    expect((await ask('boss', { acting_for: zoe.email })).decision?.code).toBe('hold.unapprovable')
    const administrator = await w.signedIn(w.administrator)
    const path = `/api/console/members/${zoe.id}/manager`
    expect((await administrator('PUT', path, { manager_id: sue.id })).status).toBe(200)
    const one = await ask('boss', { acting_for: zoe.email })
    expect((await says('ann', one)).body.code).toBe('hold.ineligible')
    // A07: another manager while it waits is today's, but not where the asking side named them.
    expect((await administrator('PUT', path, { manager_id: sam.id })).status).toBe(200)
    expect((await says('sue', one)).status).not.toBe(201)
    expect((await says('sam', one)).body.code).toBe('hold.ineligible')
    const independent = await w.signedIn(await w.person('Ivo Admin', [{ role: 'administrator', team_id: null }]))
    expect((await independent('PUT', path, { manager_id: sam.id })).status).toBe(200)
    expect((await says('sam', one)).body.status).toBe('approved')
    expect((await administrator('PUT', path, { manager_id: zoe.id })).status).toBe(403)
    expect((await everyone.governor('PUT', path, { manager_id: null })).status).toBe(403)
  })

  it('A20 what nobody is, is denied at once: a team that nobody said owns it, and a policy of no such name', async () => {
    expect((await ask('owning')).decision?.code).toBe('hold.unapprovable')
    expect((await ask('nowhere')).decision?.reason).toContain('no approval policy of that name')
  })
})

describe('rejects that are counted', () => {
  it('INV-15 one of two does not end it, the second does', async () => {
    const one = await ask('denied')
    expect((await says('ann', one, 'reject')).body.status).toBe('pending')
    expect((await says('ann', one, 'approve')).body.code).toBe('hold.reviewed')
    expect((await says('sue', one, 'reject')).body.status).toBe('rejected')
  })

  it('a reject that is outvoted stands beside the approvals', async () => {
    const one = await ask('denied')
    await says('ann', one, 'reject')
    await says('sam', one)
    const last = await says('sue', one)
    expect(last.body.status).toBe('approved')
  })

  it('the owner ends it at once: what their side asks they take back', async () => {
    const one = await ask('denied')
    expect((await says('owner', one, 'reject')).body.status).toBe('rejected')
  })
})

describe('while it waits', () => {
  const lowered = [stage('One is enough', { at_least: 1, of: [ours, theirs] })]
  const other = [stage('Who governs', { approvals: 1, who: [{ relation: 'governing' }] })]
  it.each([
    ['A07 lowered: the pinned number stands', lowered, ['ann'], ['sue']],
    ['A28 other people besides: both texts must be met', other, ['ann', 'sue'], ['governor']],
  ] as const)('%s', async (_name, stages, short, enough) => {
    await approvalInForce(w, 'waiting', { stages: two })
    const one = await ask('waiting')
    await approvalInForce(w, 'waiting', { stages })
    for (const who of short) await says(who, one)
    expect((await everyone.ann('GET', `/api/console/holds/${one.hold.id}`)).body.status).toBe('pending')
    for (const who of enough) expect((await says(who, one)).status).toBe(201)
    expect((await everyone.ann('GET', `/api/console/holds/${one.hold.id}`)).body.status).toBe('approved')
  })

  it('A20 a text that nobody can meet any more denies it at the next yes, saying so', async () => {
    await approvalInForce(w, 'waiting', { stages: two })
    const one = await ask('waiting')
    await approvalInForce(w, 'waiting', {
      stages: [stage('Nine', { approvals: 9, who: [{ relation: 'agent_team' }] })],
    })
    expect((await says('ann', one)).body.status).toBe('rejected')
    const { rows } = await w.db.pool.query("select decision::json->>'code' as code from action where id = $1", [one.id])
    expect(rows[0].code).toBe('hold.unapprovable')
  })

  it('A09 whoever leaves takes their yes along, and the page does not count it', async () => {
    const one = await ask('two-teams')
    const gus = await w.person('Gus Gone', inTeam(w.team))
    await w.db.pool.query('update registry set version = version + 1')
    expect((await says(await w.signedIn(gus), one)).body.approvals.received).toBe(1)
    await updateMember(first.app, w.administrator, gus.id, { status: 'disabled' }, null)
    expect((await says('sue', one)).body).toMatchObject({ status: 'pending', approvals: { received: 1, required: 2 } })
    expect((await says('ann', one)).body.status).toBe('approved')
  })

  it('A08 whoever comes to own the agent while it waits does not count, whatever group they are in', async () => {
    const one = await ask('two-teams')
    await says('ann', one)
    const { rows } = await w.db.pool.query('select agent_id from action where id = $1', [one.id])
    await w.db.pool.query('update agent set owner_id = $2 where id = $1', [rows[0].agent_id, w.approver.id])
    await w.db.pool.query('update registry set version = version + 1')
    expect((await says('sue', one)).body).toMatchObject({ status: 'pending', approvals: { received: 1, required: 2 } })
    expect((await says('sam', one)).body.status).toBe('approved')
  })
})

describe('rules that name approval policies', () => {
  const propose = (source: string) => everyone.governor('POST', '/api/console/policy', { source, note: 'Rules' })
  const rules = (list: readonly string[], more = '') =>
    packWith([...list.map(name => ruleAsking(name)), more].join('\n'))
  const reasonFor = async (one: Held) =>
    (await everyone.governor('GET', `/api/console/holds/${one.hold.id}`)).body.me.reason

  it('O03 one that names a policy which is not there is refused when it is written', async () => {
    const { status, body } = await propose(rules(names))
    expect([status, body.code, body.detail]).toEqual([
      400,
      'policy.invalid',
      'There is no approval policy named “nowhere”.',
    ])
  })

  it('A01 whoever writes a rule for one agent is on its side, and on no other’s', async () => {
    const agent = await w.agent({ scopes, environment: 'staging' })
    const mine: Held = (await w.submit(agent.key, { tool: 'two-teams', params: { n: n++ } })).body
    const other = await ask('two-teams')
    const about = `@id("about-one") @reason("It asks more.") @approvals("1")
      forbid (principal == Agent::"${agent.id}", action, resource) unless { context.approved };`
    const { status, body } = await propose(
      rules(
        names.filter(one => one !== 'nowhere'),
        about,
      ),
    )
    expect([status, body.code]).toEqual([202, undefined])
    expect(await reasonFor(mine)).toContain('You changed what this agent may do')
    expect(await reasonFor(other)).toBe('The rule asks other people.')
  })
})
