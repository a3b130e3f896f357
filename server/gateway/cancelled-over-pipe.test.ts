import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { childGateway } from '@/server/testing/child-gateway'
import { pipedClient, pipedNewClient, type TestClient, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { everything, world } from '@/server/testing/world'

// The gateway as a client starts it: a process of its own for each, spoken to over its pipe.
const w = await world()
const soon = { timeout: 20_000, interval: 20 }
const kinds = { pipe: upstreamFolder(), old: upstreamFolder(), http: upstreamFolder() }
type Kind = keyof typeof kinds
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
/** What a server says that it was told, in order. */
const told = (kind: Kind): string[] => {
  const file = join(kinds[kind].folder, 'cancelled')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}
const own = async (key: string) => (await w.gate(key, 'GET', '/api/v1/actions')).body.items

async function started(connect: typeof pipedClient): Promise<{ id: string; key: string; client: TestClient }> {
  const { id, key } = await w.agent({ scopes: [everything] })
  return { id, key, client: await connect(process.execPath, gateway.piped, { AGENT_KEY: key }) }
}

afterEach(() => {
  for (const { folder } of Object.values(kinds))
    for (const file of ['wait', 'go', 'cancelled']) rmSync(join(folder, file), { force: true })
})

describe.each(pairs)(
  'a client of %s over a pipe that takes back what was sent to a server (%s)',
  (_, kind, connect) => {
    it('T16 has the server told once; nobody knows how it ended, nothing is run again, and the pipe goes on', async () => {
      const { key, client } = await started(connect)
      writeFileSync(join(kinds[kind].folder, 'wait'), '')
      const before = kinds[kind].calls().length
      const back = new AbortController()
      const calling = client.call(`${kind}__look`, { recipient: 'stop' }, { signal: back.signal }).then(
        () => 'an answer',
        () => 'none',
      )
      await vi.waitFor(() => expect(kinds[kind].calls().length).toBe(before + 1), soon)
      back.abort('nobody wants it')
      expect(await calling).toBe('none')
      await vi.waitFor(() => expect(told(kind)).toHaveLength(1), soon)
      // Over HTTP, which one of 2026-07-28 is spoken to in, a closed stream has no words.
      if (kind !== 'http') expect(told(kind)).toEqual(['["nobody wants it"]'])
      await vi.waitFor(
        async () => expect(await own(key)).toMatchObject([{ status: 'allowed', outcome: 'unknown' }]),
        soon,
      )
      writeFileSync(join(kinds[kind].folder, 'go'), '')
      const again = await client.call(`${kind}__look`, { recipient: 'stop' })
      expect(again).toMatchObject({ isError: true, decision: { status: 'unknown' } })
      expect(kinds[kind].calls().length).toBe(before + 1)
      expect(told(kind)).toHaveLength(1)
      // Another call on the same pipe is carried out.
      expect(await client.call(`${kind}__look`, { recipient: 'go on' })).toMatchObject({ isError: false })
      expect(kinds[kind].calls().length).toBe(before + 2)
    })
  },
)

describe.each(clients)('a client of %s over a pipe', (_, connect) => {
  it('that takes back what waits for people has it withdrawn at Holdpoint: nobody decides it any more', async () => {
    const { id, key, client } = await started(connect)
    const approver = await w.signedIn(w.approver)
    const open = async () => (await approver('GET', `/api/console/holds?status=open&agent=${id}`)).body.items
    const back = new AbortController()
    const calling = client.call('pipe__pay', { amount: '5' }, { signal: back.signal }).catch(() => null)
    await vi.waitFor(async () => expect(await open()).toHaveLength(1), soon)
    back.abort('no longer')
    expect(await calling).toBe(null)
    await vi.waitFor(async () => expect(await own(key)).toMatchObject([{ status: 'cancelled' }]), soon)
    expect(await open()).toEqual([])
    expect(kinds.pipe.calls().filter(one => one.name === 'pay')).toEqual([])
  })
})
