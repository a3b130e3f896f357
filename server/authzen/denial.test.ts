import { createHash, createPublicKey } from 'node:crypto'
import canonicalize from 'canonicalize'
import { compactVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { agree, alice, bob, certified, record, speech, write } from '@/server/testing/authzen'
import { claimsIn } from '@/server/testing/permits'

/*
 * AuthZEN Access Request and Approval Profile (draft 1), the half before a person decides: every MUST of decision point and
 * access request service, under the title of its section.
 */
const { w, agent, evaluation, requests } = await certified()
const urn = 'urn:openid:authzen:access-request:error'
let n = 0
/** A question that nobody has asked, and that people must decide. */
const fresh = (more: Record<string, unknown> = {}) => ({
  subject: alice,
  action: { name: 'pay', properties: { amount: '10', n: ++n } },
  resource: { type: 'account', id: 'DE89' },
  ...more,
})
async function denied(asked: Record<string, unknown> = fresh()) {
  const { body } = await evaluation(asked)
  expect(body).toMatchObject({ decision: false, context: { reason: 'approval_required' } })
  const { evaluation_id, evaluated_at, reason, access_request } = body.context
  const common = { expires_at: access_request.expires_at, evaluated_at, reason }
  return {
    asked,
    context: body.context,
    byReference: { ...common, evaluation_id },
    byToken: { ...common, binding_token: access_request.binding_token },
    denial: { ...common, evaluation_id, binding_token: access_request.binding_token },
  }
}
const refusal = async (body: unknown, headers = {}) => {
  const answer = await requests(body, headers)
  return { type: answer.body.type, status: answer.status, media: answer.headers.get('content-type') }
}
const problem = (name: string, status: number) => ({
  type: `${urn}:${name}`,
  status,
  media: 'application/problem+json',
})

describe('Issue a Requestable Denial', () => {
  it('includes expires_at, a stable reason, and both forms of binding; the same evaluation keeps its identifier', async () => {
    const { asked, context } = await denied()
    expect(new Date(context.access_request.expires_at).getTime()).toBeGreaterThan(Date.now())
    expect(context.access_request.endpoint).toMatch(/\/access\/v1\/requests$/)
    expect(context.access_request.binding_token).toEqual(expect.any(String))
    const again = await denied(asked)
    expect(again.context).toEqual(context)
  })

  it('never says that a denial is requestable which nobody can be asked about', async () => {
    const byPolicy = (await evaluation({ subject: bob, action: write, resource: record(1) })).body
    expect(byPolicy).toMatchObject({ decision: false, context: { evaluation_id: expect.any(String) } })
    expect(byPolicy.context).not.toHaveProperty('access_request')
    const other = (await evaluation({ ...fresh(), subject: { type: 'agent', id: 'another' } })).body
    expect(other.context).not.toHaveProperty('access_request')
  })

  it('Denial Binding Claims: a JWS that the published keys verify, for this service alone, bound by the hash as it is defined', async () => {
    const subject = { ...alice, properties: { level: 2, act: { sub: 'agent' } } }
    const { asked, context } = await denied(
      fresh({ subject, context: { session: 's-1', time: '2026-01-01T00:00:00Z' } }),
    )
    const token = context.access_request.binding_token
    const metadata = await (await fetch(`${w.servers[0]?.url}/.well-known/authzen-configuration`)).json()
    const jwks = await (await fetch(`${w.servers[0]?.url}${new URL(metadata.jwks_uri).pathname}`)).json()
    const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' })
    const { protectedHeader } = await compactVerify(token, key, { algorithms: ['EdDSA'] })
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'holdpoint-denial+jwt', kid: jwks.keys[0].kid })
    const bound = {
      subject: { ...alice, properties: { level: 2 } },
      resource: asked.resource,
      action: asked.action,
      context: { session: 's-1' },
    }
    expect(claimsIn(token)).toMatchObject({
      iss: jwks.issuer,
      aud: context.access_request.endpoint,
      evaluation_id: context.evaluation_id,
      denial_expires_at: context.access_request.expires_at,
      binding_context_members: ['session'],
      binding_hash: createHash('sha256')
        .update(canonicalize(bound) ?? '')
        .digest('base64url'),
    })
  })
})

