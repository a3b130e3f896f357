import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { action, against, denied, good, held, id, outcomeOf, send } from '../testing/loopback.ts'
import { AlreadyDone, Denied, digestOf, Holdpoint, OutcomeUnknown, Refused, Unavailable } from './index.ts'

const outcomePath = `/api/v1/actions/${id}/outcome`

describe('gate', () => {
  it('runs once with the arguments that came back, and reports', async () => {
    const { client, seen } = await against(response => send(response, 200, good))
    const runs: unknown[] = []
    expect(await client.gate(action, params => runs.push(params))).toBe(1)
    expect(runs).toEqual([action.params])
    expect(seen.map(one => one.path)).toEqual(['/api/v1/actions', outcomePath])
    expect(seen[0]?.prefer).toBe('wait=60')
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ status: 'succeeded' })
  })

  it('runs what an approver changed, and only that', async () => {
    const params = { amount: '0.50' }
    const changed = { ...good, params, modified: true, executable_digest: digestOf({ tool: action.tool, params }) }
    const { client } = await against(response => send(response, 200, changed))
    expect(await client.gate(action, returned => returned)).toEqual(params)
  })

  it('sends and hashes what it was given, whatever the caller changes while it waits', async () => {
    const params: Record<string, unknown> = { amount: '1.00' }
    const { client, seen } = await against((response, n) => {
      params.amount = '9999.00'
      send(response, n === 1 ? 202 : 200, n === 1 ? held : good)
    })
    expect(await client.gate({ tool: action.tool, params }, returned => returned)).toEqual({ amount: '1.00' })
    expect(seen[0]?.body).toBe('{"params":{"amount":"1.00"},"tool":"send_money"}')
  })

  it('ends in Denied with one safe text for the model', async () => {
    const { client } = await against(response => send(response, 200, denied))
    const error = await outcomeOf(client.gate(action, () => 'ran'))
    expect(error).toBeInstanceOf(Denied)
    expect(error).toMatchObject({
      code: 'hold.rejected',
      nextAction: 'revise',
      forModel: 'This action was not allowed (not this one). It was not done. A changed attempt may be asked.',
    })
  })

  it('does not run after the second clock, whichever of the two clocks says so', async () => {
    const late = { ...good, execute_by: '2026-06-01T12:00:00Z' }
    const { client } = await against(response => send(response, 200, late))
    expect(await outcomeOf(client.gate(action, () => 'ran'))).toBeInstanceOf(Unavailable)
    const soon = { ...good, execute_by: '2026-06-01T12:15:00Z' }
    const slow = await against(response => send(response, 200, soon, { date: 'Mon, 01 Jun 2026 13:00:00 GMT' }))
    expect(await outcomeOf(slow.client.gate(action, () => 'ran'))).toBeInstanceOf(Unavailable)
  })

  it('does not run again what was run before', async () => {
    const { client } = await against(response => send(response, 200, { ...good, outcome: 'succeeded' }))
    const error = await outcomeOf(client.gate(action, () => 'ran'))
    expect(error).toBeInstanceOf(AlreadyDone)
    expect(error).toMatchObject({ outcome: 'succeeded', actionId: id })
  })

  it('hands over obligations, and does not run what would ignore them', async () => {
    const obligations = [{ id: 'o1', type: 'mask', properties: { fields: ['iban'] } }]
    const { client } = await against(response => send(response, 200, { ...good, obligations }))
    expect(await client.gate(action, (_params, answer) => answer.obligations)).toEqual(obligations)
    expect(await outcomeOf(client.gate(action, _params => 'ran'))).toBeInstanceOf(Unavailable)
  })

  it.each([
    [new RangeError('IBAN GB29'), 'failed', 'RangeError'],
    [new OutcomeUnknown('the bank did not answer'), 'unknown', 'OutcomeUnknown'],
  ])('throws what the run threw, and reports it without its words: %s', async (thrown, status, summary) => {
    const { client, seen } = await against(response => send(response, 200, good))
    expect(await outcomeOf(client.gate(action, () => Promise.reject(thrown)))).toBe(thrown)
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ status, summary })
  })

  it('returns the result when the outcome cannot be reported, after a few tries', async () => {
    const { client, seen, slept } = await against((response, n) =>
      n === 1 ? send(response, 200, good) : send(response, 503, {}, { 'retry-after': '3600' }),
    )
    expect(await client.gate(action, () => 'done')).toBe('done')
    expect(seen).toHaveLength(5)
    expect(Math.max(...slept)).toBeLessThanOrEqual(2_000)
  })

  it.each([400, 401, 403, 404, 409, 413, 415])(
    'ends in Refused, which is Unavailable, on a problem %d',
    async status => {
      const problem = { type: 'urn:x', title: 't', status, code: 'concept.reason', detail: 'why' }
      const { client, seen } = await against(response =>
        send(response, status, problem, { 'content-type': 'application/problem+json' }),
      )
      const error = await outcomeOf(client.gate(action, () => 'ran', { key: 'k' }))
      expect(error).toBeInstanceOf(Refused)
      expect(error).toBeInstanceOf(Unavailable)
      expect(error).toMatchObject({ status, code: 'concept.reason', detail: 'why', key: 'k' })
      expect(seen).toHaveLength(1)
    },
  )

  it('derives a key from an action that names its task, and makes a new one for any other', async () => {
    const { client, seen } = await against(response => send(response, 200, good), { random: Math.random })
    const tasked = { ...action, context: { task: 'bill-7' } }
    for (const one of [tasked, tasked, action, action]) await client.gate(one, () => 'done')
    const keys = seen.filter(one => one.path === '/api/v1/actions').map(one => one.key)
    expect(keys[0]).toBe(keys[1])
    expect(new Set(keys).size).toBe(3)
  })

  it.each(['', 'two words', 'ü', 'x'.repeat(256), 'a\nb'])('refuses a key that HTTP cannot carry: %j', async key => {
    const { client, seen } = await against(response => send(response, 200, good))
    expect(await outcomeOf(client.gate(action, () => 'ran', { key }))).toBeInstanceOf(TypeError)
    expect(seen).toEqual([])
  })

  it('INV-47 shows its agent key to nobody', async () => {
    const { client } = await against(response => send(response, 200, good), {
      url: 'http://127.0.0.1:1',
      key: 'hp_canary',
    })
    const error = await outcomeOf(client.gate(action, () => 'ran', { timeoutSeconds: 3 }))
    expect(error).toBeInstanceOf(Unavailable)
    for (const one of [client, error]) expect(inspect(one, { depth: 9, showHidden: true })).not.toContain('hp_canary')
    expect(JSON.stringify(client)).not.toContain('hp_canary')
    const bad = () => new Holdpoint({ url: 'http://127.0.0.1:1', key: 'hp_canary\n' })
    expect(bad).toThrow(TypeError)
    expect(bad).not.toThrow(/hp_canary/)
  })
})
