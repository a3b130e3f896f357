import { describe, expect, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import { defaultPack } from '@/lib/policy/pack'
import { updateMember } from '@/server/access/members'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2)
const [first] = w.servers
if (!first) throw new Error('no server')
await w.tools({ run: {}, wipe: { operation: 'delete', reversible: false } })
const scopes = [everything]
const second = await w.person('Sue Second', [{ role: 'approver', team_id: w.team }])
const [administrator, governor, approver] = await Promise.all([
  w.signedIn(w.administrator),
  w.signedIn(w.governor),
  w.signedIn(w.approver),
])
let n = 0

/** Somebody joins, as the registry tells every gate. */
async function join(name: string, roles: Parameters<typeof w.person>[1] = []): Promise<SignedIn> {
  const who = await w.person(name, roles)
  await w.db.pool.query('update registry set version = version + 1')
  return who
}

interface Held {
  id: string
  digest: string
  hold: { id: string }
}
/** Something held: one approver for `run`, two for `wipe`. */
async function held(tool = 'run', owner?: SignedIn): Promise<Held & { key: string; agent: string }> {
  const agent = await w.agent({ scopes, ...(owner ? { owner_id: owner.id } : {}) })
  const { body } = await w.submit(agent.key, { tool, params: { n: n++ } })
  expect(body.status).toBe('held')
  return { ...body, key: agent.key, agent: agent.id }
}
const review = (who: Person, { hold, digest }: Held, verdict = 'approve', more = {}) =>
  who('POST', `/api/console/holds/${hold.id}/reviews`, { verdict, digest, ...more })
const asked = async (one: Held & { key: string }) =>
  (await w.gate(one.key, 'GET', `/api/v1/actions/${one.id}`, undefined, { prefer: 'wait=0' })).body
const team = (role: 'approver' | 'governor' | 'viewer') => [{ role, team_id: w.team }]
const administer = (who: SignedIn, patch: Parameters<typeof updateMember>[3], by = w.administrator) =>
  updateMember(first.app, by, who.id, patch, null)
const reviewsOf = (hold: string) =>
  w.events('hold.reviewed').then(all => all.filter(one => one.subjects.includes(hold)).length)

describe('who is counted', () => {
  it('A02 INV-12 a reviewer is whoever the session says, never what the body or a header says', async () => {
    const one = await held()
    for (const more of [
      { approverId: second.id },
      { person_id: second.id },
      { by: { id: second.id } },
      { onBehalfOf: 'x' },
    ])
      expect((await review(approver, one, 'approve', more)).status).toBe(400)
    const headers = { 'x-user': second.id, 'x-forwarded-user': second.email, 'x-on-behalf-of': second.id }
    const path = `/api/console/holds/${one.hold.id}/reviews`
    const { body } = await approver('POST', path, { verdict: 'approve', digest: one.digest }, headers)
    expect(body.reviews.map((given: { by: { id: string } }) => given.by.id)).toEqual([w.approver.id])
  })

  it('A04 INV-13 I07 no key reviews, sees or contains: people’s doors know only sessions', async () => {
    const one = await held()
    const other = await w.agent({ scopes })
    for (const key of [one.key, other.key]) {
      for (const [method, path, body] of [
        ['POST', `/holds/${one.hold.id}/reviews`, { verdict: 'approve', digest: one.digest }],
        ['POST', `/holds/${one.hold.id}/reject-and-contain`, { digest: one.digest }],
        ['POST', `/holds/${one.hold.id}/views`, { digest: one.digest }],
        ['GET', `/holds/${one.hold.id}`, undefined],
        ['POST', '/containment', { target: { type: 'organisation' }, level: 'paused', reason: 'x' }],
      ] as const) {
        const origin = { origin: w.servers[0]?.url ?? '' }
        const reply = await w.gate(key, method, `/api/console${path}`, body, origin)
        expect([method, path, reply.status, reply.body.code]).toEqual([method, path, 401, 'session.required'])
      }
    }
    expect(await reviewsOf(one.hold.id)).toBe(0)
  })

  it('G12 A21 what a body claims of status, decision, approvals or risk is refused, never stored', async () => {
    const { key } = await w.agent({ scopes })
    for (const claim of [
      { status: 'allowed' },
      { decision: { verdict: 'allow' } },
      { approvals: 2 },
      { agent_id: 'agt_x' },
      { team_id: w.otherTeam },
      { risk: 'low' },
      { approved: true },
      { resolved: { operation: 'read' } },
    ])
      expect((await w.submit(key, { tool: 'run', ...claim })).status, JSON.stringify(claim)).toBe(400)
    const free = { context: { approved: true, status: 'allowed' }, params: { approved: true } }
    expect((await w.submit(key, { tool: 'run', ...free })).body).toMatchObject({ status: 'held', decision: null })
  })

  it('A21 an administrator has no way around a quorum: not by the ordinary door, and there is no other', async () => {
    const one = await held()
    expect((await review(administrator, one)).body.code).toBe('hold.ineligible')
    const base = `/api/console/holds/${one.hold.id}`
    for (const path of ['/approve', '/force', '/override', '/decision', '/break-glass', ''])
      expect([404, 405], path).toContain((await administrator('POST', base + path, { digest: one.digest })).status)
    expect((await asked(one)).status).toBe('held')
  })
})

