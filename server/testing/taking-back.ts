import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { TestClient, upstreamFolder } from './mcp'
import type { World } from './world'

type Upstream = ReturnType<typeof upstreamFolder>

/** How long tests of taking back wait for what must come. */
export const soon = { timeout: 20_000, interval: 20 }

/** What a server says that it was told of cancels, in order: each the JSON list of its reason. */
export function told({ folder }: Upstream): string[] {
  const file = join(folder, 'cancelled')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}

/** Lets servers begin anew: none waits, and none was told of anything. */
export function forgetAll(upstreams: readonly Upstream[]): void {
  for (const { folder } of upstreams)
    for (const file of ['wait', 'go', 'cancelled']) rmSync(join(folder, file), { force: true })
}

/** What the key's agent has asked for, as it reads it itself. */
export const own = async (w: World, key: string) => (await w.gate(key, 'GET', '/api/v1/actions')).body.items

/** A call of `look` is sent to its server, which works on it, and its client takes it back. */
export async function takeBack(
  client: TestClient,
  server: string,
  upstream: Upstream,
  recipient: string,
  reason?: string,
): Promise<void> {
  writeFileSync(join(upstream.folder, 'wait'), '')
  const before = upstream.calls().length
  const back = new AbortController()
  const calling = client.call(`${server}__look`, { recipient }, { signal: back.signal }).then(
    () => 'an answer',
    () => 'none',
  )
  await vi.waitFor(() => expect(upstream.calls().length).toBe(before + 1), soon)
  back.abort(reason)
  expect(await calling).toBe('none')
}

/** Of what was taken back while its server worked on it nobody knows how it ended; asked for again it is not run again. */
export async function staysUnknown(
  w: World,
  key: string,
  client: TestClient,
  server: string,
  upstream: Upstream,
  recipient: string,
): Promise<void> {
  await vi.waitFor(() => expect(told(upstream)).toHaveLength(1), soon)
  await vi.waitFor(
    async () => expect(await own(w, key)).toMatchObject([{ status: 'allowed', outcome: 'unknown' }]),
    soon,
  )
  writeFileSync(join(upstream.folder, 'go'), '')
  const before = upstream.calls().length
  const again = await client.call(`${server}__look`, { recipient })
  expect(again).toMatchObject({ isError: true, decision: { status: 'unknown' } })
  expect(upstream.calls().length).toBe(before)
  expect(told(upstream)).toHaveLength(1)
}

/** A payment that waits for people and is taken back by its client is withdrawn: nobody decides it, no server has it. */
export async function withdrawn(
  w: World,
  { id, key }: { readonly id: string; readonly key: string },
  client: TestClient,
  server: string,
  upstream: Upstream,
): Promise<void> {
  const approver = await w.signedIn(w.approver)
  const open = async () => (await approver('GET', `/api/console/holds?status=open&agent=${id}`)).body.items
  const back = new AbortController()
  const calling = client.call(`${server}__pay`, { amount: '5' }, { signal: back.signal }).catch(() => null)
  await vi.waitFor(async () => expect(await open()).toHaveLength(1), soon)
  back.abort('no longer')
  expect(await calling).toBe(null)
  await vi.waitFor(async () => expect(await own(w, key)).toMatchObject([{ status: 'cancelled' }]), soon)
  expect(await open()).toEqual([])
  expect(upstream.calls().filter(one => one.name === 'pay')).toEqual([])
}
