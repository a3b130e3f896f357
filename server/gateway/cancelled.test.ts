import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newClient, oldClient, startGateway, type TestClient, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'
import { forgetAll, own, soon, staysUnknown, takeBack, told, withdrawn } from '@/server/testing/taking-back'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scope = { ...everything, operations: [...everything.operations], environments: [...everything.environments] }
const serveHttp = httpUpstreams()

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

afterEach(() => forgetAll(Object.values(kinds)))

describe.each(pairs)('a client of %s that takes back what was sent to a server %s', (_, kind, connect) => {
  it('T16 has the server told once; where that does not say how it ended, nobody knows, and nothing is run again', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    const client = await connect(gateway.url, key)
    await takeBack(client, name(kind), kinds[kind], 'stop', 'nobody wants it')
    await staysUnknown(w, key, client, name(kind), kinds[kind], 'stop')
  })
})

describe.each(clients)('a client of %s', (revision, connect) => {
  it('has its reason passed on, cut where it is long', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    const pipe = kinds['over a pipe']
    await takeBack(await connect(gateway.url, key), 's0', pipe, 'long', `because ${'x'.repeat(5_000)}`)
    await vi.waitFor(() => expect(told(pipe)).toHaveLength(1), soon)
    const [reason] = told(pipe)
    // Over HTTP one of 2026-07-28 has no words for it.
    expect(reason).toMatch(
      revision === '2025-11-25' ? /^\["because x+"\]$/ : /^\["The client has closed its request\."\]$/,
    )
    expect(reason?.length).toBeLessThanOrEqual(204)
  })

  it('that takes back what waits for people has it withdrawn at Holdpoint: nobody decides it any more', async () => {
    const agent = await w.agent({ scopes: [scope] })
    await withdrawn(w, agent, await connect(gateway.url, agent.key), 's0', kinds['over a pipe'])
  })
})

describe.each(['of 2025-11-25 over a pipe', 'over a pipe'] as const)('a server %s that goes on all the same', kind => {
  it('has its answer counted where it comes soon', async () => {
    const { key } = await w.agent({ scopes: [scope] })
    writeFileSync(at(kind, 'deaf'), '')
    const args = kind === 'over a pipe' ? kinds[kind].stdio.args : [...kinds[kind].stdio.args, '-', '2025']
    const servers = { [name(kind)]: { ...kinds[kind].stdio, args } }
    const deaf = await startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 30, servers })
    await takeBack(await oldClient(deaf.url, key), name(kind), kinds[kind], 'goes on', 'enough')
    await vi.waitFor(() => expect(told(kinds[kind])).toEqual(['["enough"]']), soon)
    writeFileSync(at(kind, 'go'), '')
    await vi.waitFor(async () => expect(await own(w, key)).toMatchObject([{ outcome: 'succeeded' }]), soon)
    rmSync(at(kind, 'deaf'))
  })
})