describe('while it waits', () => {
  it('A07 the asking side makes nobody an approver: not themselves, not an accomplice', async () => {
    const mine = await join('Odo Owner', [{ role: 'administrator', team_id: null }])
    const accomplice = await join('Cal Accomplice')
    const one = await held('run', mine)
    await administer(accomplice, { roles: team('approver') }, mine)
    await administer(mine, { roles: [{ role: 'administrator', team_id: null }, ...team('approver')] })
    expect((await review(await w.signedIn(mine), one)).body.code).toBe('hold.ineligible')
    expect((await review(await w.signedIn(accomplice), one)).body).toMatchObject({
      code: 'hold.ineligible',
      detail: expect.stringContaining('asking side'),
    })
    expect((await asked(one)).status).toBe('held')
    expect((await review(approver, one)).body.status).toBe('approved')
    await administer(mine, { status: 'disabled' })
  })

  it('A08 INV-18 who gave the agent away yesterday, or registered it, still does not approve for it', async () => {
    const mine = await join('Old Owner', team('approver'))
    const agent = await w.agent({ scopes, owner_id: mine.id, environment: 'development' })
    const path = `/api/console/agents/${agent.id}`
    expect((await governor('PATCH', path, { owner_id: w.owner.id })).status).toBe(200)
    const { body } = await w.submit(agent.key, {
      tool: 'wipe',
      params: { n: n++ },
    })
    expect((await review(await w.signedIn(mine), body)).body.code).toBe('hold.ineligible')
    expect((await review(approver, body)).status).toBe(201)
  })

  it('A08 INV-18 who becomes the owner while it waits does not approve it, and an approval they gave before is void', async () => {
    const two = await held('wipe')
    const next = await join('Nia Next', team('approver'))
    expect((await review(await w.signedIn(next), two)).body.approvals).toEqual({ received: 1, required: 2 })
    await w.db.pool.query('update agent set owner_id = $2 where id = $1', [two.agent, next.id])
    await w.db.pool.query('update registry set version = version + 1')
    expect((await review(approver, two)).body).toMatchObject({
      status: 'pending',
      approvals: { received: 1, required: 2 },
    })
    expect((await review(await w.signedIn(second), two)).body.status).toBe('approved')
    await administer(next, { status: 'disabled' })
  })

  it.each([
    ['loses the role', { roles: team('viewer') }],
    ['is disabled', { status: 'disabled' as const }],
  ])('A09 INV-12 an approval of somebody who %s before the last one is void', async (_name, patch) => {
    const two = await held('wipe')
    const gone = await join('Gus Gone', team('approver'))
    expect((await review(await w.signedIn(gone), two)).status).toBe(201)
    await administer(gone, patch)
    expect((await review(approver, two)).body).toMatchObject({
      status: 'pending',
      approvals: { received: 1, required: 2 },
    })
    expect((await review(await w.signedIn(second, 1), two)).body.status).toBe('approved')
  })

  it('A09 a role taken away while its approval is on the way: approved before, or ineligible after, nothing between', async () => {
    for (let round = 0; round < 10; round++) {
      const late = await join(`Lou Late ${round}`, team('approver'))
      const [one, who] = [await held(), await w.signedIn(late, round % 2)]
      const [given] = await Promise.all([review(who, one), administer(late, { roles: team('viewer') })])
      const { status } = await asked(one)
      expect([given.status, status]).toEqual(given.status === 201 ? [201, 'approved'] : [403, 'held'])
      const types = (await w.events()).filter(
        event => event.subjects.includes(one.hold.id) || event.subjects.includes(late.id),
      )
      const approved = types.findIndex(event => event.type === 'hold.approved')
      if (approved >= 0) expect(approved).toBeLessThan(types.findIndex(event => event.type === 'role.revoked'))
    }
  })
})

