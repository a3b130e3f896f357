import { describe, expect, it, vi } from 'vitest'
import { lossy } from '@/server/testing/lossy'
import { startGateway } from '@/server/testing/mcp'
import { conforming, type Generation, richClient } from '@/server/testing/passing'
import { everything, world } from '@/server/testing/world'

const w = await world()
const network = await lossy(w.servers[0]?.url ?? '')
const scope = everything
const own = await w.agent({
  kind: 'service_account',
  scopes: [{ ...scope, tool_pattern: 'holdpoint.record', resource_pattern: 'agent:*' }, scope],
})
const read = { operation: 'read' as const }
const named = [
  'test_simple_text',
  'test_multiple_content_types',
  'test_trigger_resource_update',
  'test_trigger_prompt_change',
]
const asking = ['test_elicitation', 'test_sampling', 'test_input_required_result_list_roots', 'test_tool_with_logging']
const others = ['resources/read', 'prompts/get', 'completion/complete']
const names = ['new', 'old'].flatMap(server => [...named, ...asking, ...others].map(name => `${server}__${name}`))
await w.tools({ ...Object.fromEntries(names.map(name => [name, read])), look: read })

const servers = { new: conforming('2026'), old: conforming('2025'), closed: conforming('2026') }
const gateway = await startGateway({
  holdpoint: network.url,
  gateway_key: own.key,
  wait_seconds: 2,
  servers: Object.fromEntries(Object.entries(servers).map(([name, { stdio }]) => [name, stdio])),
})
const decisionIn = (error: unknown) =>
  error instanceof Error && 'data' in error && error.data && typeof error.data === 'object' ? { ...error.data } : null
const failed = async (work: Promise<unknown>) =>
  decisionIn(
    await work.then(
      () => null,
      (error: unknown) => error,
    ),
  )

const generations: readonly (readonly [string, Generation])[] = [
  ['2026-07-28', 'modern'],
  ['2025-11-25', 'old'],
]
const behind = ['new', 'old'] as const

