import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decideHold } from '@/server/testing/deciding'
import { lossy } from '@/server/testing/lossy'
import { newClient, oldClient, rawCall, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'
import { openCallers } from './holdpoint'

const w = await world()
const network = await lossy(w.servers[0]?.url ?? '')
const approver = await w.signedIn(w.approver)
const upstream = upstreamFolder()
const config = { holdpoint: network.url, wait_seconds: 3, servers: { bank: { ...upstream.stdio, prefix: '' } } }
const gateway = await startGateway(config)
const everywhere = everything
await w.tools({ look: { operation: 'read' }, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
const calls = () => upstream.calls().length
const file = (name: string) => join(upstream.folder, name)
const own = async (key: string) => (await w.gate(key, 'GET', '/api/v1/actions')).body.items

afterEach(() => {
  network.judge(null)
  for (const name of ['die', 'lost', 'wait', 'go']) rmSync(file(name), { force: true })
})

async function agent() {
  const { id, key } = await w.agent({ scopes: [everywhere] })
  return { id, key, client: await newClient(gateway.url, key) }
}

describe('nothing is passed on when Holdpoint cannot decide (G07)', () => {
  it('while it cannot be reached', async () => {
    const { client, key } = await agent()
    await client.list()
    const before = calls()
    network.judge(() => 'before')
    expect(await client.call('look')).toMatchObject({ isError: true, decision: { status: 'unavailable' } })
    await expect(newClient(gateway.url, `${key}x`)).rejects.toThrow()
    expect(calls()).toBe(before)
  })

  it('for an hour who was known is still heard, so that its calls are refused in words; strangers are not', async () => {
    const { key } = await w.agent({ scopes: [everywhere] })
    let minutes = 0
    const callers = openCallers(network.url, () => minutes * 60_000)
    const known = await callers.of(key)
    expect(known).toMatchObject({ key })
    network.judge(() => 'before')
    minutes = 59
    expect(await callers.of(key)).toBe(known)
    expect(await callers.of(`${key}x`)).toBe('unreachable')
    minutes = 61
    expect(await callers.of(key)).toBe('unreachable')
    network.judge(null)
    expect(await callers.of(key)).toBe(known)
    expect(await callers.of(`${key}x`)).toBe('refused')
  })

  it('when it goes between its answer and the use of the permit', async () => {
    const { client, id, key } = await agent()
    const before = calls()
    network.judge((_, path) => (path.endsWith('/permits/verify') ? 'before' : 'pass'))
    const calling = client.call('pay', { amount: '4' })
    await decideHold(approver, id, { verdict: 'approve' })
    expect(await calling).toMatchObject({ isError: true, decision: { code: 'permit.unreachable' } })
    expect(calls()).toBe(before)
    expect(await own(key)).toMatchObject([{ status: 'approved', outcome: null }])
    network.judge(null)
    // Nobody is asked a second time.
    expect(await client.call('pay', { amount: '4' })).toMatchObject({ isError: false })
    expect(calls() - before).toBe(1)
    expect(await own(key)).toMatchObject([{ status: 'approved' }])
  })

  it('and while a call waits it goes on by itself when Holdpoint is back, as the same action', async () => {
    const { client, id, key } = await agent()
    const before = calls()
    const calling = client.call('pay', { amount: '3' })
    await vi.waitFor(async () => expect(await own(key)).toHaveLength(1), { timeout: 5_000 })
    network.judge(() => 'before')
    const seen = network.seen.length
    await decideHold(approver, id, { verdict: 'approve' })
    network.judge(null)
    expect(await calling).toMatchObject({ isError: false })
    expect(network.seen.length).toBeGreaterThan(seen)
    expect(calls() - before).toBe(1)
    expect(await own(key)).toHaveLength(1)
  })
})

describe('an answer that is lost changes nothing (G06)', () => {
  it.each([
    // Allowed and used in one commit: the same key finds the receipt.
    ['/api/v1/actions', 'look'],
    ['/api/v1/permits/verify', 'pay'],
  ])('of %s: the call is run once', async (lost, tool) => {
    const { client, id, key } = await agent()
    const before = calls()
    let left = 1
    network.judge((method, path) => (method === 'POST' && path === lost && left-- > 0 ? 'after' : 'pass'))
    const calling = client.call(tool, { recipient: lost })
    if (tool === 'pay') await decideHold(approver, id, { verdict: 'approve' })
    expect(await calling).toMatchObject({ isError: false })
    expect(left).toBeLessThanOrEqual(0)
    expect(calls() - before).toBe(1)
    expect(await own(key)).toHaveLength(1)
  })

  it('of the decision, twice: the use that came with it is found by its key, and the call is run once', async () => {
    const { client, key } = await agent()
    const before = calls()
    let left = 2
    network.judge((method, path) => (method === 'POST' && path === '/api/v1/actions' && left-- > 0 ? 'after' : 'pass'))
    expect(await client.call('look', { recipient: 'twice' })).toMatchObject({ isError: false })
    expect(network.seen.filter(one => one.includes('/permits/verify')).length).toBeGreaterThan(0)
    expect(calls() - before).toBe(1)
    expect(await own(key)).toHaveLength(1)
  })
})

describe('a server that has to be started first', () => {
  it('INV-26 is started before the permit is used: where it does not start, none is used', async () => {
    const { client, key } = await agent()
    writeFileSync(file('die'), '')
    await client.call('look', { recipient: 'the last' })
    rmSync(file('die'))
    writeFileSync(file('tools.json'), 'no JSON')
    const before = calls()
    const failed = await client.call('look', { recipient: 'nobody' })
    expect(failed).toMatchObject({ isError: true, decision: { status: 'failed', code: 'upstream.failed' } })
    expect(calls()).toBe(before)
    const [last] = await own(key)
    const uses = await w.db.pool.query('select from permit_use where action_id = $1', [last.id])
    expect(uses.rowCount).toBe(0)
    rmSync(file('tools.json'))
    expect(await client.call('look', { recipient: 'somebody' })).toMatchObject({ isError: false })
  })
})

describe('a server that dies in mid-call', () => {
  it('leaves an outcome that nobody knows, is not asked twice, and is started again for the next call', async () => {
    const { client, key } = await agent()
    const before = calls()
    writeFileSync(file('die'), '')
    const died = await client.call('look')
    expect(died).toMatchObject({ isError: true, decision: { status: 'unknown', code: 'upstream.unknown' } })
    expect(died.text).toContain('Find out whether it was done')
    expect(calls() - before).toBe(1)
    await vi.waitFor(async () => expect(await own(key)).toMatchObject([{ outcome: 'unknown' }]))
    rmSync(file('die'))
    expect(await client.call('look', { recipient: 'again' })).toMatchObject({ isError: false })
    // What nobody knows the end of waits for a person: it is not run again just because it is asked again.
    expect(await client.call('look')).toMatchObject({ isError: true, decision: { status: 'pending' } })
    expect(calls() - before).toBe(2)
  })
})

describe('a server that has lost the call to one behind it', () => {
  it.each([-32_000, -32_001])(
    'and answers %i leaves an outcome that nobody knows: it is not run again by itself',
    async code => {
      const { client, key } = await agent()
      const before = calls()
      writeFileSync(file('lost'), String(code))
      const said = await client.call('look')
      expect(said).toMatchObject({ isError: true, decision: { status: 'unknown', code: 'upstream.unknown' } })
      expect(said.text).toContain('Find out whether it was done')
      await vi.waitFor(async () => expect(await own(key)).toMatchObject([{ outcome: 'unknown' }]))
      rmSync(file('lost'))
      expect(await client.call('look')).toMatchObject({ isError: true, decision: { status: 'pending' } })
      expect(calls() - before).toBe(1)
    },
  )
})

describe('a gateway that goes in mid-call', () => {
  const startedAgain = () => startGateway(config)

  it('is picked up by the next: a call that waited is found, and run once', async () => {
    const { id, key } = await w.agent({ scopes: [everywhere] })
    const first = await startedAgain()
    const before = calls()
    const pending = await rawCall(first.url, key, 'one-session', 'pay', { amount: '9' })
    expect(pending).toContain('Handle: act_')
    await first.close()
    await decideHold(approver, id, { verdict: 'approve' })
    const second = await startedAgain()
    expect(await rawCall(second.url, key, 'one-session', 'pay', { amount: '9' })).toContain('done pay')
    expect(calls() - before).toBe(1)
    expect(await own(key)).toHaveLength(1)
  })

  it('never runs a second time what it may have run: the next one says so', async () => {
    const { key } = await w.agent({ scopes: [everywhere] })
    const before = calls()
    writeFileSync(file('wait'), '')
    const first = await startedAgain()
    const cut = rawCall(first.url, key, 'one-session', 'look', { amount: '1' })
    await vi.waitFor(() => expect(calls() - before).toBe(1), { timeout: 5_000 })
    const second = await startedAgain()
    const told = await rawCall(second.url, key, 'one-session', 'look', { amount: '1' })
    expect(told).toContain('nobody knows how it ended (action.ran)')
    writeFileSync(file('go'), '')
    await cut
    expect(calls() - before).toBe(1)
  })
})

describe('a server over HTTP', () => {
  it('is called with its own secrets, which nobody else sees, and its death in mid-call is told', async () => {
    const remote = upstreamFolder()
    const child = spawn(process.execPath, [remote.script, remote.folder, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = await once(createInterface(child.stdout), 'line')
    const secret = 'crm-secret-8d1f'
    const front = await startGateway({
      ...config,
      servers: {
        crm: { url: `http://127.0.0.1:${port}/mcp`, headers: { authorization: `Bearer ${secret}` }, prefix: '' },
      },
    })
    const { id, key } = await w.agent({ scopes: [everywhere] })
    const client = await oldClient(front.url, key)
    expect(await client.call('look', { recipient: 'there' })).toMatchObject({ isError: false })
    writeFileSync(join(remote.folder, 'die'), '')
    expect(await client.call('look', { recipient: 'gone' })).toMatchObject({ decision: { status: 'unknown' } })
    expect(await client.call('look', { recipient: 'still gone' })).toMatchObject({
      decision: { status: 'failed', code: 'upstream.failed' },
    })
    expect(remote.calls()).toHaveLength(2)
    expect(front.said()).not.toContain(secret)
    const { rows } = await w.db.pool.query(`select body from event where body like '%' || $1 || '%'`, [secret])
    expect(rows).toEqual([])
    expect(id).toMatch(/^agt_/)
  })
})