describe('Process a Submission', () => {
  it.each(['byReference', 'byToken', 'denial'] as const)(
    'accepts %s: 202, with a task that Location names',
    async form => {
      const found = await denied()
      const { status, headers, body } = await requests({ ...found.asked, denial: found[form] })
      expect(status).toBe(202)
      expect(body.task).toMatchObject({ id: expect.stringMatching(/^arq_/), status: 'pending' })
      expect(headers.get('location')).toBe(body.task.status_endpoint)
      expect(body.task.links.cancel).toBe(`${body.task.status_endpoint}/cancel`)
      expect(body).not.toHaveProperty('result')
    },
  )

  it('opens no second hold, and asks the people that were asked already', async () => {
    const { asked, denial, context } = await denied()
    const task = (await requests({ ...asked, denial })).body.task
    expect(task.id).toBe(context.task.id)
    const { rows } = await w.db.pool.query('select count(*)::int as n from hold where action_id = $1', [
      context.action_id,
    ])
    expect(rows).toEqual([{ n: 1 }])
  })

  it('Structural Comparison: what is added beside the bound context, and the actor, do not matter', async () => {
    const { asked, denial } = await denied(fresh({ context: { session: 's-2', time: 'now' } }))
    const context = { session: 's-2', time: 'later', business_justification: 'renewal' }
    const subject = { ...alice, properties: { act: { sub: 'somebody' } } }
    expect((await requests({ ...asked, context, denial })).status).toBe(202)
    const bare = await denied(fresh({ subject: { ...alice, properties: {} } }))
    expect((await requests({ ...bare.asked, subject, denial: bare.denial })).status).toBe(202)
  })

  it('not_requestable: a submission without a denial, or of one that nobody can be asked about', async () => {
    expect(await refusal(fresh())).toEqual(problem('not_requestable', 400))
    const asked = { subject: bob, action: write, resource: record(1) }
    const { evaluation_id } = (await evaluation(asked)).body.context
    const denial = { evaluation_id, expires_at: new Date(Date.now() + 60_000).toISOString() }
    expect(await refusal({ ...asked, denial })).toEqual(problem('not_requestable', 400))
  })

  it('invalid_denial_binding: neither form, an unknown evaluation, no expiry, another agent’s, one that was not asked for here', async () => {
    const { asked, denial, byReference, byToken } = await denied()
    const { expires_at } = denial
    const native = await w.submit(agent.key, { tool: 'pay', params: { n: ++n } })
    const other = speech(w, (await w.agent()).key)
    const bad = problem('invalid_denial_binding', 400)
    for (const wrong of [
      { expires_at },
      { expires_at, evaluation_id: 'eval_1' },
      { expires_at, evaluation_id: `act_${'0'.repeat(26)}` },
      { expires_at, evaluation_id: native.body.id },
      { evaluation_id: denial.evaluation_id },
    ])
      expect(await refusal({ ...asked, denial: wrong }), JSON.stringify(wrong)).toEqual(bad)
    for (const form of [byReference, byToken])
      expect((await other.requests({ ...asked, denial: form })).body.type).toBe(bad.type)
  })

  it.each(['byReference', 'byToken'] as const)('invalid_denial_binding: another question, %s', async form => {
    const found = await denied(fresh({ context: { session: 's-3' } }))
    const { asked } = found
    for (const swapped of [
      { subject: bob },
      { subject: { ...alice, properties: { role: 'admin' } } },
      { action: { name: 'pay', properties: { amount: '99', n } } },
      { resource: { type: 'account', id: 'GB29' } },
      { resource: { type: 'account', id: 'DE89', properties: { owner: null } } },
      { context: { session: 's-4' } },
      { context: {} },
    ])
      expect(await refusal({ ...asked, ...swapped, denial: found[form] }), JSON.stringify(swapped)).toEqual(
        problem('invalid_denial_binding', 400),
      )
  })

  it('Verifying the Denial Binding: a token that was changed, is another’s, or no binding token at all', async () => {
    const { asked, byToken } = await denied()
    const [head = '', payload = '', signature = ''] = byToken.binding_token.split('.')
    const claims = { ...claimsIn(byToken.binding_token), exp: 4_102_444_800 }
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'holdpoint-denial+jwt' })).toString('base64url')
    const read = await w.submit(agent.key, { tool: 'read' })
    const elsewhere = await denied()
    for (const binding_token of [
      `${head}.${forged}.${signature}`,
      `${none}.${payload}.${signature}`,
      `${none}.${payload}.`,
      `${head}.${payload}.${signature.slice(0, -3)}AAA`,
      read.body.permit,
      elsewhere.byToken.binding_token,
      'x',
    ])
      expect(await refusal({ ...asked, denial: { ...byToken, binding_token } })).toEqual(
        problem('invalid_denial_binding', 400),
      )
  })

  it('Verifying the Denial Binding: an echoed expiry that is not the protected one', async () => {
    const { asked, byToken } = await denied()
    const denial = { ...byToken, expires_at: '2100-01-01T00:00:00.000Z' }
    expect(await refusal({ ...asked, denial })).toEqual(problem('invalid_denial_binding', 400))
  })

  it('Protect the Endpoints: nobody is served who has not said who they are', async () => {
    const { asked, denial } = await denied()
    const base = w.servers[0]?.url
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ ...asked, denial })
    expect((await fetch(`${base}/access/v1/requests`, { method: 'POST', headers, body })).status).toBe(401)
    expect((await fetch(`${base}/access/v1/requests/arq_x`)).status).toBe(401)
    expect(
      (await fetch(`${base}/access/v1/requests/arq_x/cancel`, { method: 'POST', headers, body: '{}' })).status,
    ).toBe(401)
  })

  it('Policy and Approver Hygiene: an emergency, a template and what is requested open nothing by themselves', async () => {
    const { asked, denial } = await denied()
    const requested_access = { emergency: true, requested_until: '2100-01-01T00:00:00Z' }
    const { body } = await requests({ ...asked, denial: { ...denial, template: 'auto' }, requested_access })
    expect(body.task.status).toBe('pending')
    expect((await evaluation(asked)).body.decision).toBe(false)
    const [event] = (await w.events('access.requested')).filter(one => one.data.task === body.task.id)
    expect(event?.data).toMatchObject({ emergency: true, binding: 'token', agent: agent.id })
  })

  it('a companion profile that is not offered is refused, and unknown fields are read over', async () => {
    const { asked, denial } = await denied()
    expect((await requests({ ...asked, denial, items: [] })).status).toBe(400)
    expect((await requests({ ...asked, denial, callback: { url: 'https://x.example' }, more: 1 })).status).toBe(202)
  })
})

