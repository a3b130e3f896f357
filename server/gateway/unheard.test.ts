import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decideHold } from '@/server/testing/deciding'
import { rawCall, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

const w = await world()
const upstream = upstreamFolder()
const servers = { bank: { ...upstream.stdio, prefix: '' } }
const gateway = await startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 30, servers })
const scope = everything
await w.tools({ look: { operation: 'read' }, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
const file = (name: string) => join(upstream.folder, name)
const runs = (mark: string) => upstream.calls().filter(one => one.arguments?.recipient === mark).length
const soon = { timeout: 10_000, interval: 20 }

afterEach(() => {
  for (const name of ['wait', 'go', 'die', 'much']) rmSync(file(name), { force: true })
})

type Call = (tool: string, params: Record<string, unknown>, signal?: AbortSignal) => Promise<string>
/** Begins a session of 2025-11-25: its client hangs up without a word, which takes nothing back. */
async function begun(key: string): Promise<string> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  await response.text()
  return response.headers.get('mcp-session-id') ?? ''
}
const inSession =
  (key: string, session: string): Call =>
  (tool, params, signal) =>
    rawCall(gateway.url, key, session, tool, params, signal)
/** The clients that lose their connection: of a session that began here, and of one that began at another gateway. */
const clients: Readonly<Record<string, (key: string) => Promise<Call>>> = {
  'a session that began here': async key => inSession(key, await begun(key)),
  'a session that began elsewhere': async key => inSession(key, 'from-elsewhere'),
}
const anyClient = async (key: string) => inSession(key, await begun(key))

/** The gateway has heard of so many more clients that have gone. */
const goneSince = (before: string) => gateway.said().slice(before.length).split('has gone before its answer').length - 1

/** One call is sent to its server, and its client is gone before it has ended. */
async function hungUp(call: Call, mark: string): Promise<void> {
  writeFileSync(file('wait'), '')
  const gone = new AbortController()
  const calling = call('look', { recipient: mark }, gone.signal).then(
    () => 'an answer',
    () => 'none',
  )
  await vi.waitFor(() => expect(runs(mark)).toBe(1), soon)
  const before = gateway.said()
  gone.abort()
  expect(await calling).toBe('none')
  await vi.waitFor(() => expect(goneSince(before)).toBe(1), soon)
}

function goOn(): void {
  rmSync(file('wait'), { force: true })
  writeFileSync(file('go'), '')
}

describe.each(Object.entries(clients))(
  'a client (%s) that hangs up in mid-call and asks the same again',
  (name, of) => {
    it('hears how the call ends that still runs: it is not run twice', async () => {
      const { key } = await w.agent({ scopes: [scope] })
      const call = await of(key)
      const mark = `${name} runs`
      await hungUp(call, mark)
      const again = call('look', { recipient: mark })
      goOn()
      expect(await again).toContain('done look')
      expect(runs(mark)).toBe(1)
      expect((await w.gate(key, 'GET', '/api/v1/actions')).body.items).toHaveLength(1)
    })

    it('hears the answer of the call that has ended meanwhile, once: asked once more it is another call', async () => {
      const { key } = await w.agent({ scopes: [scope] })
      const call = await of(key)
      const mark = `${name} ended`
      await hungUp(call, mark)
      goOn()
      const outcome = async () => (await w.gate(key, 'GET', '/api/v1/actions')).body.items[0].outcome
      await vi.waitFor(async () => expect(await outcome()).toBe('succeeded'), soon)
      expect(await call('look', { recipient: mark })).toContain('done look')
      expect(runs(mark)).toBe(1)
      expect(await call('look', { recipient: mark })).toContain('done look')
      expect(runs(mark)).toBe(2)
    })
  },
)

it('two that hung up on equal calls have both answers waiting, and nobody else has', async () => {
  const [one, other] = [await w.agent({ scopes: [scope] }), await w.agent({ scopes: [scope] })]
  const call = inSession(one.key, 'both')
  const mark = 'both'
  const gone = new AbortController()
  writeFileSync(file('wait'), '')
  const calling = [0, 1].map(() => call('look', { recipient: mark }, gone.signal).catch(() => null))
  await vi.waitFor(() => expect(runs(mark)).toBe(2), soon)
  const before = gateway.said()
  gone.abort()
  expect(await Promise.all(calling)).toEqual([null, null])
  await vi.waitFor(() => expect(goneSince(before)).toBe(2), soon)
  goOn()
  for (let n = 0; n < 2; n++) expect(await call('look', { recipient: mark })).toContain('done look')
  expect(runs(mark)).toBe(2)
  expect(await (await anyClient(other.key))('look', { recipient: mark })).toContain('done look')
  expect(runs(mark)).toBe(3)
})

it('an agent that leaves more answers unheard than are kept of one loses some of its own, and nobody else’s', async () => {
  const [one, other] = [await w.agent({ scopes: [scope] }), await w.agent({ scopes: [scope] })]
  const call = (key: string, mark: string, signal?: AbortSignal) =>
    rawCall(gateway.url, key, 'much', 'look', { recipient: mark }, signal)
  const marks = Array.from({ length: 12 }, (_, n) => `much ${n}`)
  writeFileSync(file('wait'), '')
  writeFileSync(file('much'), '')
  const gone = new AbortController()
  const calling = [call(other.key, 'little', gone.signal)]
  for (const mark of marks) {
    calling.push(call(one.key, mark, gone.signal))
    await vi.waitFor(() => expect(runs(mark)).toBe(1), soon)
  }
  const before = gateway.said()
  gone.abort()
  await Promise.allSettled(calling)
  await vi.waitFor(() => expect(goneSince(before)).toBe(marks.length + 1), soon)
  goOn()
  const ended = async () => (await w.gate(one.key, 'GET', '/api/v1/actions')).body.items
  await vi.waitFor(
    async () => expect((await ended()).every((item: { outcome: string }) => item.outcome)).toBe(true),
    soon,
  )
  // Eight answers of a million characters are kept; which are the oldest is how their connections ended.
  for (const mark of marks) await call(one.key, mark)
  expect(marks.map(runs).sort()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2])
  expect(await call(other.key, 'little')).toContain('done look')
  expect(runs('little')).toBe(1)
})

