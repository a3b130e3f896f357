import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteRestore } from '@/server/access/restored'
import { openKeyring } from '@/server/permit/keys'
import { claimsIn, permitScopes, permitSpeech } from '@/server/testing/permits'
import { type Person, world } from '@/server/testing/world'

/* What ends a permit before it is used: time, keys, people, policy, restores; and what somebody writes into the database. */
const w = await world(2)
const { permit, verify } = permitSpeech(w)
let agent: { id: string; key: string }
let executor: { id: string; key: string }
let administrator: Person
let governor: Person
let approver: Person
/** A database administrator: every right, and no trigger in the way. */
const admin = new pg.Client({ connectionString: w.test.url })

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: { parameters: { n: 'count' } }, mail: {} })
  agent = await w.agent({ scopes: permitScopes })
  executor = await w.agent({ scopes: permitScopes, kind: 'service_account' })
  administrator = await w.signedIn(w.administrator)
  governor = await w.signedIn(w.governor)
  approver = await w.signedIn(w.approver)
  await admin.connect()
  await admin.query(`set session_replication_role = 'replica'`)
})
afterAll(() => admin.end())

const refused = async (token: unknown, reason: string, using = {}) =>
  expect((await verify(executor.key, token, using)).body).toMatchObject({ valid: false, reason })
const approved = async (n: number, key = agent.key) => {
  const { body } = await w.submit(key, { tool: 'run', params: { n } })
  await approver('POST', `/api/console/holds/${body.hold.id}/reviews`, { verdict: 'approve', digest: body.digest })
  return w.gate(key, 'GET', `/api/v1/actions/${body.id}`)
}

describe('a permit ends', () => {
  it('T06 with its minute, by the clock of the database, and its action’s second clock ends them all', async () => {
    const { id, permit: token } = await permit(agent.key)
    await w.test.moveClock(61)
    await refused(token, 'expired')
    const next = await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`)
    expect(claimsIn(next.body.permit)).toMatchObject({ jti: claimsIn(token).jti })
    await w.test.moveClock(15 * 60)
    expect((await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`)).body).toMatchObject({
      status: 'allowed',
      permit: null,
    })
    await refused(next.body.permit, 'expired')
  })

  it('T06 no later than the second clock leaves it', async () => {
    const { id } = await permit(agent.key)
    await w.test.moveClock(15 * 60 - 20)
    const { body } = await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`)
    const claims = claimsIn(body.permit)
    expect(Number(claims.exp)).toBe(claims.execute_by)
    expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(20)
  })

  it('T07 with the key that asked, and with its agent', async () => {
    const one = await w.agent({ scopes: permitScopes })
    const { body: second } = await administrator('POST', `/api/console/agents/${one.id}/credentials`, {
      name: 'b',
      expires_in_days: 9,
    })
    const kept = await permit(one.key)
    const lost = await permit(second.key)
    await administrator('DELETE', `/api/console/agents/${one.id}/credentials/${second.id}`)
    await refused(lost.permit, 'key_revoked')
    expect((await verify(executor.key, kept.permit)).body.valid).toBe(true)
    const last = await permit(one.key)
    await administrator('POST', `/api/console/agents/${one.id}/retire`, { reason: 'done' })
    await refused(last.permit, 'agent_changed')
  })

  it('K02 with a pause in its reach, and a fresh one is handed out when that is lifted', async () => {
    const { id, permit: token } = await permit(agent.key)
    const target = { type: 'agent', id: agent.id }
    const pause = await governor('POST', '/api/console/containment', { target, level: 'paused', reason: 'look' })
    await refused(token, 'contained')
    await governor('POST', `/api/console/containment/${pause.body.id}/lift`, { reason: 'seen' })
    await refused(token, 'epoch_stale')
    const fresh = await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`, undefined, {}, 1)
    expect((await verify(executor.key, fresh.body.permit)).body).toMatchObject({ valid: true, action_id: id })
  })

  it('while the same has run with an outcome that nobody knows, until a person says how it ended', async () => {
    const using = { tool: 'mail', params: { n: 1 } }
    const one = await w.agent({ scopes: permitScopes })
    const ask = async () => {
      const { body } = await w.submit(one.key, using)
      await approver('POST', `/api/console/holds/${body.hold.id}/reviews`, { verdict: 'approve', digest: body.digest })
      return (await w.gate(one.key, 'GET', `/api/v1/actions/${body.id}`)).body
    }
    const [first, second] = [await ask(), await ask()]
    await w.gate(one.key, 'POST', `/api/v1/actions/${first.id}/outcome`, { status: 'unknown' })
    await refused(second.permit, 'outcome_unknown', using)
    await refused(first.permit, 'outcome_unknown', using)
    await approver('POST', `/api/console/actions/${first.id}/reconcile`, { status: 'failed' })
    await refused(first.permit, 'already_used', using)
    expect((await verify(executor.key, second.permit, using)).body.valid).toBe(true)
  })

  it('T10 K14 INV-24 with every restore, also where the restored database has forgotten that it was used', async () => {
    const using = { tool: 'run', params: { n: 30 } }
    const { body } = await approved(30)
    expect((await verify(executor.key, body.permit, using)).body.valid).toBe(true)
    await admin.query('delete from permit_use where action_id = $1', [body.id])
    await refused(body.permit, 'already_used', using)
    const app = w.servers[0]?.app
    if (!app) throw new Error('no server')
    writeFileSync(join(app.config.home, 'restored'), '')
    await noteRestore(app)
    await refused(body.permit, 'epoch_stale', using)
  })
})

