import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { admin, alice, bob, certified, read, record, write } from '@/server/testing/authzen'

/*
 * "AuthZEN Authorization API 1.0 - Certification Scenario" of the working group: its levels Basic, Batch and Discovery, written
 * from its text. The numbers are its sections.
 */
const { w, agent, evaluation, evaluations } = await certified()
const url = w.servers[0]?.url ?? ''
const asked = { subject: alice, action: read, resource: record(1) }
const remove = (soft: boolean) => ({ name: 'delete', properties: { soft } })

/** A request as it stands, with nothing that `fetch` would put right. */
const raw = (body: string, type: string | null, path = 'evaluation') =>
  fetch(`${url}/access/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${agent.key}`, ...(type === null ? {} : { 'content-type': type }) },
    body: new TextEncoder().encode(body),
  })

describe('2.2 a valid request is answered 200', () => {
  it.each([
    ['2.2.1 permit', asked, true],
    ['2.2.2 deny', { subject: bob, action: write, resource: record(1) }, false],
    ['2.2.3 context', { ...asked, context: { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' } }, true],
    [
      '2.2.4 resource properties',
      { subject: alice, action: write, resource: record(2, { status: 'archived' }) },
      false,
    ],
    ['2.2.5 subject properties', { subject: admin, action: write, resource: record(2, { status: 'archived' }) }, true],
    ['2.2.6 action properties, permit', { subject: alice, action: remove(true), resource: record(1) }, true],
    ['2.2.7 action properties, deny', { subject: alice, action: remove(false), resource: record(1) }, false],
    [
      '2.2.8 more properties',
      {
        subject: { ...alice, properties: { department: 'Sales', role: 'manager' } },
        action: { ...read, properties: { method: 'GET' } },
        resource: record(1, { status: 'active', owner: 'bob' }),
      },
      true,
    ],
    ['2.2.9 unknown fields', { ...asked, foo: 'bar', futureField: { nested: true } }, true],
    ['1.4 rule 2', { subject: alice, action: write, resource: record(1) }, true],
    ['1.4 rule 3', { subject: bob, action: read, resource: record(1) }, true],
  ])('%s', async (_, body, decision) => {
    const { status, headers, body: answer } = await evaluation(body)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    // 2.3.1, 2.3.2
    expect(answer.decision).toBe(decision)
    expect(answer.context ?? {}).toBeTypeOf('object')
  })
})

describe('2.4 a request that is wrong is 400', () => {
  const { subject, action, resource } = asked
  it.each([
    ['2.4.1 no subject', { action, resource }],
    ['2.4.1 no action', { subject, resource }],
    ['2.4.1 no resource', { subject, action }],
    ['2.4.2 subject without type', { ...asked, subject: { id: 'alice' } }],
    ['2.4.2 subject without id', { ...asked, subject: { type: 'user' } }],
    ['2.4.2 action without name', { ...asked, action: {} }],
    ['2.4.2 resource without type', { ...asked, resource: { id: 'record-1' } }],
    ['2.4.2 resource without id', { ...asked, resource: { type: 'record' } }],
    ['2.4.6 subject is text', { ...asked, subject: 'alice' }],
    ['2.4.6 action.name is a number', { ...asked, action: { name: 123 } }],
    ['context is no object', { ...asked, context: 'x' }],
    ['properties are no object', { ...asked, resource: { ...resource, properties: [] } }],
  ])('%s', async (_, body) => {
    const { status, body: problem } = await evaluation(body)
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'request.invalid' })
    expect(problem.detail).toEqual(expect.any(String))
    expect((await evaluations(body)).status).toBe(400)
  })

  it.each([
    ['2.4.3 another media type', JSON.stringify(asked), 'text/plain'],
    ['2.4.3 none', JSON.stringify(asked), null],
    ['2.4.4 no JSON', '{"subject":', 'application/json'],
    ['2.4.5 empty', '', 'application/json'],
    ['2.4.5 empty and of no type', '', null],
  ])('%s', async (_, body, type) => {
    for (const path of ['evaluation', 'evaluations']) expect((await raw(body, type, path)).status).toBe(400)
  })

  it('API 1.0 §10.1.11 who is not known is 401, and a denial is not an error', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer hp_wrong' }
    const body = JSON.stringify(asked)
    for (const path of ['evaluation', 'evaluations', 'requests']) {
      const answer = await fetch(`${url}/access/v1/${path}`, { method: 'POST', headers, body })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })

  it('a wait that cannot be read is 400, of one question and of several', async () => {
    for (const body of [asked, { ...asked, evaluations: [{}] }])
      expect((await evaluations(body, { prefer: 'wait=-1' })).status).toBe(400)
    expect((await evaluation(asked, { prefer: 'wait=301' })).status).toBe(400)
  })

  it('an unknown semantic, and more questions than 50, are 400', async () => {
    const evaluationsOf = (count: number) => Array.from({ length: count }, () => ({ resource: record(1) }))
    const all = { subject: alice, action: read }
    const options = { evaluations_semantic: 'whatever' }
    expect((await evaluations({ ...all, options, evaluations: evaluationsOf(1) })).status).toBe(400)
    expect((await evaluations({ ...all, evaluations: evaluationsOf(51) })).status).toBe(400)
  })
})

describe('2.5 the request id', () => {
  it.each(['bfe9eb29-ab87-4ca3-be83-a1d5d8305716', 'any text; it is "arbitrary" <as> you {like}'])(
    '2.5.1 %s comes back as it was sent',
    async id => {
      const headers = { 'x-request-id': id }
      expect((await evaluation(asked, headers)).headers.get('x-request-id')).toBe(id)
      expect((await evaluation({}, headers)).headers.get('x-request-id')).toBe(id)
      expect((await evaluations(asked, headers)).headers.get('x-request-id')).toBe(id)
    },
  )

  it('2.5.2 is made where none was sent', async () => {
    const { status, headers } = await evaluation(asked)
    expect(status).toBe(200)
    expect(headers.get('x-request-id')).toMatch(/^req_/)
  })
})

it('2.6 the same question is answered alike, however often', async () => {
  const no = { subject: bob, action: write, resource: record(1) }
  for (const [body, decision] of [
    [asked, true],
    [no, false],
  ] as const)
    for (let n = 0; n < 4; n++) expect((await evaluation(body)).body.decision).toBe(decision)
})

const decisions = async (body: unknown): Promise<boolean[]> => {
  const { status, body: answer } = await evaluations(body)
  expect(status, JSON.stringify(answer)).toBe(200)
  // 3.3.4
  expect(answer).not.toHaveProperty('decision')
  return answer.evaluations.map((one: { decision: boolean }) => one.decision)
}

describe('3 several questions', () => {
  it.each([
    [
      '3.2.1',
      { subject: alice, action: read, evaluations: [{ resource: record(1) }, { resource: record(2) }] },
      [true, true],
    ],
    ['3.2.2', { subject: bob, resource: record(1), evaluations: [{ action: read }, { action: write }] }, [true, false]],
    [
      '3.2.3',
      {
        subject: alice,
        action: write,
        evaluations: [{ resource: record(1, { status: 'active' }) }, { resource: record(2, { status: 'archived' }) }],
      },
      [true, false],
    ],
    [
      '3.2.4',
      {
        action: write,
        resource: record(2, { status: 'archived' }),
        evaluations: [{ subject: alice }, { subject: admin }],
      },
      [false, true],
    ],
    ['3.2.5', { evaluations: [asked, { subject: bob, action: write, resource: record(1) }] }, [true, false]],
    [
      '3.2.6',
      {
        subject: alice,
        action: read,
        context: { time: '2025-06-27T18:03-07:00' },
        evaluations: [{ resource: record(1) }, { resource: record(2), context: { source: 'batch-override' } }],
      },
      [true, true],
    ],
    [
      '3.2.7',
      {
        subject: alice,
        action: write,
        resource: { type: 'record' },
        evaluations: [
          { resource: { id: 'record-1', properties: { status: 'active' } } },
          { resource: record(2, { status: 'archived' }) },
        ],
      },
      [true, false],
    ],
    ['3.4.1', { subject: alice, action: read, evaluations: [{ resource: record(1) }, {}] }, [true, false]],
    ['3.4.1 no object', { subject: alice, action: read, evaluations: [null, { resource: record(1) }] }, [false, true]],
  ])('%s', async (_, body, expected) => expect(await decisions(body)).toEqual(expected))

  it('3.4.1 says what is wrong with the one', async () => {
    const { body } = await evaluations({ ...asked, evaluations: [{ action: { name: 1 } }] })
    expect(body.evaluations[0].context.error).toMatchObject({ status: 400, message: expect.stringContaining('name') })
  })

  it.each([
    ['3.4.2 none', asked],
    ['3.4.3 an empty list', { ...asked, evaluations: [] }],
  ])('%s is one question', async (_, body) => {
    expect((await evaluations(body)).body).toMatchObject({ decision: true })
  })

  const three = [{ action: read }, { action: write }, { action: read }]
  it.each([
    ['execute_all', three, [true, false, true]],
    ['deny_on_first_deny', three, [true, false]],
    ['permit_on_first_permit', [{ action: write }, { action: read }, { action: read }], [false, true]],
  ])('API 1.0 §7.1.2.1 %s', async (evaluations_semantic, list, expected) => {
    const body = { subject: bob, resource: record(1), options: { evaluations_semantic, more: 1 }, evaluations: list }
    expect(await decisions(body)).toEqual(expected)
  })
})

it('6 the metadata says where everything is, and names itself as it is found', async () => {
  const answer = await fetch(`${url}/.well-known/authzen-configuration`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json')
  const metadata = await answer.json()
  const base = w.servers[0]?.app.config.url
  expect(metadata).toEqual({
    policy_decision_point: base,
    access_evaluation_endpoint: `${base}/access/v1/evaluation`,
    access_evaluations_endpoint: `${base}/access/v1/evaluations`,
    access_request_endpoint: `${base}/access/v1/requests`,
    jwks_uri: `${base}/.well-known/jwks.json`,
    capabilities: ['urn:openid:authzen:capability:access-request'],
  })
})

it('the subject never says who asks: another agent’s name is a denial, one’s own is not', async () => {
  const other = await w.agent()
  const subject = (id: string) => ({ ...asked, subject: { type: 'agent', id } })
  expect((await evaluation(subject(other.id))).body).toMatchObject({
    decision: false,
    context: { reason: 'subject.not_caller' },
  })
  expect((await evaluation(subject(agent.id))).body.decision).toBe(true)
  const id = randomUUID()
  await evaluation({ ...asked, subject: { type: 'user', id } })
  const { rows } = await w.db.pool.query('select agent_id from action where acting_for = $1', [id])
  expect(rows).toEqual([{ agent_id: agent.id }])
})