describe.each(generations)('to an unmodified client of %s', (_, generation) => {
  const connect = async (ears: Parameters<typeof richClient>[3] = {}) => {
    const { id, key } = await w.agent({ scopes: [scope] })
    const actions = async () => (await w.gate(key, 'GET', '/api/v1/actions')).body.items
    return { id, key, actions, client: await richClient(generation, gateway.url, key, ears) }
  }

  it('two servers with the same names are told apart by them', async () => {
    const { client } = await connect()
    const uris = await client.resources()
    expect(uris).toEqual(expect.arrayContaining(['mcp:new:test://static-text', 'mcp:old:test://static-text']))
    expect(new Set(uris).size).toBe(uris.length)
    expect(await client.templates()).toContain('mcp:old:test://template/{id}/data')
    expect(await client.prompts()).toEqual(
      expect.arrayContaining(['new__test_simple_prompt', 'old__test_simple_prompt']),
    )
  })

  describe.each(behind)('from the server “%s”', server => {
    const { seen } = servers[server]

    it('a resource that is read is an action of reading, sent once, and answered by the client’s name', async () => {
      const { client, actions } = await connect()
      const before = seen().length
      const uri = `mcp:${server}:test://template/7/data`
      expect(await client.read(uri)).toMatchObject([{ uri, text: expect.stringContaining('Data for ID: 7') }])
      expect(seen().slice(before)).toEqual(['resources/read test://template/7/data'])
      await vi.waitFor(async () => expect(await actions()).toMatchObject([{ status: 'allowed', outcome: 'succeeded' }]))
      const { rows } = await w.db.pool.query('select tool, operation from action where id = $1', [
        (await actions())[0].id,
      ])
      expect(rows).toEqual([{ tool: `${server}__resources/read`, operation: 'read' }])
    })

    it('what was read, or stands in a prompt, is what the next call’s arguments came from', async () => {
      const { client, actions } = await connect()
      const given = async () => {
        const [{ id }] = await actions()
        const { rows } = await w.db.pool.query<{ facts: string }>('select facts from action where id = $1', [id])
        return JSON.parse(rows[0]?.facts ?? '{}').given
      }
      await client.read(`mcp:${server}:test://template/GB29NWBK60161331926819/data`)
      await client.call(`${server}__test_simple_text`, { recipient: 'GB29NWBK60161331926819' })
      expect(await given()).toMatchObject({ any_untrusted: true })
      await client.prompt(`${server}__test_prompt_with_arguments`, { arg1: 'DE89370400440532013000', arg2: 'y' })
      const recorded = (await w.events('session.recorded')).filter(one => one.by.id === own.id)
      expect(recorded.length).toBeGreaterThanOrEqual(2)
    })

    it('links in a tool’s answer can be read as they stand', async () => {
      const { client } = await connect()
      const said = await client.call(`${server}__test_multiple_content_types`)
      expect(said).toContain(`"uri":"mcp:${server}:test://static-text"`)
      expect(await client.read(`mcp:${server}:test://static-text`)).toHaveLength(1)
    })

    it('prompts and suggestions come by the server’s own names', async () => {
      const { client } = await connect()
      const said = await client.prompt(`${server}__test_prompt_with_arguments`, { arg1: 'one', arg2: 'two' })
      expect(said).toContain(`arg1='one', arg2='two'`)
      expect(await client.complete(`${server}__test_prompt_with_arguments`, 'par')).toEqual(['paris', 'park', 'party'])
    })

    it('what the server asks meanwhile is asked of this client, and its answer goes on with the same call', async () => {
      const said: string[] = []
      const { client, actions } = await connect({
        elicit: message => {
          said.push(message)
          return { action: 'accept', content: { response: 'Ada' } }
        },
        sample: () => ({ role: 'assistant', model: 'test', content: { type: 'text', text: 'Paris' } }),
        roots: () => ({ roots: [{ uri: 'file:///here', name: 'here' }] }),
      })
      const before = seen().length
      expect(await client.call(`${server}__test_elicitation`, { message: 'Who?' })).toContain('Ada')
      expect(said).toEqual(['Who?'])
      expect(await client.call(`${server}__test_sampling`, { prompt: 'Where?' })).toContain('Paris')
      expect(await client.call(`${server}__test_input_required_result_list_roots`)).toContain('file:///here')
      expect(new Set(seen().slice(before)).size).toBe(3)
      await vi.waitFor(async () => expect(await actions()).toMatchObject(Array(3).fill({ outcome: 'succeeded' })))
    })

    it('a client that cannot be asked hears that it would have been', async () => {
      const { client } = await connect()
      const said = await client.call(`${server}__test_elicitation`, { message: 'Who?' }).catch(String)
      expect(said).toMatch(/"isError":true|client capabilities do not declare the required capability/)
    })

    it('it is told of a resource that it watches, by its own name for it', async () => {
      const heard = vi.fn()
      const { client } = await connect({ heard })
      await client.watch(`mcp:${server}:test://watched-resource`)
      await client.call(`${server}__test_trigger_resource_update`)
      await vi.waitFor(() => expect(heard).toHaveBeenCalledWith('updated', `mcp:${server}:test://watched-resource`))
    })

    it('it is told when a list of prompts is another', async () => {
      const heard = vi.fn()
      const { client } = await connect({ heard })
      await client.prompts()
      await client.call(`${server}__test_trigger_prompt_change`)
      await vi.waitFor(() => expect(heard).toHaveBeenCalledWith('prompts', ''))
    })
  })

  it('reading what nobody has classified waits for people, is an error with a handle, and goes on when it is asked again', async () => {
    const { client } = await connect()
    const before = servers.closed.seen().length
    const reading = () => client.read('mcp:closed:test://static-text')
    const first = await failed(reading())
    expect(first).toMatchObject({ 'holdpoint/decision': { status: 'pending', action: expect.stringMatching(/^act_/) } })
    expect(await client.complete('closed__test_prompt_with_arguments', 'par')).toEqual([])
    expect(servers.closed.seen().length).toBe(before)
  })

  it('while Holdpoint cannot decide nothing is read, got or completed (G07)', async () => {
    const { client } = await connect()
    await client.resources()
    const before = servers.new.seen().length
    network.judge((method, path) => (method === 'POST' && path === '/api/v1/actions' ? 'before' : 'pass'))
    try {
      expect(await failed(client.read('mcp:new:test://static-text'))).toMatchObject({
        'holdpoint/decision': { status: 'unavailable' },
      })
      expect(await failed(client.prompt('new__test_simple_prompt'))).toMatchObject({
        'holdpoint/decision': { status: 'unavailable' },
      })
      expect(await client.complete('new__test_prompt_with_arguments', 'par')).toEqual([])
    } finally {
      network.judge(null)
    }
    expect(servers.new.seen().length).toBe(before)
  })

  it('a resource or prompt that nobody has is said to be unknown, and nobody is asked', async () => {
    const { client, actions } = await connect()
    await expect(client.read('test://static-text')).rejects.toThrow(/not found/i)
    await expect(client.prompt('test_simple_prompt')).rejects.toThrow(/Unknown prompt/)
    expect(await actions()).toEqual([])
  })
})