describe('keys', () => {
  // The clock was moved: a key is rotated after a fresh sign-in alone.
  beforeAll(async () => {
    administrator = await w.signedIn(w.administrator)
  })

  it('T08 a rotated key signs nothing more, verifies what it has signed, then is refused and published no more', async () => {
    const old = await permit(agent.key)
    const published = async (): Promise<string[]> =>
      (await (await fetch(`${w.servers[1]?.url}/.well-known/jwks.json`)).json()).keys.map(
        (one: { kid: string }) => one.kid,
      )
    const rotated = await administrator('POST', '/api/console/permits/rotate', { reason: 'once a year' })
    expect(rotated.status).toBe(200)
    const fresh = await permit(agent.key)
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    expect([kidOf(old.permit), kidOf(fresh.permit)]).toEqual([rotated.body.replaced, rotated.body.kid])
    expect((await verify(executor.key, old.permit)).body.valid).toBe(true)
    expect((await verify(executor.key, fresh.permit, {}, 1)).body.valid).toBe(true)
    expect(await published()).toEqual(expect.arrayContaining([rotated.body.kid]))
    await w.test.moveClock(120)
    await refused(old.permit, 'invalid')
    const [event] = await w.events('permit.key_rotated')
    expect(event).toMatchObject({ by: { id: w.administrator.id }, data: { replaced: kidOf(old.permit) } })
  })

  it('T08 one that is known to somebody is refused from the moment of its rotation', async () => {
    administrator = await w.signedIn(w.administrator)
    const { permit: token } = await permit(agent.key)
    await administrator('POST', '/api/console/permits/rotate', { reason: 'leaked', at_once: true })
    await refused(token, 'invalid')
  })

  it('are for administrators alone to rotate', async () => {
    expect((await governor('POST', '/api/console/permits/rotate', { reason: 'x' })).status).toBe(403)
  })
})

describe('whoever holds the database alone', () => {
  it('T13 INV-23 gets no permit by turning a decision, or by writing an action that nobody asked for', async () => {
    const using = { tool: 'run', params: { n: 41 } }
    const { body: held } = await w.submit(agent.key, using)
    const decision = {
      verdict: 'allow',
      by: 'human',
      code: 'hold.approved',
      reason: 'x',
      reason_in_content: false,
      policy_version: 1,
      rules: [],
      modified: false,
      executable_digest: held.digest,
      obligations: [],
    }
    const allow = `update action set status = 'approved', decision = $2, decided_at = holdpoint.now(),
      execute_by = holdpoint.now() + interval '15 minutes' where id = $1`
    await admin.query(allow, [held.id, JSON.stringify(decision)])
    const flipped = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.id}`)
    expect(flipped.body).toMatchObject({ status: 'approved', permit: null })
    // With a review to go with it there is still nobody who gave it, by the log.
    await admin.query(
      `insert into review (id, hold_id, person_id, verdict, digest, created_at) select 'rev_x', hold_id, $2, 'approve', digest,
       holdpoint.now() from action where id = $1`,
      [held.id, w.approver.id],
    )
    const reviewed = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.id}`)
    expect(reviewed.body.permit).toBeNull()
    const { id: source } = await permit(agent.key)
    const copy = `act_${'0'.repeat(25)}1`
    await admin.query(
      `insert into action select (jsonb_populate_record(a, jsonb_build_object('id', $2::text, 'key', 'copied'))).* from action a where id = $1`,
      [source, copy],
    )
    const copied = await w.gate(agent.key, 'GET', `/api/v1/actions/${copy}`)
    expect(copied.body).toMatchObject({ status: 'allowed', permit: null })
  })

  it('T14 INV-47 the service’s keys are files that only it can read, and permits are kept out of logs', async () => {
    const app = w.servers[0]?.app
    if (!app) throw new Error('no server')
    expect(openKeyring(app).all().length).toBeGreaterThan(0)
    const { permit: token } = await permit(agent.key)
    const { rows } = await w.db.pool.query('select body from event where body like $1', [`%${token.slice(0, 40)}%`])
    expect(rows).toEqual([])
  })
})

// Last, because nobody looks any more after it.
describe('another policy', () => {
  it('INV-08 INV-22 ends a permit of before it; a fresh one is good if the new policy allows it still', async () => {
    const { id, permit: token } = await permit(agent.key)
    const held = await approved(11)
    const now = (await governor('GET', '/api/console/policy')).body
    const forbid = `@id("no-looking") @reason("Nobody looks.") forbid (principal, action, resource) when { context.tool == "look" };`
    await governor('POST', '/api/console/policy', { source: `${now.source}\n${forbid}`, note: 'no looking' })
    const change = (await administrator('GET', '/api/console/holds?status=open')).body.items.find(
      (one: { kind: string }) => one.kind === 'change',
    )
    const { shown_digest } = (await administrator('GET', `/api/console/holds/${change.id}`)).body
    await administrator('POST', `/api/console/holds/${change.id}/reviews`, { verdict: 'approve', digest: shown_digest })
    for (const end = performance.now() + 10_000; performance.now() < end; ) {
      if ((await governor('GET', '/api/console/policy')).body.version > now.version) break
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    await refused(token, 'policy_changed')
    const again = await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`)
    await refused(again.body.permit, 'policy_changed')
    const using = { tool: 'run', params: { n: 11 } }
    await refused(held.body.permit, 'policy_changed', using)
    const fresh = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.body.id}`)
    expect((await verify(executor.key, fresh.body.permit, using)).body.valid).toBe(true)
  })
})
