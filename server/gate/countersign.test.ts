import { describe, expect, it } from 'vitest'
import { authenticator, type Odd } from '@/server/testing/authenticator'
import { askToSign, countersign, origin, registerKey } from '@/server/testing/countersigning'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2)
await w.tools({ write: {}, pay: { operation: 'pay', reversible: false, parameters: { amount: 'amount' } } })
const scopes = [everything]
const agent = await w.agent({ scopes, environment: 'production' })
const second = await w.person('Sue Second', [{ role: 'approver', team_id: w.team }])
await w.db.pool.query('update registry set version = version + 1')
const [administrator, approver, other] = [
  await w.signedIn(w.administrator),
  await w.signedIn(w.approver),
  await w.signedIn(second),
]
const key = authenticator(origin)
const othersKey = authenticator(origin, -8)
await registerKey(approver, key)
await registerKey(other, othersKey)
let n = 0

async function setTier(countersign: string): Promise<void> {
  const { body } = await administrator('GET', '/api/console/settings')
  const answer = await administrator(
    'PATCH',
    '/api/console/settings',
    { countersign },
    { 'if-match': `"${body.etag}"` },
  )
  expect(answer).toMatchObject({ status: 200, body: { countersign } })
}

/** A hold of high risk: money moves in production and cannot come back. */
async function held(params: Record<string, unknown> = {}): Promise<string> {
  const { body } = await w.submit(agent.key, { tool: 'pay', params: { amount: 10 + n++, ...params } })
  expect(body.status).toBe('held')
  const { body: hold } = await approver('GET', `/api/console/holds/${body.hold.id}`)
  expect(hold.risk.level).toBe('high')
  return body.hold.id
}
const review = (who: Person, hold: string, sent: Record<string, unknown>) =>
  who('POST', `/api/console/holds/${hold}/reviews`, sent)
const statusOf = async (hold: string) => (await approver('GET', `/api/console/holds/${hold}`)).body.status
const needed = { status: 403, body: { code: 'hold.step_up_required' } }
const proofOf = async (hold: string) =>
  (await w.events('hold.reviewed')).find(one => one.data.hold === hold)?.data.countersignature

