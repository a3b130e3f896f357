import { afterEach, describe, expect, it } from 'vitest'
import { childGateway } from '@/server/testing/child-gateway'
import { pipedClient, pipedNewClient, type TestClient, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { forgetAll, staysUnknown, takeBack, told, withdrawn } from '@/server/testing/taking-back'
import { everything, world } from '@/server/testing/world'

// The gateway as a client starts it: a process of its own for each, spoken to over its pipe.
const w = await world()
const kinds = { pipe: upstreamFolder(), old: upstreamFolder(), http: upstreamFolder() }
const { stdio } = kinds.old
const gateway = await childGateway({
  holdpoint: w.servers[0]?.url,
  wait_seconds: 30,
  key: '$' + '{AGENT_KEY}',
  servers: {
    pipe: kinds.pipe.stdio,
    old: { ...stdio, args: [...stdio.args, '-', '2025'] },
    http: { url: await httpUpstreams()(kinds.http) },
  },
})
await w.tools(
  Object.fromEntries(
    Object.keys(kinds).flatMap(kind => [
      [`${kind}__look`, { operation: 'read' as const }] as const,
      [`${kind}__pay`, { operation: 'pay' as const, parameters: { amount: 'amount' } }] as const,
    ]),
  ),
)

const clients = [
  ['2026-07-28', pipedNewClient],
  ['2025-11-25', pipedClient],
] as const
const pairs = clients.flatMap(([revision, connect]) =>
  (['pipe', 'old', 'http'] as const).map(kind => [revision, kind, connect] as const),
)

async function started(connect: typeof pipedClient): Promise<{ id: string; key: string; client: TestClient }> {
  const { id, key } = await w.agent({ scopes: [everything] })
  return { id, key, client: await connect(process.execPath, gateway.piped, { AGENT_KEY: key }) }
}

afterEach(() => forgetAll(Object.values(kinds)))

describe.each(pairs)(
  'a client of %s over a pipe that takes back what was sent to a server (%s)',
  (_, kind, connect) => {
    it('T16 has the server told once; nobody knows how it ended, nothing is run again, and the pipe goes on', async () => {
      const { key, client } = await started(connect)
      const before = kinds[kind].calls().length
      await takeBack(client, kind, kinds[kind], 'stop', 'nobody wants it')
      await staysUnknown(w, key, client, kind, kinds[kind], 'stop')
      // Over HTTP, which one of 2026-07-28 is spoken to in, a closed stream has no words.
      if (kind !== 'http') expect(told(kinds[kind])).toEqual(['["nobody wants it"]'])
      // Another call on the same pipe is carried out.
      expect(await client.call(`${kind}__look`, { recipient: 'go on' })).toMatchObject({ isError: false })
      expect(kinds[kind].calls().length).toBe(before + 2)
    })
  },
)

describe.each(clients)('a client of %s over a pipe', (_, connect) => {
  it('that takes back what waits for people has it withdrawn at Holdpoint: nobody decides it any more', async () => {
    const { client, ...agent } = await started(connect)
    await withdrawn(w, agent, client, 'pipe', kinds.pipe)
  })
})