describe('Idempotency and Retries', () => {
  const headers = { 'idempotency-key': 'seven' }

  it('the same key and body is the same task; another body is duplicate_request; keys are each caller’s own', async () => {
    const { asked, denial } = await denied()
    const body = { ...asked, denial }
    const first = await requests(body, headers)
    const again = await requests(Object.fromEntries(Object.entries(body).reverse()), headers)
    expect(again.body.task.id).toBe(first.body.task.id)
    expect(await refusal({ ...body, client: { id: 'other' } }, headers)).toEqual(problem('duplicate_request', 409))
    const recorded = (await w.events('access.requested')).filter(one => one.data.task === first.body.task.id)
    expect(recorded).toHaveLength(1)

    const other = await w.agent({ scopes: [] })
    expect((await speech(w, other.key).requests(body, headers)).body.type).toBe(`${urn}:invalid_denial_binding`)
  })

  it('a request whose task has ended answers 201 with it', async () => {
    const { asked, denial, context } = await denied()
    const { rows } = await w.db.pool.query('select hold_id from action where id = $1', [context.action_id])
    expect((await agree(w, rows[0].hold_id)).status).toBe(201)
    const { status, body } = await requests({ ...asked, denial })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      task: { status: 'approved' },
      result: { mode: 'reevaluate', approval: { id: expect.any(String) } },
    })
  })
})

it('people see what came with a request, once and as the client’s word; the first they saw stays', async () => {
  const { asked, denial, context } = await denied()
  const { rows } = await w.db.pool.query('select hold_id from action where id = $1', [context.action_id])
  const governor = await w.signedIn(w.governor)
  const shown = async () => (await governor('GET', `/api/console/holds/${rows[0].hold_id}`)).body
  expect((await shown()).action.asked_with).toBeNull()
  await requests({ ...asked, denial, context: { business_justification: 'For the renewal.' } })
  await requests({ ...asked, denial, context: { business_justification: 'Something else.' } })
  const { action, timeline } = await shown()
  expect(JSON.parse(action.asked_with)).toMatchObject({ context: { business_justification: 'For the renewal.' } })
  expect(timeline.map((one: { text: string }) => one.text)).toContain('Approval was asked for, over AuthZEN')
})

it('expired_denial: after the time that people had; a retry of what was accepted finds its task', async () => {
  const { asked, byReference, byToken } = await denied()
  const kept = await denied()
  const headers = { 'idempotency-key': 'kept' }
  const { task } = (await requests({ ...kept.asked, denial: kept.denial }, headers)).body
  await w.test.moveClock(5 * 3_600)
  for (const denial of [byReference, byToken])
    expect(await refusal({ ...asked, denial })).toEqual(problem('expired_denial', 410))
  expect((await requests({ ...kept.asked, denial: kept.denial }, headers)).body.task.id).toBe(task.id)
})