describe('an approval that must be countersigned', () => {
  it('A11 without a signature is refused, and the refusal names what is needed; with it, it counts', async () => {
    await setTier('high')
    const hold = await held()
    const { body } = await approver('GET', `/api/console/holds/${hold}`)
    expect(body.me).toMatchObject({ may_approve: true, countersign: true })
    const bare = await review(approver, hold, { verdict: 'approve', digest: body.shown_digest })
    expect(bare).toMatchObject({
      ...needed,
      body: { step_up: { needs: 'countersignature', ask: `/api/console/holds/${hold}/countersignature` } },
    })
    const { answer, asked } = await countersign(approver, hold, key)
    expect(answer).toMatchObject({ status: 201, body: { approvals: { received: 1 } } })
    expect(await proofOf(hold)).toMatchObject({ rp_id: 'localhost', nonce: asked.body.statement.nonce })
    expect((await w.events('hold.reviewed')).find(one => one.data.hold === hold)?.data.digest).toBe(
      asked.body.statement.digest,
    )
  })

  it('rejecting, asking and passing need none, and what is of low risk is approved without one', async () => {
    const hold = await held()
    const { body } = await approver('GET', `/api/console/holds/${hold}`)
    const rejected = await review(approver, hold, { verdict: 'reject', digest: body.shown_digest })
    expect(rejected.body.status).toBe('rejected')
    const plain = (await w.submit(agent.key, { tool: 'write', resource: { type: 'note', id: `${n++}` } })).body
    const seen = (await approver('GET', `/api/console/holds/${plain.hold.id}`)).body
    if (seen.risk.level === 'low' || seen.risk.level === 'medium') {
      expect(seen.me.countersign).toBe(false)
      const answer = await review(approver, plain.hold.id, { verdict: 'approve', digest: seen.shown_digest })
      expect(answer.status).toBe(201)
    } else throw new Error(`a plain write is of ${seen.risk.level} risk`)
  })

  it('is asked for too where it is known only now that a recipient came from untrusted content', async () => {
    const governor = await w.signedIn(w.governor)
    await w.tools({ wire: { operation: 'pay' } })
    const sources = [{ kind: 'tool_result', ref: 'read_invoice#1', text: 'Pay only to LT601010012345678901.' }]
    const sent = { tool: 'wire', params: { to: 'LT601010012345678901' }, context: { sources } }
    const { body } = await w.submit(agent.key, sent)
    const demanded = async () => (await approver('GET', `/api/console/holds/${body.hold.id}`)).body.me.countersign
    expect(await demanded()).toBe(false)
    const [tool] = (await governor('GET', '/api/console/tools?q=wire')).body.items
    const said = { operation: 'pay', reversible: true, sensitivity: 'internal', parameters: { to: 'recipient' } }
    const done = await governor('POST', `/api/console/tools/${tool.id}/classify`, said, { 'if-match': tool.etag })
    expect(done.status).toBe(200)
    expect(await demanded()).toBe(true)
  })

  it.each<[string, Odd]>([
    ['made on another site', { origin: 'https://evil.example' }],
    ['made on the same host with another port', { origin: 'http://localhost:8080' }],
    ['whose key belongs to another site', { rpId: 'evil.example' }],
    ['whose person was not verified', { verified: false }],
    ['made without anybody there', { present: false }],
    ['of another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['that was made for a registration', { type: 'webauthn.create' }],
    ['whose key counts backwards', { counter: 1 }],
    ['made inside another page', { crossOrigin: true }],
  ])('A11 a signature %s is refused, and nothing is counted', async (_, odd) => {
    const first = await held()
    expect((await countersign(approver, first, key)).answer.status).toBe(201)
    const hold = await held()
    const { answer } = await countersign(approver, hold, key, odd)
    expect(answer).toMatchObject(needed)
    expect(await statusOf(hold)).toBe('pending')
    expect(await proofOf(hold)).toBeUndefined()
    // What was refused used nothing up: an honest one still counts.
    expect((await countersign(approver, hold, key)).answer.status).toBe(201)
  })

  it('A11 of another person’s key is refused', async () => {
    const hold = await held()
    const { digest, asked } = await askToSign(approver, hold)
    const signature = othersKey.get(asked.body.options)
    expect(await review(approver, hold, { verdict: 'approve', digest, signature })).toMatchObject(needed)
    // Nor does it help that this person has signed what the first was asked.
    expect(await review(other, hold, { verdict: 'approve', digest, signature })).toMatchObject(needed)
    expect(await statusOf(hold)).toBe('pending')
  })

  it('A11 of another hold is refused there, and is still good for its own', async () => {
    const [one, two] = [await held(), await held()]
    const { digest, asked } = await askToSign(approver, one)
    const there = await askToSign(approver, two)
    const signature = key.get(asked.body.options)
    expect(await review(approver, two, { verdict: 'approve', digest: there.digest, signature })).toMatchObject(needed)
    expect((await review(approver, one, { verdict: 'approve', digest, signature })).status).toBe(201)
  })

  it('A11 is good once: replayed on the same hold after what is shown has changed, it is refused', async () => {
    const hold = await held({ amount: 500 })
    const { sent } = await countersign(approver, hold, key)
    expect(await review(approver, hold, sent)).toMatchObject({ status: 409, body: { code: 'hold.reviewed' } })
    // Somebody narrows it: the first approval is void, and its signature was of another digest.
    const params = { amount: 400 }
    const { digest, asked } = await askToSign(other, hold, params)
    const signature = othersKey.get(asked.body.options)
    expect((await review(other, hold, { verdict: 'approve', digest, params, signature })).status).toBe(201)
    const { body } = await approver('GET', `/api/console/holds/${hold}`)
    expect(body.shown_digest).not.toBe(digest)
    expect(await review(approver, hold, sent)).toMatchObject({ status: 409, body: { code: 'hold.changed' } })
    const replayed = await review(approver, hold, { ...sent, digest: body.shown_digest })
    expect(replayed).toMatchObject(needed)
    expect((await countersign(approver, hold, key)).answer.status).toBe(201)
  })

  it('A11 what is changed is signed as it was changed: one signature is not good for other arguments', async () => {
    const hold = await held({ amount: 900 })
    const { digest, asked } = await askToSign(approver, hold, { amount: 100 })
    const signature = key.get(asked.body.options)
    const send = (params?: Record<string, unknown>) =>
      review(approver, hold, { verdict: 'approve', digest, signature, ...(params ? { params } : {}) })
    expect(await send({ amount: 800 })).toMatchObject(needed)
    expect(await send()).toMatchObject(needed)
    expect((await send({ amount: 100 })).status).toBe(201)
  })

  it('is asked of the keys that may sign, each by the ways in which it is reached: others that are plugged in stay silent', async () => {
    const { asked } = await askToSign(approver, await held())
    expect(asked.body.options).toMatchObject({
      rpId: 'localhost',
      userVerification: 'required',
      allowCredentials: [{ id: key.id, type: 'public-key', transports: ['internal'] }],
    })
  })

  it('A11 is good for five minutes, and asking anew makes the one before void', async () => {
    const hold = await held()
    const late = await askToSign(approver, hold)
    const signature = key.get(late.asked.body.options)
    await w.test.moveClock(301)
    expect(await review(approver, hold, { verdict: 'approve', digest: late.digest, signature })).toMatchObject(needed)
    const first = await askToSign(approver, hold)
    const second = await askToSign(approver, hold)
    const send = (of: typeof first) =>
      review(approver, hold, {
        verdict: 'approve',
        digest: of.digest,
        signature: key.get(of.asked.body.options),
      })
    expect(await send(first)).toMatchObject(needed)
    expect((await send(second)).status).toBe(201)
  })

  it('A11 ten at once on two instances count once, and use one challenge up', async () => {
    const hold = await held()
    const { digest, asked } = await askToSign(approver, hold)
    const signature = key.get(asked.body.options)
    const elsewhere = await w.signedIn(w.approver, 1)
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        review(at % 2 ? elsewhere : approver, hold, { verdict: 'approve', digest, signature }),
      ),
    )
    expect(all.filter(one => one.status === 201)).toHaveLength(1)
    expect((await w.events('hold.reviewed')).filter(one => one.data.hold === hold)).toHaveLength(1)
  })

  it('A11 a removed key countersigns nothing any more, also what was asked for before; a new one cools down', async () => {
    const who = await w.person('Rita Removed', [{ role: 'approver', team_id: w.team }])
    await w.db.pool.query('update registry set version = version + 1')
    const person = await w.signedIn(who)
    const lost = authenticator(origin)
    const added = await registerKey(person, lost)
    const hold = await held()
    const { digest, asked } = await askToSign(person, hold)
    const signature = lost.get(asked.body.options)
    await person('DELETE', `/api/console/me/passkeys/${added.body.items[0].id}`)
    expect(await review(person, hold, { verdict: 'approve', digest, signature })).toMatchObject(needed)
    expect((await askToSign(person, hold)).asked).toMatchObject({ ...needed, body: { detail: /you have none/ } })
    const fresh = authenticator(origin)
    await registerKey(person, fresh)
    expect((await askToSign(person, hold)).asked).toMatchObject({ ...needed, body: { detail: /is new/ } })
    await w.test.moveClock(86_401)
    const again = await w.signedIn(who)
    const tomorrow = await (async () => {
      const { body } = await w.submit(agent.key, { tool: 'pay', params: { amount: n++ } })
      return String(body.hold.id)
    })()
    expect((await countersign(again, tomorrow, fresh)).answer.status).toBe(201)
    await w.test.moveClock(-86_401)
  })

  it('asking for what is to be signed decides nothing, and only who may approve can ask', async () => {
    const hold = await held()
    await askToSign(approver, hold)
    expect(await statusOf(hold)).toBe('pending')
    const { body } = await approver('GET', `/api/console/holds/${hold}`)
    const ask = (who: Person, digest: string) =>
      who('POST', `/api/console/holds/${hold}/countersignature`, { verdict: 'approve', digest })
    expect((await ask(await w.signedIn(w.viewer), body.shown_digest)).body.code).toBe('hold.ineligible')
    expect((await ask(await w.signedIn(w.outsider), body.shown_digest)).status).toBe(404)
    expect((await ask(approver, 'sha256:0')).body.code).toBe('hold.changed')
  })
})

