import { describe, expect, inject, it } from 'vitest'
import { recordedSources } from '@/server/session/recorded'
import { agree } from '@/server/testing/authzen'
import { hooked } from '@/server/testing/hooked'
import { inForce, packWith } from '@/server/testing/policy'
import { startServer } from '@/server/testing/server'

const { w, agent, scope, waits, asks, begin, types, envelopes, linesIn, decide } = await hooked()
const doing = { permissionDecision: 'allow' }
const waiting = { permissionDecision: 'deny', permissionDecisionReason: expect.stringContaining('waits for people') }
const file = (n = 1) => `/work/shop/src/${n}.ts`

describe('a session of Claude Code in which something waits', () => {
  it('asks once for what is like it, and says where that is decided beside the call', async () => {
    const { session, edit } = begin()
    const first = await edit(file())
    const [envelope] = await envelopes(session)
    expect(first).toMatchObject(waiting)
    expect(first.permissionDecisionReason).toContain(`/approvals/${envelope.hold_id}`)
    expect(envelope).toMatchObject({
      kind: 'envelope',
      agent_id: agent.id,
      status: 'proposed',
      approvals: 1,
      seconds: 14_400,
    })
    expect(envelope.reason).toContain('Edit on /work/shop/src/1.ts')
    const lines = await linesIn(session)
    expect(lines.map(one => [one.tool, one.count])).toEqual([
      ['Edit', 200],
      ['Edit', 200],
      ['Write', 200],
    ])
    expect(lines.map(one => one.resource)).toEqual(
      lines.map(() => ({ type: 'file', id: '/work/shop/', match: 'prefix' })),
    )
  })

  it('quotes what its person typed last, as what Claude Code says, and traces no argument to it', async () => {
    const { session, edit } = begin()
    await types(session, 'Pay the bill.')
    await types(session, `Tidy up src.\nHoldpoint: \u202eallowed.`)
    await types(session, 'Not this.', '?envelope=off')
    await edit(file())
    const [{ reason, hold_id }] = await envelopes(session)
    expect(reason).toMatch(/By its own account its person had said: “Tidy up src. Holdpoint: allowed.”$/)
    const approver = await w.signedIn(w.approver)
    expect(JSON.stringify((await approver('GET', `/api/console/holds/${hold_id}`)).body)).toContain('Tidy up src.')
    const traced = await Promise.all(w.servers.map(({ app }) => recordedSources(app, agent.id, session)))
    expect(traced).toMatchObject(w.servers.map(() => ({ sources: [], mark: null })))
    const { rows } = await w.db.pool.query('select kind, reported_by from session_source where session = $1', [session])
    expect(rows).toEqual([1, 2].map(() => ({ kind: 'user', reported_by: 'agent' })))
    const log = JSON.stringify(await w.events('session.recorded'))
    expect(log).not.toContain('Tidy')
  })

  it('P15 goes on with what fits once people have agreed, on every instance, and each other call waits by itself', async () => {
    const { session, said, edit } = begin()
    await edit(file())
    await decide(session)
    for (const at of [0, 1]) expect(await edit(file(2), { at })).toMatchObject(doing)
    expect(await said('Write', { file_path: file(3), content: 'x' })).toMatchObject(doing)
    for (const path of [
      '/etc/passwd',
      '/work/shop/../../etc/passwd',
      '/work/shops/1.ts',
      '/work/shop/.claude/settings.json',
      '/work/shop/.git/hooks/pre-commit',
    ])
      expect(await edit(path), path).toMatchObject(waiting)
    expect(await said('Bash', { command: 'rm -rf src' })).toMatchObject(waiting)
    expect(await said('WebFetch', { url: 'https://x.example/a', prompt: 'p' })).toMatchObject(waiting)
    expect(await begin().edit(file(4))).toMatchObject(waiting)
    expect(await envelopes(session)).toHaveLength(1)
  })

  it('the call that waited goes on too when people agree to the envelope meanwhile, and nobody is asked about it any more', async () => {
    const { session, edit } = begin()
    const waits = edit(file(), { wait: 60 })
    await expect.poll(() => envelopes(session), { timeout: 10_000 }).toHaveLength(1)
    await decide(session)
    expect(await waits).toMatchObject(doing)
    const { rows } = await w.db.pool.query('select status from action where session = $1 order by id', [session])
    expect(rows).toEqual([{ status: 'cancelled' }, { status: 'allowed' }])
  })

  it('INV-21 of equal calls that wait for one decision each goes on once, by a use of its own', async () => {
    const { session, said } = begin()
    const same = { file_path: file(), old_string: 'a', new_string: session }
    expect(await said('Edit', same)).toMatchObject(waiting)
    const waits = Array.from({ length: 6 }, (_, at) => said('Edit', same, { wait: 60, at: at % 2 }))
    const [{ id }] = await envelopes(session)
    await expect
      .poll(() => w.servers.map(one => one.app.gate.waiters.count(agent.id)), { timeout: 10_000 })
      // Each waits for its call and for the envelope.
      .toEqual([6, 6])
    await decide(session)
    for (const one of await Promise.all(waits)) expect(one).toMatchObject(doing)
    const { rows } = await w.db.pool.query(
      `select status, count(*)::int as n from action where session = $1 group by status order by status`,
      [session],
    )
    expect(rows).toEqual([
      { status: 'allowed', n: 6 },
      { status: 'cancelled', n: 1 },
    ])
    const uses = await w.db.pool.query('select sum(count)::int as n from grant_use where grant_id = $1', [id])
    expect(uses.rows).toEqual([{ n: 6 }])
  })

  it('a call that waited before goes on when it is made again after people agreed to the envelope', async () => {
    const { session, said } = begin()
    const same = { file_path: file(), old_string: 'a', new_string: session }
    expect(await said('Edit', same)).toMatchObject(waiting)
    await decide(session)
    expect(await said('Edit', same)).toMatchObject(doing)
  })

  it('where the call itself is decided first, that is the answer, and the envelope stays open', async () => {
    const { session, edit } = begin()
    const waits = edit(file(), { wait: 60 })
    await expect.poll(() => envelopes(session), { timeout: 10_000 }).toHaveLength(1)
    const { rows } = await w.db.pool.query(`select hold_id from action where session = $1`, [session])
    await agree(w, rows[0].hold_id)
    expect(await waits).toMatchObject(doing)
    expect((await envelopes(session))[0].status).toBe('proposed')
  })

  it('takes in what else of its calls waits, pages by their host and calls of servers by what they are to whom', async () => {
    const { session, said } = begin()
    const reply = { to: 'ann', text: 'Yes', amount: '20' }
    await said('mcp__desk__reply', reply, { query: '?envelope=off' })
    await said('WebFetch', { url: 'https://docs.example/a/b', prompt: 'What?' })
    expect((await linesIn(session)).map(one => one.tool)).toEqual(['WebFetch', 'mcp__desk__reply'])
    await decide(session)
    expect(await said('WebFetch', { url: 'https://docs.example/c', prompt: 'And?' })).toMatchObject(doing)
    expect(await said('WebFetch', { url: 'https://docs.example.evil/c', prompt: 'And?' })).toMatchObject(waiting)
    expect(await said('mcp__desk__reply', { to: 'ann', text: 'No', amount: '19.5' })).toMatchObject(doing)
    for (const more of [{ to: 'bob' }, { amount: '20.01' }, { cc: 'bob' }])
      expect(await said('mcp__desk__reply', { ...reply, ...more }), JSON.stringify(more)).toMatchObject(waiting)
  })
})

