import { describe, expect, it } from 'vitest'
import { against, good, held, outcomeOf, send } from '../../testing/loopback.ts'
import { type Answer, digestOf, Refused } from '../index.ts'
import { overseen } from './ai-sdk.ts'
import { overseer as langgraph } from './langgraph.ts'
import { overseer as openai } from './openai-agents.ts'

const params = { amount: '1.00' }
const options = { toolCallId: 'call-1' }

/** Answers with these fields, about what was sent. */
const answering = (fields: Record<string, unknown>, status = 200) =>
  against((response, _n, seen) => {
    if (seen.path.endsWith('/outcome')) return send(response, 200, {})
    const digest = digestOf(JSON.parse(seen.body))
    send(response, status, { ...good, executable_digest: digest, params, ...fields, digest })
  })
const obligations = [{ id: 'o1', type: 'mask', properties: {} }]

describe('a call of a framework’s tool', () => {
  it('is one action in its task, and another one in another task', async () => {
    const { client, seen } = await answering({})
    for (const task of ['one', 'one', 'two']) {
      const { tools } = overseen(
        { pay: { execute: async (given: object, _: object) => given } },
        { holdpoint: client, task },
      )
      expect(await tools.pay.execute(params, options)).toEqual(params)
    }
    const [first, again, other] = seen.filter(one => one.path === '/api/v1/actions')
    expect(first?.key).toBe(again?.key)
    expect(other?.key).not.toBe(first?.key)
    expect(JSON.parse(other?.body ?? '')).toEqual({ tool: 'pay', params, context: { task: 'two' } })
  })

  it('is run with obligations only where there is a place for them', async () => {
    const { client } = await answering({ obligations })
    const oversight = { holdpoint: client, task: 'one' }
    const { tools } = overseen(
      {
        blind: { execute: async (_given: object, _: object) => 'ran' },
        keeping: { execute: async (_given: object, _: object, answer?: Answer) => answer?.obligations },
      },
      oversight,
    )
    expect(await outcomeOf(tools.blind.execute(params, options))).toMatchObject({ message: /not done/ })
    expect(await tools.keeping.execute(params, options)).toEqual(obligations)
    const kept = openai(oversight).tool({
      name: 'keeping',
      execute: (_: object, _c: object, answer) => answer.obligations,
    })
    expect(await kept.execute(params, {}, { toolCall: { callId: 'call-1' } })).toEqual(obligations)
    const blind = openai(oversight).tool({ name: 'blind', execute: (_: object, _c: object) => 'ran' })
    expect(await blind.execute(params, {}, { toolCall: { callId: 'call-1' } })).toMatch(/not done/)
    const graph = langgraph(() => undefined, oversight)
    const call = { name: 'pay', args: params, id: 'call-1' }
    expect(await graph.call(call, _given => 'ran')).toMatch(/not done/)
    expect(await graph.call(call, (_given, answer) => answer.obligations)).toEqual(obligations)
  })

  it('is done when what it streams has ended, and is what came last', async () => {
    const { client, seen } = await answering({})
    const events: string[] = []
    async function* execute(_given: object, _: object) {
      yield 'half'
      events.push(`reported ${seen.length - 1} times`)
      yield 'whole'
    }
    const { tools } = overseen({ pay: { execute } }, { holdpoint: client, task: 'one' })
    expect(await tools.pay.execute(params, options)).toBe('whole')
    expect(events).toEqual(['reported 0 times'])
    expect(seen).toHaveLength(2)
  })

  it('is not run without an id that names it', async () => {
    const { client, seen } = await answering({})
    const oversight = { holdpoint: client, task: 'one' }
    const graph = langgraph(() => undefined, oversight)
    expect(await outcomeOf(graph.call({ name: 'pay', args: params }, () => 'ran'))).toBeInstanceOf(TypeError)
    const tool = openai(oversight).tool({ name: 'pay', execute: (_: object, _c: object) => 'ran' })
    expect(await outcomeOf(tool.execute(params, {}))).toBeInstanceOf(TypeError)
    expect(seen).toEqual([])
  })

  it('is held in the shape of the Agent Inbox, with no button that could decide it', async () => {
    const { client } = await answering({ ...held, params: {} }, 202)
    const shown: unknown[] = []
    const stop = (value: unknown) => {
      shown.push(value)
      throw new Error('interrupted')
    }
    const graph = langgraph(stop, { holdpoint: client, task: 'one', pauseAfterSeconds: 0 })
    expect(await outcomeOf(graph.call({ name: 'pay', args: params, id: 'call-1' }, () => 'ran'))).toMatchObject({
      message: 'interrupted',
    })
    const config = { allow_ignore: false, allow_respond: false, allow_edit: false, allow_accept: false }
    expect(shown).toMatchObject([[{ action_request: { action: 'pay', args: params }, config }]])
    expect(await outcomeOf(graph.decisions([{ id: 'i', value: 'somebody else’s' }]))).toBeInstanceOf(TypeError)
  })

  it('ends the run when the request itself is refused, as with a revoked key', async () => {
    const problem = { type: 'urn:x', title: 't', status: 401, code: 'credential.revoked', detail: 'why' }
    const { client } = await against(response =>
      send(response, 401, problem, { 'content-type': 'application/problem+json' }),
    )
    const { toolApproval } = overseen({}, { holdpoint: client, task: 'one' })
    const asked = toolApproval({ toolCall: { toolName: 'pay', toolCallId: 'call-1', input: params } })
    expect(await outcomeOf(asked)).toBeInstanceOf(Refused)
  })
})
