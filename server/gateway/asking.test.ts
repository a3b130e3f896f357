import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OldPipe } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, describe, expect, it } from 'vitest'
import { childProgram } from '@/server/testing/child-gateway'
import { decideHold } from '@/server/testing/deciding'
import { type Heard, newClient, oldClient, pipedClient } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const holdpoint = w.servers[0]?.url ?? ''
const approver = await w.signedIn(w.approver)
await w.tools({ look: { operation: 'read' }, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
const scope = everything
const argsIn = () => ({ http: ['--http', '0', '--url', holdpoint], pipe: ['--url', holdpoint] })
const program = await childProgram('server/gateway/asking-main.ts', argsIn, {})
const url = await program.start()

const clients = [
  ['2026-07-28 over HTTP', (key: string) => newClient(url, key)],
  ['2025-11-25 over HTTP', (key: string) => oldClient(url, key)],
  ['2025-11-25 over a pipe', (key: string) => pipedClient(process.execPath, program.piped, { HOLDPOINT_KEY: key })],
] as const

const pay = { tool: 'pay', params: { amount: '60.00', to: 'X' }, intent: 'Rent' }
/** What a tool answered: one line for the model, then JSON. */
const said = ({ text }: Heard) => JSON.parse(text.slice(text.indexOf('\n') + 1))
const open = async (person: typeof approver, id: string) =>
  (await person('GET', `/api/console/holds?status=open&agent=${id}`)).body.items

describe.each(clients)('an unmodified client of %s', (_name, connect) => {
  const prepared = async () => {
    const { id, key } = await w.agent({ scopes: [scope] })
    const actions = async () => (await w.gate(key, 'GET', '/api/v1/actions')).body.items
    return { id, actions, client: await connect(key) }
  }

  it('finds four tools, and reads its own limits with them', async () => {
    const { id, client } = await prepared()
    const tools = await client.list()
    expect(tools.map(one => one.name)).toEqual(['holdpoint_ask', 'holdpoint_wait', 'holdpoint_report', 'holdpoint_me'])
    expect(tools[0]?.inputSchema).toMatchObject({ type: 'object', required: ['tool', 'params'] })
    expect(said(await client.call('holdpoint_me'))).toMatchObject({ id, status: 'active' })
  })

  it('is told at once what it may do, and reports how it ended', async () => {
    const { client, actions } = await prepared()
    const asked = said(await client.call('holdpoint_ask', { tool: 'look', params: { at: 'x' } }))
    expect(asked).toMatchObject({ status: 'allowed', verdict: 'allow', next_action: 'execute', params: { at: 'x' } })
    const reported = await client.call('holdpoint_report', { action: asked.action, status: 'succeeded' })
    expect(reported.isError).toBe(false)
    expect(await actions()).toMatchObject([{ status: 'allowed', outcome: 'succeeded' }])
    const again = said(await client.call('holdpoint_ask', { tool: 'look', params: { at: 'x' }, key: asked.key }))
    expect(again).toMatchObject({ action: asked.action, outcome: 'succeeded', next_action: 'stop' })
    expect(again.params).toBeUndefined()
  })

  it('is told where people decide, waits for them, and gets what an approver narrowed', async () => {
    const { id, client, actions } = await prepared()
    const asked = said(await client.call('holdpoint_ask', { ...pay, wait_seconds: 0 }))
    expect(asked).toMatchObject({ status: 'held', verdict: null, next_action: 'wait' })
    expect(asked.url).toContain('/approvals/hld_')
    expect(asked.params).toBeUndefined()
    const made: unknown[] = []
    const waiting = client.call('holdpoint_wait', { action: asked.action }, { progress: one => made.push(one) })
    await decideHold(approver, id, { verdict: 'approve', params: { amount: '40.00', to: 'X' } })
    expect(said(await waiting)).toMatchObject({
      action: asked.action,
      verdict: 'allow',
      params: { amount: '40.00', to: 'X' },
      modified: true,
    })
    expect(made[0]).toMatchObject({ progress: 1, message: expect.stringContaining('/approvals/hld_') })
    expect(await actions()).toHaveLength(1)
  })

  it('hears why it was refused, with nothing that could be executed', async () => {
    const { id, client } = await prepared()
    const asking = client.call('holdpoint_ask', pay)
    await decideHold(approver, id, { verdict: 'reject', comment: 'not this month' })
    const answer = said(await asking)
    expect(answer).toMatchObject({ verdict: 'deny', reason: 'not this month', next_action: 'revise' })
    expect(answer).not.toHaveProperty('params')
    expect(answer).not.toHaveProperty('permit')
  })

  it('sees nothing of another agent’s actions, and is told what is wrong with what it asks', async () => {
    const [mine, other] = [await prepared(), await prepared()]
    const { action } = said(await mine.client.call('holdpoint_ask', { ...pay, wait_seconds: 0 }))
    const looked = await other.client.call('holdpoint_wait', { action, wait_seconds: 0 })
    expect(looked).toMatchObject({ isError: true })
    expect(said(looked)).toMatchObject({ status: 'refused' })
    await expect(mine.client.call('holdpoint_ask', { tool: 'pay' })).rejects.toThrow(/params/)
    await expect(mine.client.call('holdpoint_approve', { action })).rejects.toThrow(/Unknown tool/)
    expect(await open(approver, mine.id)).toHaveLength(1)
  })
})

describe('a client that can show an address', () => {
  const capabilities = { elicitation: { url: {} } }
  const address = /\/approvals\/hld_/
  const opened: { close(): Promise<void> }[] = []
  afterAll(async () => void (await Promise.all(opened.map(one => one.close()))))
  async function oldAsking(transport: OldPipe | OldTransport, shown: (url: string) => void) {
    const client = new OldClient({ name: 'test', version: '1' }, { capabilities })
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      shown('url' in params && typeof params.url === 'string' ? params.url : '')
      return { action: 'accept' }
    })
    await client.connect(transport)
    opened.push(client)
    return (args: Record<string, unknown>) => client.callTool({ name: 'holdpoint_ask', arguments: args })
  }
  it.each([
    [
      '2026-07-28 over HTTP',
      async (key: string, shown: (url: string) => void) => {
        const client = new Client(
          { name: 'test', version: '1' },
          { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } },
        )
        client.setRequestHandler('elicitation/create', ({ params }) => {
          shown('url' in params ? params.url : '')
          return { action: 'accept' }
        })
        const requestInit = { headers: { authorization: `Bearer ${key}` } }
        await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
        opened.push(client)
        return (args: Record<string, unknown>) => client.callTool({ name: 'holdpoint_ask', arguments: args })
      },
    ],
    [
      '2025-11-25 over HTTP',
      (key: string, shown: (url: string) => void) => {
        const requestInit = { headers: { authorization: `Bearer ${key}` } }
        return oldAsking(new OldTransport(new URL(url), { requestInit }), shown)
      },
    ],
    [
      '2025-11-25 over a pipe',
      (key: string, shown: (url: string) => void) => {
        const env = { HOLDPOINT_KEY: key }
        const started = { command: process.execPath, args: program.piped, env, stderr: 'ignore' as const }
        return oldAsking(new OldPipe(started), shown)
      },
    ],
  ])('shows it once to its user, and one question is asked (%s)', async (_name, connect) => {
    const { id, key } = await w.agent({ scopes: [scope] })
    const shown: string[] = []
    const call = await connect(key, one => shown.push(one))
    const asking = call(pay)
    await decideHold(approver, id, { verdict: 'approve' })
    expect(await asking).toMatchObject({ structuredContent: { verdict: 'allow', params: pay.params } })
    expect(shown).toEqual([expect.stringMatching(address)])
    expect((await w.gate(key, 'GET', '/api/v1/actions')).body.items).toHaveLength(1)
  })
})

it('a key that opens nothing is refused at the door', async () => {
  await expect(newClient(url, 'hp_wrong')).rejects.toThrow()
  await expect(pipedClient(process.execPath, program.piped, { HOLDPOINT_KEY: 'hp_wrong' })).rejects.toThrow()
})

it('stops with exit code 0 when it is asked to', async () => {
  expect(await program.stop()).toBe(0)
})
