import { describe, expect, it } from 'vitest'
import { action, against, denied, good, held, id, listen, outcomeOf, send } from '../testing/loopback.ts'
import { Denied, Holdpoint, Unavailable } from './index.ts'

describe('waiting', () => {
  it('G07 G22 asks again with the same key through outages, and finds its decision', async () => {
    const { client, seen } = await against((response, n) => {
      if (n === 1 || n === 5) response.destroy()
      else if (n === 2) send(response, 503, '<html>gone</html>', { 'retry-after': '1', 'content-type': 'text/html' })
      else if (n === 3) send(response, 429, {}, { 'retry-after': '2' })
      else if (n === 4) send(response, 202, held)
      else if (n === 6) response.writeHead(200, { 'content-length': '900' }).write('{"id":', () => response.destroy())
      else send(response, 200, good)
    })
    let runs = 0
    await client.gate(action, () => runs++, { key: 'bill-1' })
    const asked = seen.slice(0, 7)
    expect(runs).toBe(1)
    expect(new Set(asked.map(one => one.key))).toEqual(new Set(['bill-1']))
    expect(asked.map(one => one.method)).toEqual(['POST', 'POST', 'POST', 'POST', 'GET', 'GET', 'GET'])
    expect(asked.every(one => one.prefer === 'wait=60')).toBe(true)
  })

  it('G22 finds its decision after the server was killed and came back, and so does a new process with the key', async () => {
    const seen: Parameters<typeof listen>[1] = []
    const first = await listen(() => undefined, seen)
    let restarts = 0
    const make = () =>
      new Holdpoint({
        url: `http://127.0.0.1:${first.port}`,
        key: 'hp_test',
        sleep: async () => {
          if (restarts++ === 2)
            await listen((response, n) => send(response, n < 3 ? 202 : 200, n < 3 ? held : good), seen, first.port)
        },
      })
    const waiting = make().gate(action, () => 'done', { key: 'bill-1' })
    await expect.poll(() => seen.length).toBe(1)
    first.server.closeAllConnections()
    first.server.close()
    expect(await waiting).toBe('done')
    expect(await make().decide(action, 'bill-1')).toMatchObject({ verdict: 'allow' })
    expect(new Set(seen.filter(one => one.key).map(one => one.key))).toEqual(new Set(['bill-1']))
  })

  it('never asks before Retry-After, and doubles its own pauses up to fifteen seconds', async () => {
    const { client, slept } = await against((response, n) => {
      if (n === 1) send(response, 503, {}, { 'retry-after': '7' })
      else if (n < 12) response.destroy()
      else send(response, 200, good)
    })
    await client.gate(action, () => 'done')
    expect(slept[0]).toBeGreaterThanOrEqual(7_000)
    const own = slept.slice(1)
    expect(own.every((pause, at) => at === 0 || pause >= (own[at - 1] ?? 0))).toBe(true)
    expect(Math.max(...own)).toBeLessThanOrEqual(15_000)
  })

  it('does not spin when it is sent away early, as by a server that stops or has too many waiters', async () => {
    const { client, seen, slept } = await against((response, n) =>
      n < 5 ? send(response, 202, held, { 'retry-after': '1' }) : send(response, 200, denied),
    )
    expect(await outcomeOf(client.gate(action, () => 'ran'))).toBeInstanceOf(Denied)
    expect(seen).toHaveLength(5)
    expect(slept).toHaveLength(4)
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(1_000)
  })

  it('asks again at once when it was held for as long as it had asked', async () => {
    const told = await against((response, n) => {
      told.pass(60_000)
      send(response, n < 4 ? 202 : 200, n < 4 ? held : good)
    })
    await told.client.gate(action, () => 'done')
    expect(told.slept).toEqual([])
  })

  it('ends after the caller’s time in Unavailable with the key, having waited no longer', async () => {
    const told = await against(response => {
      told.pass(60_000)
      send(response, 202, held)
    })
    const error = await outcomeOf(told.client.gate(action, () => 'ran', { key: 'k', timeoutSeconds: 90 }))
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ key: 'k', message: 'not decided in time' })
    expect(told.seen.map(one => one.prefer)).toEqual(['wait=60', 'wait=30'])
  })

  it('outages end with the caller’s time too', async () => {
    const { client, slept } = await against(response => response.destroy())
    const error = await outcomeOf(client.gate(action, () => 'ran', { timeoutSeconds: 60 }))
    expect(error).toBeInstanceOf(Unavailable)
    expect(slept.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(60_000)
  })

  it('tells of the hold at once, and once', async () => {
    const { client, seen } = await against((response, n) => send(response, n < 3 ? 202 : 200, n < 3 ? held : good))
    const told: (string | null)[] = []
    await client.gate(action, () => 'done', { onHeld: answer => told.push(answer.holdUrl) })
    expect(told).toEqual(['http://localhost/approvals/hld_1'])
    expect(seen.slice(0, 2).map(one => one.prefer)).toEqual(['wait=0', 'wait=60'])
  })

  it('stops in the middle of a call when told to, and takes the action back if asked', async () => {
    const stop = new AbortController()
    const { client, seen } = await against((response, n, one) => {
      if (n === 1) send(response, 202, held)
      else if (n === 2) stop.abort()
      else send(response, 200, one.path.endsWith('/cancel') ? denied : held)
    })
    const given = client.gate(action, () => 'ran', { signal: stop.signal, cancelOnAbort: true })
    expect(await outcomeOf(given)).toBeInstanceOf(Unavailable)
    expect(seen.at(-1)?.path).toBe(`/api/v1/actions/${id}/cancel`)
  })

  it('takes back what it never heard of, by asking with the same key', async () => {
    const stop = new AbortController()
    const { client, seen } = await against((response, n) => {
      if (n === 1) stop.abort()
      else send(response, n === 2 ? 202 : 200, n === 2 ? held : denied)
    })
    await outcomeOf(client.gate(action, () => 'ran', { key: 'k', signal: stop.signal, cancelOnAbort: true }))
    expect(seen.map(one => one.path)).toEqual(['/api/v1/actions', '/api/v1/actions', `/api/v1/actions/${id}/cancel`])
    expect(seen.slice(0, 2).map(one => one.key)).toEqual(['k', 'k'])
  })

  it('runs nothing once it was stopped, even if it was allowed meanwhile', async () => {
    const stop = new AbortController()
    const { client, seen } = await against(response => {
      stop.abort()
      send(response, 200, good)
    })
    expect(await outcomeOf(client.gate(action, () => 'ran', { signal: stop.signal }))).toBeInstanceOf(Unavailable)
    expect(await outcomeOf(client.gate(action, () => 'ran', { signal: stop.signal }))).toBeInstanceOf(Unavailable)
    expect(seen).toHaveLength(1)
  })
})
