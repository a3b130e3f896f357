import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { startGateway } from '@/server/testing/mcp'
import { conforming, richClient } from '@/server/testing/passing'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scope = everything
const governor = await w.signedIn(w.governor)
const names = [
  'test_elicitation',
  'test_streaming_elicitation',
  'test_input_required_result_multi_round',
  'test_tool_with_logging',
]
const servers = { new: conforming('2026'), old: conforming('2025'), mute: conforming('2025') }
await w.tools(
  Object.fromEntries(
    ['new', 'old', 'mute'].flatMap(server => names.map(name => [`${server}__${name}`, { operation: 'read' as const }])),
  ),
)
const gateway = await startGateway({
  holdpoint: w.servers[0]?.url,
  wait_seconds: 0,
  servers: {
    new: servers.new.stdio,
    mute: { ...servers.mute.stdio, asks: ['roots'] },
    old: { ...servers.old.stdio, env: { ...servers.old.stdio.env, TOKEN: 'Who are you?' } },
  },
})

const reply = z.object({
  result: z
    .looseObject({
      inputRequests: z.record(z.string(), z.looseObject({})).optional(),
      requestState: z.string().optional(),
    })
    .optional(),
  error: z.looseObject({ code: z.number() }).optional(),
})

/** One request of 2026-07-28 as it goes over the wire, by a client that can be asked. */
async function raw(key: string, name: string, more: Record<string, unknown> = {}, args: Record<string, unknown> = {}) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: args,
        ...more,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
        },
      },
    }),
  })
  return reply.parse(await response.json())
}

const accepted = (content: Record<string, string>) => ({ action: 'accept', content })
const agent = () => w.agent({ scopes: [scope] })

it.each(['new', 'old'])(
  'A10 of two agents without a session each is asked its own question by the server “%s”, and no other',
  async server => {
    const agents = await Promise.all(
      ['for one', 'for two', 'for three'].map(async message => ({ message, ...(await agent()) })),
    )
    const answers = await Promise.all(
      agents.map(({ key, message }) => raw(key, `${server}__test_elicitation`, {}, { message })),
    )
    const asked = answers.map(({ result }) =>
      Object.values(result?.inputRequests ?? {}).map(one => JSON.stringify(one)),
    )
    for (const [n, { message }] of agents.entries()) {
      expect(asked[n], server).toHaveLength(1)
      expect(asked[n]?.[0]).toContain(`"${message}"`)
    }
  },
)

describe.each(['new', 'old'] as const)('a question of the server “%s”', server => {
  const tool = `${server}__test_streaming_elicitation`
  const asked = async (key: string) => {
    const { result } = await raw(key, tool)
    const [name = ''] = Object.keys(result?.inputRequests ?? {})
    return { requestState: result?.requestState ?? '', inputResponses: { [name]: accepted({ response: 'Ada' }) } }
  }

  it('is answered once, by the agent that was asked, and about what it was asked', async () => {
    const [mine, other] = [await agent(), await agent()]
    const more = await asked(mine.key)
    const before = servers[server].seen().length
    expect(await raw(other.key, tool, more)).toMatchObject({ error: { code: -32602 } })
    expect(await raw(mine.key, tool, more, { message: 'other' })).toMatchObject({ error: { code: -32602 } })
    expect(await raw(mine.key, tool, { ...more, requestState: `${more.requestState}x` })).toMatchObject({
      error: { code: -32602 },
    })
    expect(servers[server].seen()).toHaveLength(before)
    expect(JSON.stringify(await raw(mine.key, tool, more))).toContain('Ada')
    expect(await raw(mine.key, tool, more)).toMatchObject({ error: { code: -32602 } })
    const { body } = await w.gate(mine.key, 'GET', '/api/v1/actions')
    expect(body.items).toHaveLength(1)
  })

  it('is not answered by an agent that has been stopped meanwhile', async () => {
    const { id, key } = await agent()
    const more = await asked(key)
    const before = servers[server].seen().length
    const target = { type: 'agent', id }
    await governor('POST', '/api/console/containment', { target, level: 'paused', reason: 'stop' })
    expect(await raw(key, tool, more)).toMatchObject({ error: { message: expect.stringContaining('stopped') } })
    expect(servers[server].seen()).toHaveLength(before)
  })

  it('comes to the agent whose call it is of, also where two call at the same time', async () => {
    const asking = async (answer: string) => {
      const { key } = await agent()
      const elicit = () => ({ action: 'accept' as const, content: { response: answer } })
      return richClient('old', gateway.url, key, { elicit })
    }
    const clients = await Promise.all(['Ada', 'Bob', 'Cleo'].map(asking))
    const said = await Promise.all(clients.map(one => one.call(`${server}__test_elicitation`, { message: 'Who?' })))
    expect(said.map(one => /Ada|Bob|Cleo/.exec(one)?.[0])).toEqual(['Ada', 'Bob', 'Cleo'])
  })

  it('goes on over several rounds as one action', async () => {
    const { key } = await agent()
    const name = `${server}__test_input_required_result_multi_round`
    const first = await raw(key, name)
    const [one = ''] = Object.keys(first.result?.inputRequests ?? {})
    const second = await raw(key, name, {
      requestState: first.result?.requestState,
      inputResponses: { [one]: accepted({ name: 'Ada' }) },
    })
    const [two = ''] = Object.keys(second.result?.inputRequests ?? {})
    expect(second.result?.requestState).not.toBe(first.result?.requestState)
    const last = await raw(key, name, {
      requestState: second.result?.requestState,
      inputResponses: { [two]: accepted({ color: 'red' }) },
    })
    expect(JSON.stringify(last)).toContain('both answered')
    expect((await w.gate(key, 'GET', '/api/v1/actions')).body.items).toHaveLength(1)
  })
})

it('a server that may not ask does not, whatever its client can be asked', async () => {
  const { key } = await agent()
  const elicit = vi.fn(() => ({ action: 'accept' as const, content: { response: 'Ada' } }))
  const client = await richClient('old', gateway.url, key, { elicit })
  expect(await client.call('mute__test_elicitation', { message: 'Who?' })).toContain('"isError":true')
  expect(elicit).not.toHaveBeenCalled()
})

it('a server’s secrets are in no question that it asks', async () => {
  const { key } = await agent()
  const { result } = await raw(key, 'old__test_streaming_elicitation')
  expect(JSON.stringify(result?.inputRequests)).toContain('[secret]')
})

it.each(['modern', 'old'] as const)(
  'a server’s log goes to the %s client whose call it is of, and to no other',
  async generation => {
    const heard: Record<string, string[]> = { asked: [], other: [] }
    const client = async (name: 'asked' | 'other') => {
      const { key } = await agent()
      const elicit = () => ({ action: 'decline' as const })
      const ears = { heard: (_: string, what: string) => heard[name]?.push(what), elicit }
      return richClient(generation, gateway.url, key, ears)
    }
    const [mine, other] = [await client('asked'), await client('other')]
    await Promise.all([
      mine.call('old__test_tool_with_logging'),
      other.call('old__test_elicitation', { message: 'Who?' }),
    ])
    expect(heard.other).toEqual([])
    expect(heard.asked).toEqual(
      generation === 'old' ? ['Tool execution started', 'Tool processing data', 'Tool execution completed'] : [],
    )
  },
)