it('K02 an agent that was stopped meanwhile is told nothing', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const call = await anyClient(key)
  await hungUp(call, 'stopped')
  goOn()
  const governor = await w.signedIn(w.governor)
  const target = { type: 'agent', id }
  await governor('POST', '/api/console/containment', { target, level: 'killed', reason: 'stop' })
  expect(await call('look', { recipient: 'stopped' })).toContain('This agent has been stopped')
  expect(runs('stopped')).toBe(1)
})

it('a call of which nobody knows how it ended is not run again either: who asks hears that', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const call = await anyClient(key)
  await hungUp(call, 'died')
  writeFileSync(file('die'), '')
  // The same server dies with the next call that it gets.
  expect(await call('look', { recipient: 'of death' })).toContain('nobody knows how it ended')
  rmSync(file('die'))
  goOn()
  expect(await call('look', { recipient: 'died' })).toContain('nobody knows how it ended (upstream.unknown)')
  expect(runs('died')).toBe(1)
})

it('a client that hangs up while people decide goes on waiting when it asks again, as the same action', async () => {
  const { id, key } = await w.agent({ scopes: [scope] })
  const call = await anyClient(key)
  const own = async () => (await w.gate(key, 'GET', '/api/v1/actions')).body.items
  const gone = new AbortController()
  const params = { amount: '9', recipient: 'held' }
  const calling = call('pay', params, gone.signal).catch(() => null)
  await vi.waitFor(async () => expect(await own()).toHaveLength(1), soon)
  const before = gateway.said()
  gone.abort()
  expect(await calling).toBe(null)
  await vi.waitFor(() => expect(goneSince(before)).toBe(1), soon)
  const again = call('pay', params)
  await decideHold(await w.signedIn(w.approver), id, { verdict: 'approve' })
  expect(await again).toContain('done pay')
  expect(await own()).toHaveLength(1)
  expect(runs('held')).toBe(1)
})