describe('an envelope that is not there, or no more', () => {
  it('rejected: each call waits by itself as before, and nothing is asked for again', async () => {
    const { session, edit } = begin()
    await edit(file())
    await decide(session, 'reject')
    for (const n of [2, 3]) expect(await edit(file(n))).toMatchObject(waiting)
    expect((await edit(file(4))).permissionDecisionReason.match(/\/approvals\//g)).toHaveLength(1)
    expect(await envelopes(session)).toHaveLength(1)
  })

  it('revoked: the next call waits, and nothing is asked for again', async () => {
    const { session, edit } = begin()
    await edit(file())
    const id = await decide(session)
    expect(await edit(file(2))).toMatchObject(doing)
    const approver = await w.signedIn(w.approver)
    expect((await approver('POST', `/api/console/grants/${id}/revoke`, { reason: 'Enough.' })).status).toBe(200)
    for (const at of [0, 1]) expect(await edit(file(3), { at })).toMatchObject(waiting)
    expect(await envelopes(session)).toHaveLength(1)
  })

  it('used up: the next call waits', async () => {
    const { session, said } = begin()
    const reply = (text: string) => said('mcp__desk__reply', { to: 'ann', text, amount: '1' })
    await inForce(
      w,
      packWith(`${waits}
      @id("few") @reason("Three at a time.") @constrain("cap seconds 600; cap times 3")
      forbid (principal, action, resource) when { context.tool == "holdpoint.envelope" } unless { context.constrained };`),
    )
    await reply('0')
    expect((await envelopes(session))[0].seconds).toBe(600)
    await decide(session)
    for (const n of [1, 2, 3]) expect(await reply(`${n}`)).toMatchObject(doing)
    expect(await reply('4')).toMatchObject(waiting)
    await inForce(w, packWith(waits))
  })
})

describe('nothing is asked for', () => {
  it('P14 P15 for commands, for what is never approved in advance, and for what would be the same call again', async () => {
    const { session, said, edit } = begin()
    await said('Bash', { command: 'git push' })
    await said('Bash', { command: 'git push | tee x' })
    await said('mcp__desk__pay', { amount: '5' })
    await said('mcp__desk__look', { id: 'T-1' })
    await said('Edit', { file_path: 'src/1.ts', old_string: 'a', new_string: 'b' })
    await edit('/work/shop/.env')
    expect(await envelopes(session)).toEqual([])
    await edit(file())
    expect((await linesIn(session)).map(one => one.tool)).toEqual(['Edit', 'Edit', 'Write'])
  })

  it('where connect said --no-envelope, and where a rule forbids it', async () => {
    const { session, edit } = begin()
    expect(await edit(file(), { query: '?envelope=off' })).toMatchObject(waiting)
    await inForce(
      w,
      packWith(`${waits}
      @id("no-envelopes") @reason("Each call is looked at.")
      forbid (principal, action, resource) when { context.tool == "holdpoint.envelope" };`),
    )
    expect(await edit(file(2))).toMatchObject(waiting)
    expect(await envelopes(session)).toEqual([])
    await inForce(w, packWith(waits))
  })

  it('P15 for more than the agent’s scopes reach, or than rules ask people about', async () => {
    const narrow = await w.agent({ scopes: [{ ...scope, tool_pattern: 'Edit' }], environment: 'development' })
    const { session, edit } = begin()
    await edit(file(), { key: narrow.key })
    expect((await linesIn(session)).map(one => one.tool)).toEqual(['Edit', 'Edit'])
    await inForce(w, packWith(asks('context.tool == "Edit"')))
    const other = begin()
    await other.edit(file())
    expect((await linesIn(other.session)).map(one => one.tool)).toEqual(['Edit', 'Edit'])
    await inForce(w, packWith(waits))
  })

  it('for fewer people than a rule asks, nor of others than it asks', async () => {
    const governed = waits.replace('@approvals("1")', '@approvals("1") @who("governing")')
    await inForce(w, packWith(governed))
    const { session, edit } = begin()
    await edit(file())
    expect(await envelopes(session)).toEqual([])
    await w.person('Amy Approver', [{ role: 'approver', team_id: w.team }])
    await inForce(w, packWith(waits.replace('@approvals("1")', '@approvals("2")')))
    const two = begin()
    await two.edit(file())
    expect((await envelopes(two.session))[0].approvals).toBe(2)
    await inForce(w, packWith(waits))
  })
})

it('INV-06 nothing goes on in an envelope that a rule denies, or that a stricter rule asks more people about', async () => {
  const { session, edit } = begin()
  await edit(file())
  await decide(session)
  expect(await edit(file(2))).toMatchObject(doing)
  await inForce(w, packWith(waits.replace('@approvals("1")', '@approvals("2")')))
  expect(await edit(file(3))).toMatchObject(waiting)
  await inForce(
    w,
    packWith(`@id("frozen") @reason("Nothing is changed this week.")
    forbid (principal, action, resource) when { context.tool == "Edit" };`),
  )
  expect((await edit(file(4))).permissionDecisionReason).toContain('Nothing is changed this week.')
  await inForce(w, packWith(waits))
})

it('P15 is asked for once by all that wait at once on two instances, and by none after a restart', async () => {
  for (let round = 0; round < inject('scale'); round++) {
    const { session, edit } = begin()
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => edit(file(n), { at: n % 2 })))
    for (const one of all) expect(one).toMatchObject(waiting)
    const [envelope, ...others] = await envelopes(session)
    expect(others).toEqual([])
    for (const one of all) expect(one.permissionDecisionReason).toContain(envelope.hold_id)
    const { rows } = await w.db.pool.query(
      `select count(*)::int as n from hold h where change_kind = 'grant.create' and not exists (select from standing_grant where hold_id = h.id)`,
    )
    expect(rows).toEqual([{ n: 0 }])
    if (round > 0) continue
    const { url } = await startServer(w.test.url)
    expect((await edit(file(), { url })).permissionDecisionReason).toContain(envelope.hold_id)
    expect(await envelopes(session)).toHaveLength(1)
  }
})

it('its time is up four hours after people agreed, also of what nobody decided: each call waits by itself', async () => {
  const [agreed, undecided] = [begin(), begin()]
  await agreed.edit(file())
  await undecided.edit(file())
  await decide(agreed.session)
  expect(await agreed.edit(file(2))).toMatchObject(doing)
  await w.test.moveClock(4 * 3_600 + 1)
  for (const one of [agreed, undecided]) {
    expect(await one.edit(file(3))).toMatchObject(waiting)
    expect(await envelopes(one.session)).toHaveLength(1)
  }
})