describe('what was shown', () => {
  it('A12 INV-17 an approval of another rendering is refused and not counted', async () => {
    const two = await held('wipe')
    const stale = { ...two, digest: `sha256:${'0'.repeat(64)}` }
    expect((await review(approver, stale)).body).toMatchObject({
      code: 'hold.changed',
      hold: { shown_digest: two.digest },
    })
    expect((await review(approver, two)).body.approvals.received).toBe(1)
    expect(await reviewsOf(two.hold.id)).toBe(1)
  })

  it('A13 INV-15 after a reject nothing approves, after an approval nothing rejects, after the end nobody reviews', async () => {
    const rejected = await held('wipe')
    await review(approver, rejected)
    expect((await review(await w.signedIn(second), rejected, 'reject')).body.status).toBe('rejected')
    expect((await review(await w.signedIn(w.governor), rejected)).body.code).toBe('hold.closed')
    const approved = await held()
    await review(approver, approved)
    expect((await review(await w.signedIn(second), approved, 'reject')).body.code).toBe('hold.closed')
    expect([(await asked(rejected)).status, (await asked(approved)).status]).toEqual(['rejected', 'approved'])
  })
})

describe('when policy changes while it waits', () => {
  /** Publishes this pack: proposed by one, agreed to by another. */
  async function publish(source: string): Promise<void> {
    const { body } = await governor('POST', '/api/console/policy', { source, note: 'test' })
    const { body: detail } = await administrator('GET', `/api/console/holds/${body.hold_id}`)
    const done = await review(administrator, { id: '', digest: detail.shown_digest, hold: { id: body.hold_id } })
    expect(done.body.status).toBe('applied')
  }
  const pack = defaultPack({ demo: false })

  it('O02 nobody publishes their own: it is proposed by one and agreed to by another', async () => {
    const { body } = await governor('POST', '/api/console/policy', { source: pack, note: 'mine' })
    const { body: detail } = await governor('GET', `/api/console/holds/${body.hold_id}`)
    const own = { id: '', digest: detail.shown_digest, hold: { id: body.hold_id } }
    expect((await review(governor, own)).body.code).toBe('hold.ineligible')
    expect((await review(approver, own)).status).not.toBe(201)
    expect((await review(administrator, own, 'reject')).body.status).toBe('rejected')
  })

  it('A07 INV-08 a quorum that is lowered stays as it was for what waits already', async () => {
    const two = await held('wipe')
    await publish(pack.replace('@approvals("2")', '@approvals("1")').replace('@approvals("2")', '@approvals("1")'))
    expect((await review(approver, two)).body).toMatchObject({
      status: 'pending',
      approvals: { received: 1, required: 2 },
    })
    expect((await review(await w.signedIn(second), two)).body.status).toBe('approved')
    await publish(pack)
  })

  it('A28 INV-08 a quorum that is raised counts for what waits already, and a new prohibition beats every approval', async () => {
    const [raised, forbidden] = [await held(), await held()]
    await publish(
      pack.replace(
        '@reason("Writing in production needs one approver.") @approvals("1")',
        '@reason("Two now.") @approvals("2")',
      ),
    )
    expect((await review(approver, raised)).body).toMatchObject({
      status: 'pending',
      approvals: { received: 1, required: 2 },
    })
    await publish(`${pack}
@id("never-run") @rule("11") @reason("Nobody runs any more.")
forbid (principal, action, resource) when { context.tool == "run" };`)
    const { body } = await review(approver, forbidden)
    expect(body.action).toMatchObject({
      status: 'denied',
      decision: { verdict: 'deny', by: 'policy', reason: 'Nobody runs any more.' },
    })
    await publish(pack)
  })
})
