import { beforeEach, describe, expect, it } from 'vitest'
import type { RoleAssignment, SignedIn } from '@/lib/access/permission'
import { database } from '@/server/testing/database'
import { answered, makePerson, person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'
import { type Person, world } from '@/server/testing/world'

/** An organisation of last year, on two instances: an administrator, a governor, and who else is needed. */
const w = await world(2)
const url = w.servers[0]?.url ?? ''
const everywhere = (role: RoleAssignment['role']) => ({ role, team_id: null })
const approver: RoleAssignment = { role: 'approver', team_id: w.team }
const second = await w.person('Sal Second', [everywhere('administrator')])
const [ada, gil, sal] = [
  await w.signedIn(w.administrator),
  await w.signedIn(w.governor, 1),
  await w.signedIn(second, 1),
]
let n = 0
beforeEach(() => foundedAgo('360 days'))

async function foundedAgo(span: string, db = w.db): Promise<void> {
  await db.pool.query('update organisation set founding_until = holdpoint.now() - $1::interval', [span])
  await db.pool.query('update registry set version = version + 1')
}
const somebody = (...roles: RoleAssignment[]) => w.person(`Mallory ${String.fromCharCode(65 + n++)}`, roles)
const edit = (by: Person, who: { id: string }, patch: object) => by('PATCH', `/api/console/members/${who.id}`, patch)
const look = async (who: { id: string }) => (await ada('GET', `/api/console/members/${who.id}`)).body
const rolesOf = async (who: { id: string }) =>
  (await look(who)).roles.map(({ role, team_id }: RoleAssignment) => ({ role, team_id }))
const seen = async (by: Person, hold: string) => (await by('GET', `/api/console/holds/${hold}`)).body
async function say(by: Person, hold: string, verdict: 'approve' | 'reject' = 'approve') {
  const { shown_digest } = await seen(by, hold)
  return by('POST', `/api/console/holds/${hold}/reviews`, { verdict, digest: shown_digest })
}
async function asked(who: SignedIn, patch: object, by = ada): Promise<string> {
  const { status, body } = await edit(by, who, patch)
  expect([status, Object.keys(body)], JSON.stringify(body)).toEqual([202, ['hold_id']])
  return body.hold_id
}
const ineligible = { status: 403, body: { code: 'hold.ineligible' } }

describe('A27 a role that decides is not given by one person', () => {
  it.each([approver, everywhere('governor'), everywhere('administrator'), { ...approver, role: 'governor' as const }])(
    '%o: neither who proposes it nor who gets it agrees; a third does, and it counts, new, from then on',
    async role => {
      const who = await somebody(everywhere('viewer'))
      const hold = await asked(who, { roles: [everywhere('viewer'), role], reason: 'She knows payments' })
      expect(await rolesOf(who)).toEqual([everywhere('viewer')])
      expect((await look(who)).waiting_hold_id).toBe(hold)
      expect(await say(ada, hold)).toMatchObject(ineligible)
      expect(await say(await w.signedIn(who), hold)).toMatchObject(ineligible)
      expect(await rolesOf(who)).toEqual([everywhere('viewer')])
      await w.test.moveClock(3_600)
      expect((await say(gil, hold)).body.status).toBe('applied')
      expect(await rolesOf(who)).toEqual(expect.arrayContaining([everywhere('viewer'), role]))
      expect((await look(who)).waiting_hold_id).toBeNull()
      const { rows } = await w.db.pool.query(
        `select r.granted_by, r.created_at >= h.decided_at as late from role_assignment r, hold h
         where r.person_id = $1 and r.role = $2 and h.id = $3`,
        [who.id, role.role, hold],
      )
      expect(rows).toEqual([{ granted_by: w.administrator.id, late: true }])
    },
  )

  it('nor does a governor agree to what would make them administrator; they may refuse it', async () => {
    const who = await somebody(everywhere('governor'))
    const them = await w.signedIn(who)
    const hold = await asked(who, { roles: [everywhere('governor'), everywhere('administrator')] })
    expect((await seen(them, hold)).me).toMatchObject({
      may_approve: false,
      may_reject: true,
      reason: 'It would give you this role.',
    })
    expect(await say(them, hold)).toMatchObject(ineligible)
    expect((await say(them, hold, 'reject')).body.status).toBe('rejected')
    expect(await rolesOf(who)).toEqual([everywhere('governor')])
  })

  it('says who would get what, from whom and why', async () => {
    const who = await somebody(everywhere('viewer'))
    const hold = await asked(who, { roles: [everywhere('viewer'), approver], reason: 'She knows payments' })
    const { title, change, eligible } = await seen(gil, hold)
    expect(title).toBe(`Make “${who.name}” approver of Payments`)
    expect(change).toMatchObject({
      before: `${who.name}, ${who.email}\nviewer`,
      after: `${who.name}, ${who.email}\napprover of Payments\nviewer\nProposed by Ada Admin.`,
      reason: 'She knows payments',
    })
    const ids = eligible.map((one: { id: string }) => one.id)
    expect(ids).toEqual(expect.arrayContaining([w.governor.id, second.id]))
    for (const none of [w.administrator.id, who.id, w.approver.id]) expect(ids).not.toContain(none)
  })

  it('what takes away or decides nothing is done at once, and only the rest waits', async () => {
    const who = await somebody(approver)
    const roles = [everywhere('auditor'), { ...approver, team_id: w.otherTeam }]
    const hold = await asked(who, { name: 'Mallory Moved', roles })
    expect(await look(who)).toMatchObject({ name: 'Mallory Moved', roles: [everywhere('auditor')] })
    expect(await edit(ada, who, { roles })).toMatchObject({ status: 409, body: { code: 'change.open' } })
    expect((await say(sal, hold)).body.status).toBe('applied')
    expect(await rolesOf(who)).toEqual(expect.arrayContaining(roles))
    for (const patch of [{ name: 'Mallory Again' }, { roles: [everywhere('viewer')] }, { status: 'disabled' }])
      expect((await edit(ada, who, patch)).status).toBe(200)
  })

  it('whoever has changed meanwhile does not get it: it fails, and says so', async () => {
    const who = await somebody()
    const hold = await asked(who, { roles: [approver] })
    expect((await edit(ada, who, { name: 'Mallory Other' })).status).toBe(200)
    expect((await say(gil, hold)).body.status).toBe('failed')
    expect((await seen(gil, hold)).change.failure).toBe('change.stale')
    expect(await rolesOf(who)).toEqual([])
  })

  it('letting somebody in again who decides is giving, too, and their roles are new', async () => {
    const who = await somebody(approver, everywhere('viewer'))
    await w.db.pool.query(
      `update role_assignment set created_at = created_at - interval '1 year' where person_id = $1`,
      [who.id],
    )
    expect((await edit(ada, who, { status: 'disabled' })).status).toBe(200)
    const hold = await asked(who, { status: 'active' })
    expect((await look(who)).status).toBe('disabled')
    expect((await seen(gil, hold)).title).toBe(`Let “${who.name}” in again, as approver of Payments`)
    expect((await say(gil, hold)).body.status).toBe('applied')
    expect((await look(who)).status).toBe('active')
    const { rows } = await w.db.pool.query(
      `select role, created_at > holdpoint.now() - interval '1 hour' as new from role_assignment where person_id = $1
       order by role`,
      [who.id],
    )
    expect(rows).toEqual([
      { role: 'approver', new: true },
      { role: 'viewer', new: false },
    ])
  })

  it('two administrators who ask at once on two instances open one change, and nothing is given', async () => {
    const who = await somebody()
    const both = await Promise.all([ada, sal].map(by => edit(by, who, { roles: [approver] })))
    expect(both.map(one => one.status).sort()).toEqual([202, 409])
    expect(await rolesOf(who)).toEqual([])
  })

  it('on the first day of an organisation it is given at once', async () => {
    await foundedAgo('-1 hours')
    const who = await somebody()
    expect(await edit(ada, who, { roles: [approver] })).toMatchObject({ status: 200, body: { roles: [approver] } })
  })
})

describe('A27 an invitation', () => {
  it('gives what decides only once a second person agrees, who is asked when they have joined', async () => {
    const email = 'new.approver@acme.example'
    const roles = [approver, everywhere('viewer')]
    const { body } = await ada('POST', '/api/console/members/invitations', { email, roles })
    const token = String(body.link).split('/').at(-1)
    const joined = await answered(
      await fetch(`${url}/api/console/invitations/${token}/accept`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({ name: 'Nora New', password: 'long enough to be one' }),
      }),
    )
    expect(joined.status).toBe(204)
    const [nora] = (await ada('GET', '/api/console/members?q=nora')).body.items
    expect(nora).toMatchObject({ roles: [everywhere('viewer')], waiting_hold_id: expect.stringMatching(/^hld_/) })
    const hold = nora.waiting_hold_id
    expect((await seen(gil, hold)).change.after).toContain('Proposed by Ada Admin, who invited them.')
    expect(await say(ada, hold)).toMatchObject(ineligible)
    expect((await say(gil, hold)).body.status).toBe('applied')
    expect(await rolesOf(nora)).toEqual(expect.arrayContaining(roles))
  })
})

describe('A27 where nobody else could agree', () => {
  it('it is done at once, and marked self; who gets it does not count as somebody else', async () => {
    const test = await database()
    const running = await startServer(test.url)
    const alone = await person(running, 'Ann Alone', ['administrator'])
    for (const name of ['Bob', 'Cy']) await makePerson(running, name, ['approver'])
    const who = await makePerson(running, 'Mallory', ['viewer'])
    await foundedAgo('1 year', running.app.db)
    const give = (roles: RoleAssignment[]) => alone.call('PATCH', `/api/console/members/${who.id}`, { roles })
    expect(await give([everywhere('governor')])).toMatchObject({
      status: 200,
      json: { roles: [everywhere('governor')], waiting_hold_id: null },
    })
    expect((await give([everywhere('governor'), everywhere('approver')])).status).toBe(200)
    const { rows } = await running.app.db.pool.query(
      `select h.status, r.self, r.person_id from hold h join review r on r.hold_id = h.id where h.change_kind = 'member.roles'`,
    )
    expect(rows).toEqual([1, 2].map(() => ({ status: 'applied', self: true, person_id: alone.id })))
  })
})
