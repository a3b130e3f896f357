import { createPublicKey } from 'node:crypto'
import { compactVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { claimsIn, permitScopes, permitSpeech } from '@/server/testing/permits'
import { world } from '@/server/testing/world'

const w = await world(2)
const { permit, verify, keyed } = permitSpeech(w)
let agent: { id: string; key: string }
let other: { id: string; key: string }
let executor: { id: string; key: string }

beforeAll(async () => {
  await w.tools({
    look: { operation: 'read' },
    peek: { operation: 'read' },
    run: { parameters: { n: 'count' } },
  })
  agent = await w.agent({ scopes: permitScopes })
  other = await w.agent({ scopes: permitScopes })
  executor = await w.agent({ scopes: permitScopes, kind: 'service_account' })
})

describe('a permit', () => {
  it('INV-22 is an Ed25519 JWT bound to everything it must be, verified by the published keys alone', async () => {
    const { id, permit: token } = await permit(agent.key)
    const jwks = await (await fetch(`${w.servers[1]?.url}/.well-known/jwks.json`)).json()
    const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' })
    const { protectedHeader } = await compactVerify(token, key, { algorithms: ['EdDSA'] })
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'holdpoint-permit+jwt', kid: jwks.keys[0].kid })
    const claims = claimsIn(token)
    expect(claims).toEqual({
      iss: jwks.issuer,
      sub: agent.id,
      aud: 'tool:look',
      jti: `pmt_${id.slice(4)}`,
      iat: expect.any(Number),
      nbf: claims.iat,
      exp: Number(claims.iat) + 60,
      cnf: { kid: expect.stringMatching(/^crd_/), thumbprint: expect.stringMatching(/^[\w-]{43}$/) },
      team: w.team,
      environment: 'production',
      action: id,
      policy: { version: expect.any(Number), digest: expect.any(String) },
      containment_epoch: expect.any(Number),
      instance_epoch: 1,
      execute_by: Number(claims.iat) + 900,
      authorization_details: [
        {
          type: 'holdpoint_action',
          locations: ['tool:look'],
          actions: ['read'],
          identifier: 'look',
          digest: expect.stringMatching(/^sha256:/),
        },
      ],
    })
  })

  it('G05 is the same one on every reading by its agent, and on none of a list, of people or of a denial', async () => {
    const { id, permit: token } = await permit(agent.key)
    const again = await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`, undefined, {}, 1)
    expect(claimsIn(again.body.permit).jti).toBe(claimsIn(token).jti)
    const list = await w.gate(agent.key, 'GET', '/api/v1/actions')
    expect(list.body.items.map((one: { permit: unknown }) => one.permit)).not.toContainEqual(expect.any(String))
    const governor = await w.signedIn(w.governor)
    expect((await governor('GET', `/api/console/actions/${id}`)).body.permit).toBeNull()
    const held = await w.submit(agent.key, { tool: 'run', params: { n: 1 } })
    expect(held.body).toMatchObject({ status: 'held', permit: null })
  })

  it('INV-20 G05 comes with the approval of people, once for a wait that was taken up again', async () => {
    const held = await w.submit(agent.key, { tool: 'run', params: { n: 5 } })
    const approver = await w.signedIn(w.approver)
    await approver('POST', `/api/console/holds/${held.body.hold.id}/reviews`, {
      verdict: 'approve',
      digest: held.body.digest,
    })
    const [one, two] = await Promise.all(
      [0, 1].map(at => w.gate(agent.key, 'GET', `/api/v1/actions/${held.body.id}`, undefined, {}, at)),
    )
    expect(claimsIn(one?.body.permit).jti).toBe(claimsIn(two?.body.permit).jti)
    const used = await verify(agent.key, one?.body.permit, { tool: 'run', params: { n: 5 } })
    expect(used.body).toMatchObject({ valid: true, action_id: held.body.id })
    expect((await verify(agent.key, two?.body.permit, { tool: 'run', params: { n: 5 } }, 1)).body).toMatchObject({
      valid: false,
      reason: 'already_used',
    })
  })
})

describe('POST /api/v1/permits/verify', () => {
  it('T01 lets a permit be used once, on whichever instance, and asking uses nothing', async () => {
    const { id, permit: token } = await permit(agent.key)
    expect((await verify(executor.key, token, { consume: false })).body).toMatchObject({ valid: true, receipt: null })
    const used = await verify(executor.key, token, {}, 1)
    expect(used.body).toEqual({
      valid: true,
      reason: null,
      action_id: id,
      permit_id: `pmt_${id.slice(4)}`,
      agent_id: agent.id,
      expires_at: expect.any(String),
      receipt: { id: expect.stringMatching(/^rcp_/), consumed_at: expect.any(String) },
    })
    for (const consume of [true, false])
      expect((await verify(executor.key, token, { consume })).body).toMatchObject({
        valid: false,
        reason: 'already_used',
        receipt: null,
      })
    const [event] = (await w.events('permit.consumed')).filter(one => one.data.action === id)
    expect(event).toMatchObject({ by: { id: executor.id }, data: { agent: agent.id, consumer: executor.id } })
  })

  it('T12 tells the same consumer with the same key of the same receipt, and nobody else', async () => {
    const { permit: token } = await permit(agent.key)
    const headers = keyed()
    const first = await verify(executor.key, token, {}, 0, headers)
    expect(first.body.valid).toBe(true)
    expect((await verify(executor.key, token, {}, 1, headers)).body).toEqual(first.body)
    expect((await verify(agent.key, token, {}, 1, headers)).body).toMatchObject({ reason: 'already_used' })
    expect((await verify(executor.key, token, {}, 1, keyed())).body).toMatchObject({ reason: 'already_used' })
    const next = await permit(agent.key)
    const conflict = await verify(executor.key, next.permit, {}, 0, headers)
    expect([conflict.status, conflict.body.code]).toEqual([409, 'idempotency.conflict'])
  })

  it('T03 T15 A23 is about exactly what will be executed', async () => {
    const resource = { type: 'file', id: '/a' }
    const { permit: token } = await permit(agent.key, { resource })
    const wrong: [string, Record<string, unknown>][] = [
      ['params_mismatch', { resource, params: { n: 2 } }],
      ['params_mismatch', { resource, params: { n: '1' } }],
      ['params_mismatch', { resource, params: { n: 1, m: null } }],
      ['params_mismatch', { resource, params: {} }],
      ['params_mismatch', { params: { n: 1 } }],
      ['params_mismatch', { resource: { type: 'file', id: '/a/../b' } }],
      ['params_mismatch', { resource: { type: 'file', id: '/A' } }],
      ['params_mismatch', { resource: { type: 'file', id: '/a?x' } }],
      ['params_mismatch', { resource: { type: 'file', id: '/a/' } }],
      ['params_mismatch', { resource: { type: 'File', id: '/a' } }],
      ['tool_mismatch', { resource, tool: 'Look' }],
      ['tool_mismatch', { resource, tool: 'run' }],
      ['operation_mismatch', { resource, operation: 'execute' }],
      ['audience_mismatch', { resource, audience: 'tool:run' }],
    ]
    for (const [reason, using] of wrong)
      expect((await verify(executor.key, token, using)).body, JSON.stringify(using)).toMatchObject({
        valid: false,
        reason,
      })
    expect((await verify(executor.key, token, { resource, operation: 'read', audience: 'tool:look' })).body.valid).toBe(
      true,
    )
  })

  it('T03 A23 what an approver has narrowed is what may run, never what was asked', async () => {
    const held = await w.submit(agent.key, { tool: 'run', params: { n: 9 } })
    const approver = await w.signedIn(w.approver)
    await approver('POST', `/api/console/holds/${held.body.hold.id}/reviews`, {
      verdict: 'approve',
      digest: held.body.digest,
      params: { n: 2 },
    })
    const read = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.body.id}`)
    expect(read.body).toMatchObject({ modified: true, params: { n: 2 } })
    const asked = await verify(executor.key, read.body.permit, { tool: 'run', params: { n: 9 } })
    expect(asked.body).toMatchObject({ valid: false, reason: 'params_mismatch' })
    expect((await verify(executor.key, read.body.permit, { tool: 'run', params: { n: 2 } })).body.valid).toBe(true)
  })

  it('T05 T07 T11 says nothing but "invalid" to whoever it is no business of', async () => {
    const { permit: token } = await permit(agent.key)
    const uniform = (await verify(other.key, 'no permit')).body
    expect(uniform).toMatchObject({ valid: false, reason: 'invalid', action_id: null })
    const second = await w.signedIn(w.administrator)
    const rotated = await second('POST', `/api/console/agents/${agent.id}/credentials`, {
      name: 'b',
      expires_in_days: 9,
    })
    const staging = await w.agent({ scopes: permitScopes, kind: 'service_account', environment: 'staging' })
    const narrow = await w.agent({
      scopes: permitScopes.map(one => ({ ...one, tool_pattern: 'mail*' })),
      kind: 'service_account',
    })
    for (const key of [other.key, rotated.body.key, staging.key, narrow.key])
      expect((await verify(key, token)).body).toEqual(uniform)
    expect((await verify(agent.key, token)).body.valid).toBe(true)
    for (const key of [other.key, staging.key]) expect((await verify(key, token)).body).toEqual(uniform)
  })

  it('G19 refuses whatever is no permit, without a word about why', async () => {
    const { id, permit: token } = await permit(agent.key)
    const others = ['', id, `pmt_${id.slice(4)}`, null, 7, {}, [token], { payload: token }, 'a.b.c', token.slice(0, -1)]
    for (const one of others)
      expect((await verify(executor.key, one)).body).toMatchObject({ valid: false, reason: 'invalid', permit_id: null })
  })
})

