import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newClient, oldClient, startGateway, type TestClient, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scope = { ...everything, operations: [...everything.operations], environments: [...everything.environments] }
const serveHttp = httpUpstreams()
const soon = { timeout: 20_000, interval: 20 }

/** What stands behind the gateway: how each says that it was told, and whether it can answer all the same. */
const kinds = {
  'over a pipe': upstreamFolder(),
  'of 2025-11-25 over a pipe': upstreamFolder(),
  'over HTTP': upstreamFolder(),
  'of 2025-11-25 over HTTP': upstreamFolder(),
}
type Kind = keyof typeof kinds
const name = (kind: Kind) => `s${Object.keys(kinds).indexOf(kind)}`
const { stdio } = kinds['of 2025-11-25 over a pipe']
const gateway = await startGateway({
  holdpoint: w.servers[0]?.url,
  wait_seconds: 30,
  servers: {
    s0: kinds['over a pipe'].stdio,
    s1: { ...stdio, args: [...stdio.args, '-', '2025'] },
    s2: { url: await serveHttp(kinds['over HTTP']) },
    s3: { url: await serveHttp(kinds['of 2025-11-25 over HTTP'], '2025') },
  },
})
const tools = Object.keys(kinds).flatMap((_, at) => [
  [`s${at}__look`, { operation: 'read' as const }] as const,
  [`s${at}__pay`, { operation: 'pay' as const, parameters: { amount: 'amount' } }] as const,
])
await w.tools(Object.fromEntries(tools))

const clients: readonly (readonly [string, (url: string, key: string) => Promise<TestClient>])[] = [
  ['2026-07-28', newClient],
  ['2025-11-25', oldClient],
]
const pairs = clients.flatMap(([revision, connect]) =>
  (['over a pipe', 'of 2025-11-25 over a pipe', 'over HTTP', 'of 2025-11-25 over HTTP'] as const).map(
    kind => [revision, kind, connect] as const,
  ),
)
const at = (kind: Kind, file: string) => join(kinds[kind].folder, file)
const told = (kind: Kind): string[] =>
  existsSync(at(kind, 'cancelled')) ? readFileSync(at(kind, 'cancelled'), 'utf8').trimEnd().split('\n') : []
const own = async (key: string) => (await w.gate(key, 'GET', '/api/v1/actions')).body.items

afterEach(() => {
  for (const { folder } of Object.values(kinds))
    for (const file of ['wait', 'go', 'cancelled']) rmSync(join(folder, file), { force: true })
})

/** A call is sent to its server, which works on it, and its client takes it back. */
async function takenBack(client: TestClient, kind: Kind, recipient: string, reason?: string): Promise<void> {
  writeFileSync(at(kind, 'wait'), '')
  const before = kinds[kind].calls().length
  const back = new AbortController()
  const calling = client.call(`${name(kind)}__look`, { recipient }, { signal: back.signal }).then(
    () => 'an answer',
    () => 'none',
  )
  await vi.waitFor(() => expect(kinds[kind].calls().length).toBe(before + 1), soon)
  back.abort(reason)
  expect(await calling).toBe('none')
}

describe.each(pairs)('a client of %s that takes back what was sent to a server %s', (_, kind, connect) => {
  it('T16 has the server told once; where that does not say how it ended, nobody knows, and nothing is run again', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    const client = await connect(gateway.url, key)
    await takenBack(client, kind, 'stop', 'nobody wants it')
    await vi.waitFor(() => expect(told(kind)).toHaveLength(1), soon)
    await vi.waitFor(
      async () => expect(await own(key)).toMatchObject([{ status: 'allowed', outcome: 'unknown' }]),
      soon,
    )
    writeFileSync(at(kind, 'go'), '')
    const before = kinds[kind].calls().length
    const again = await client.call(`${name(kind)}__look`, { recipient: 'stop' })
    expect(again).toMatchObject({ isError: true, decision: { status: 'unknown' } })
    expect(kinds[kind].calls().length).toBe(before)
    expect(told(kind)).toHaveLength(1)
  })
})

describe.each(clients)('a client of %s', (revision, connect) => {
  it('has its reason passed on, cut where it is long', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    await takenBack(await connect(gateway.url, key), 'over a pipe', 'long', `because ${'x'.repeat(5_000)}`)
    await vi.waitFor(() => expect(told('over a pipe')).toHaveLength(1), soon)
    const [reason] = told('over a pipe')
    // Over HTTP one of 2026-07-28 has no words for it.
    expect(reason).toMatch(
      revision === '2025-11-25' ? /^\["because x+"\]$/ : /^\["The client has closed its request\."\]$/,
    )
    expect(reason?.length).toBeLessThanOrEqual(204)
  })

  it('that takes back what waits for people has it withdrawn at Holdpoint: nobody decides it any more', async () => {
    const { id, key } = await w.agent({ scopes: [scope] })
    const client = await connect(gateway.url, key)
    const approver = await w.signedIn(w.approver)
    const open = async () => (await approver('GET', `/api/console/holds?status=open&agent=${id}`)).body.items
    const back = new AbortController()
    const calling = client.call('s0__pay', { amount: '5' }, { signal: back.signal }).catch(() => null)
    await vi.waitFor(async () => expect(await open()).toHaveLength(1), soon)
    back.abort('no longer')
    expect(await calling).toBe(null)
    await vi.waitFor(async () => expect(await own(key)).toMatchObject([{ status: 'cancelled' }]), soon)
    expect(await open()).toEqual([])
    expect(kinds['over a pipe'].calls().filter(one => one.name === 'pay')).toEqual([])
  })
})

describe.each(['of 2025-11-25 over a pipe', 'over a pipe'] as const)('a server %s that goes on all the same', kind => {
  it('has its answer counted where it comes soon', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    writeFileSync(at(kind, 'deaf'), '')
    const args = kind === 'over a pipe' ? kinds[kind].stdio.args : [...kinds[kind].stdio.args, '-', '2025']
    const servers = { [name(kind)]: { ...kinds[kind].stdio, args } }
    const deaf = await startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 30, servers })
    await takenBack(await oldClient(deaf.url, key), kind, 'goes on', 'enough')
    await vi.waitFor(() => expect(told(kind)).toEqual(['["enough"]']), soon)
    writeFileSync(at(kind, 'go'), '')
    await vi.waitFor(async () => expect(await own(key)).toMatchObject([{ outcome: 'succeeded' }]), soon)
    rmSync(at(kind, 'deaf'))
  })
})