describe('the risk from which on approvals are countersigned', () => {
  it('A11 tightened while something waits counts for it too; loosened, it still counts for what was open by then', async () => {
    await setTier('none')
    await w.test.moveClock(1)
    const open = await held()
    expect((await approver('GET', `/api/console/holds/${open}`)).body.me.countersign).toBe(false)
    await setTier('high')
    const { digest } = await askToSign(approver, open)
    expect(await review(approver, open, { verdict: 'approve', digest })).toMatchObject(needed)
    await w.test.moveClock(1)
    await setTier('none')
    expect(await review(approver, open, { verdict: 'approve', digest })).toMatchObject(needed)
    await w.test.moveClock(1)
    expect((await approver('GET', `/api/console/holds/${await held()}`)).body.me.countersign).toBe(false)
  })

  it('is set after a fresh sign-in by an administrator, and the log says what it was', async () => {
    const events = await w.events('organisation.countersigning_set')
    expect(events.map(one => one.data)).toContainEqual({ was: 'high', tier: 'none' })
    await w.test.moveClock(601)
    const { body } = await administrator('GET', '/api/console/settings')
    const set = { countersign: 'high' }
    const answer = await administrator('PATCH', '/api/console/settings', set, { 'if-match': `"${body.etag}"` })
    expect(answer).toMatchObject({ status: 403, body: { code: 'session.stale' } })
    await w.test.moveClock(-601)
    expect((await approver('PATCH', '/api/console/settings', set)).status).toBe(403)
  })
})