it('T04 a permit has one text: no other last letter of its signature is taken for the same', async () => {
  const { permit: token } = await permit(agent.key)
  const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
    one => !token.endsWith(one),
  )
  const answers = await Promise.all(
    others.map(one => verify(executor.key, token.slice(0, -1) + one, { consume: false })),
  )
  expect(answers.filter(one => one.body.valid)).toEqual([])
  expect((await verify(executor.key, token)).body.valid).toBe(true)
})

describe('coverage', () => {
  it('says of each agent and tool whether what it was allowed was executed against its permits', async () => {
    const careful = await w.agent({ scopes: permitScopes })
    for (let n = 0; n < 3; n++) {
      const { permit: token } = await permit(careful.key)
      expect((await verify(executor.key, token)).body.valid).toBe(true)
    }
    // What the agent uses by itself proves nothing: it might as well not.
    const { permit: own } = await permit(careful.key, { tool: 'peek' })
    expect((await verify(careful.key, own, { tool: 'peek' })).body.valid).toBe(true)
    const governor = await w.signedIn(w.governor)
    const { body } = await governor('GET', `/api/console/coverage?agent=${careful.id}`)
    expect(body.items).toMatchObject([
      { tool: 'look', enforcement: 'verified', allowed: 3, verified: 3, last_verified_at: expect.any(String) },
      { tool: 'peek', enforcement: 'advisory', allowed: 1, verified: 0, last_verified_at: null },
    ])
    const gateway = await w.agent({
      kind: 'workload',
      scopes: permitScopes.flatMap(one => [
        one,
        { ...one, tool_pattern: 'holdpoint.record', resource_pattern: 'agent:*' },
      ]),
    })
    const brokered = await w.agent({ scopes: permitScopes })
    const { permit: through } = await permit(brokered.key)
    expect((await verify(gateway.key, through)).body.valid).toBe(true)
    const seen = await governor('GET', `/api/console/coverage?agent=${brokered.id}`)
    expect(seen.body.items).toMatchObject([{ tool: 'look', enforcement: 'brokered', allowed: 1, verified: 1 }])
    const everybody = await governor('GET', '/api/console/coverage?limit=1')
    expect(everybody.body.next_cursor).not.toBeNull()
    const outsider = await w.signedIn(w.outsider)
    expect((await outsider('GET', `/api/console/coverage?agent=${careful.id}`)).body.items).toEqual([])
  })
})
