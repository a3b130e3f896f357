import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { canonical, Denied, digestOf, Holdpoint, Refused, Unavailable } from './index'

const corpus: {
  action: { tool: string; params: Record<string, unknown> }
  good: Record<string, unknown>
  odd: { name: string; status: number; type: string; body: string }[]
} = JSON.parse(readFileSync(new URL('../../odd-answers.json', import.meta.url), 'utf8'))
const vectors: { params: Record<string, unknown>; canonical: string; digest: string }[] = JSON.parse(
  readFileSync(new URL('../../vectors.json', import.meta.url), 'utf8'),
)
const { action } = corpus
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

interface Seen {
  readonly method: string
  readonly path: string
  readonly key: string | undefined
}

/** A loopback server that answers as told, and a client of it that never really sleeps. */
async function against(answer: (request: IncomingMessage, response: ServerResponse, n: number) => void) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    seen.push({
      method: request.method ?? '',
      path: request.url ?? '',
      key: request.headers['idempotency-key']?.toString(),
    })
    request.resume()
    request.on('end', () => answer(request, response, seen.length))
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    seen,
    client: new Holdpoint({ url: `http://127.0.0.1:${port}`, key: 'hp_test', sleep: async () => undefined }),
  }
}

const digest = await digestOf(action)
const fill = (text: string) => text.replaceAll('{{digest}}', digest).replaceAll('{{DIGEST}}', digest.toUpperCase())
const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(fill(typeof body === 'string' ? body : JSON.stringify(body)))
}
const held = { ...corpus.good, status: 'held', decision: null, next_action: 'wait', execute_by: null }
const denied = {
  ...corpus.good,
  status: 'rejected',
  next_action: 'revise',
  execute_by: null,
  decision: { verdict: 'deny', by: 'human', code: 'hold.rejected', reason: 'not this one' },
}

describe('gate', () => {
  it('runs once with the arguments that came back, and reports', async () => {
    const { client, seen } = await against((_, response) => send(response, 200, corpus.good))
    const runs: unknown[] = []
    expect(await client.gate(action, params => runs.push(params))).toBe(1)
    expect(runs).toEqual([action.params])
    expect(seen.map(one => one.path)).toEqual(['/api/v1/actions', `/api/v1/actions/${corpus.good.id}/outcome`])
  })

  it(`G21 runs on none of ${corpus.odd.length} odd answers`, async () => {
    expect(corpus.odd.length).toBeGreaterThanOrEqual(200)
    for (const odd of corpus.odd) {
      const { client } = await against((_, response) => {
        response.writeHead(odd.status, odd.type ? { 'content-type': odd.type, location: '/elsewhere' } : {})
        response.end(odd.status === 204 ? undefined : fill(odd.body))
      })
      let ran = false
      const outcome = await client
        .gate(
          action,
          () => {
            ran = true
          },
          { timeoutSeconds: 5 },
        )
        .then(
          () => 'ran',
          (error: unknown) => error,
        )
      expect({ odd: odd.name, ran }).toEqual({ odd: odd.name, ran: false })
      expect(outcome instanceof Unavailable || outcome instanceof Denied || outcome instanceof Refused, odd.name).toBe(
        true,
      )
    }
  })

  it('G07 G22 asks again with the same key through outages, and finds its decision', async () => {
    const { client, seen } = await against((request, response, n) => {
      if (n === 1) request.socket.destroy()
      else if (n === 2) send(response, 503, {}, { 'retry-after': '1' })
      else if (n === 3) send(response, 202, held)
      else if (n === 4) request.socket.destroy()
      else send(response, 200, corpus.good)
    })
    await client.gate(action, () => undefined, { key: 'bill-1' })
    const asked = seen.slice(0, 5)
    expect(new Set(asked.map(one => one.key))).toEqual(new Set(['bill-1']))
    expect(asked.map(one => one.method)).toEqual(['POST', 'POST', 'POST', 'GET', 'GET'])
  })

  it('ends in Denied with one safe text for the model', async () => {
    const { client } = await against((_, response) => send(response, 200, denied))
    const error = await client.gate(action, () => 'ran').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(Denied)
    expect(error).toMatchObject({
      code: 'hold.rejected',
      nextAction: 'revise',
      forModel: expect.stringContaining('not this one'),
    })
  })

  it('does not run after the second clock', async () => {
    const { client } = await against((_, response) =>
      send(response, 200, { ...corpus.good, execute_by: '2001-01-01T00:00:00.000Z' }),
    )
    await expect(client.gate(action, () => 'ran')).rejects.toBeInstanceOf(Unavailable)
  })

  it('reports a failure and throws what the run threw', async () => {
    const { client, seen } = await against((_, response) => send(response, 200, corpus.good))
    await expect(client.gate(action, () => Promise.reject(new RangeError('bank')))).rejects.toBeInstanceOf(RangeError)
    expect(seen).toHaveLength(2)
  })

  it('stops waiting when told to, and takes the action back if asked', async () => {
    const stop = new AbortController()
    const { client, seen } = await against((_, response, n) => {
      send(response, 202, held)
      if (n === 2) stop.abort()
    })
    await expect(client.gate(action, () => 'ran', { signal: stop.signal, cancelOnAbort: true })).rejects.toBeInstanceOf(
      Unavailable,
    )
    expect(seen.at(-1)?.path).toMatch(/\/cancel$/)
  })

  it.each(vectors)(
    'P10 writes and hashes $canonical as the server does',
    async ({ params, canonical: text, digest: hash }) => {
      expect(canonical(params)).toBe(text)
      expect(await digestOf({ tool: 't', params })).toBe(hash)
    },
  )
})
