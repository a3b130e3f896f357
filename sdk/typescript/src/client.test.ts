import { describe, expect, it } from 'vitest'
import { action, against, denied, good, held, id, outcomeOf, send } from '../testing/loopback.ts'
import { Holdpoint, Refused, Unavailable } from './index.ts'

const problem = { type: 'urn:x', title: 't', status: 409, code: 'action.decided', detail: 'too late' }
const asProblem = { 'content-type': 'application/problem+json' }

describe('the client below gate', () => {
  it('submits once and waits once', async () => {
    const { client, seen } = await against((response, n) => send(response, n === 1 ? 202 : 200, n === 1 ? held : good))
    expect(await client.submit(action, 'k')).toMatchObject({ id, verdict: null, nextAction: 'wait' })
    expect(await client.wait(action, id, 5)).toMatchObject({ verdict: 'allow', params: action.params })
    expect(seen.map(one => [one.method, one.prefer])).toEqual([
      ['POST', 'wait=0'],
      ['GET', 'wait=5'],
    ])
  })

  it('reads one, lists, and says who it is', async () => {
    const { client, seen } = await against((response, n) =>
      send(response, 200, [denied, { items: [good], next_cursor: 'c' }, { id: 'agt_1' }][n - 1]),
    )
    expect(await client.get(id)).toMatchObject({ verdict: 'deny' })
    expect(await client.list({ session: 's 1', limit: 2 })).toEqual({ items: [good], nextCursor: 'c' })
    expect(await client.whoami()).toEqual({ id: 'agt_1' })
    expect(seen[1]?.path).toBe('/api/v1/actions?session=s+1&limit=2')
  })

  it('reads what it is asked, and answers', async () => {
    const answers = [{ id: 'ans_1', text: 'So.', at: '2026-01-01T00:00:00Z' }]
    const questions = [
      { id: 'rev_1', question: 'Why?', asked_at: '2026-01-01T00:00:00Z', answers },
      { id: 'rev_2', question: 'For whom?', asked_at: '2026-01-01T00:00:00Z', answers: [] },
    ]
    const { client, seen } = await against((response, n) =>
      send(response, n === 1 ? 202 : 200, n === 1 ? { ...held, hold: { ...held.hold, questions } } : held),
    )
    expect(await client.questions(id, 20)).toEqual([{ id: 'rev_2', question: 'For whom?' }])
    await client.answer(id, 'rev_2', 'For Mrs Miller.')
    expect(seen.map(one => [one.method, one.path, one.prefer])).toEqual([
      ['GET', `/api/v1/actions/${id}`, 'wait=20, questions'],
      ['POST', `/api/v1/actions/${id}/answers`, undefined],
    ])
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ question: 'rev_2', text: 'For Mrs Miller.' })
  })

  it.each([
    [204, { 'preference-applied': 'return=minimal' }, true],
    [200, {}, true],
    [204, {}, false],
  ])(
    'a report wants no answer but that it was taken, and believes nobody else: %i %o',
    async (status, headers, taken) => {
      const { client, seen } = await against(response =>
        send(response, status, good, { 'content-type': 'application/json', ...headers }),
      )
      expect(await client.report(id, { status: 'succeeded' })).toBe(taken)
      expect(seen.map(one => one.prefer)).toEqual(['return=minimal'])
    },
  )

  it('says when it was too late to cancel or to report', async () => {
    const { client } = await against(response => send(response, 409, problem, asProblem))
    expect(await outcomeOf(client.cancel(id))).toMatchObject({ code: 'action.decided' })
    expect(await outcomeOf(client.outcome(id, { status: 'succeeded' }))).toBeInstanceOf(Refused)
    expect(await client.report(id, { status: 'succeeded' })).toBe(false)
  })

  it('checks each of a batch by itself, in order', async () => {
    const { client, seen } = await against(response => send(response, 200, { items: [good, problem, held] }))
    const items = ['a', 'b', 'c'].map(key => ({ action, key }))
    const [first, second, third] = await client.batch(items, 10)
    expect(first).toMatchObject({ verdict: 'allow' })
    expect(second).toBeInstanceOf(Refused)
    expect(third).toMatchObject({ verdict: null })
    expect(JSON.parse(seen[0]?.body ?? '').actions[1]).toEqual({ ...action, idempotency_key: 'b' })
  })

  it.each([
    ['short', { items: [good] }],
    ['about something else', { items: [good, { ...good, digest: `sha256:${'0'.repeat(64)}` }] }],
    ['no list', good],
  ])('a batch’s answer that is %s is none', async (_name, body) => {
    const { client } = await against(response => send(response, 200, body))
    const items = ['a', 'b'].map(key => ({ action, key }))
    expect(await outcomeOf(client.batch(items))).toBeInstanceOf(Unavailable)
  })

  it.each(['ftp://x', 'http://user:pass@x', 'http://x/?key=1', 'nowhere'])('refuses %s as an address', url => {
    expect(() => new Holdpoint({ url, key: 'hp_test' })).toThrow(TypeError)
  })

  it('keeps the path of its address', async () => {
    const { client: _, port, seen } = await against(response => send(response, 200, { id: 'agt_1' }))
    await new Holdpoint({ url: `http://127.0.0.1:${port}/gate/`, key: 'hp_test' }).whoami()
    expect(seen[0]?.path).toBe('/gate/api/v1/agent')
  })
})
