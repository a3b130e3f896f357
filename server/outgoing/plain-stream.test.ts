import { describe, expect, it } from 'vitest'
import { reasonOf, serve } from '@/server/testing/outgoing'
import { plainStream } from './plain-stream'

const limits = { maxBytes: 1_000, idleMilliseconds: 200 }
const none = { NODE_ENV: 'test' } as const
const ask = plainStream(limits, none)
const asked = { method: 'POST', body: '{"n":1}', headers: { 'x-api-key': 'of the server' } }

describe('how a gateway of its own calls the places that its configuration names', () => {
  it('as they are, over a connection that is kept, with its status, head and body', async () => {
    const { url, server, seen } = await serve((_, response) => response.writeHead(201, { 'x-one': 'yes' }).end('said'))
    let connections = 0
    server.on('connection', () => connections++)
    for (let n = 0; n < 3; n++) {
      const answer = await ask(`${url}/mcp?a=b`, asked)
      expect([answer.status, answer.headers.get('x-one'), await answer.text()]).toEqual([201, 'yes', 'said'])
    }
    expect(seen.map(one => [one.url, one.headers['x-api-key'], one.headers['accept-encoding']])).toEqual(
      Array(3).fill(['/mcp?a=b', 'of the server', 'identity']),
    )
    expect(connections).toBe(1)
  })

  it.each([307, 308])('a %i to another of its own addresses sends the same on, once for each', async status => {
    const { url, seen } = await serve((request, response) => {
      if (request.url === '/mcp/') response.end('there')
      else response.writeHead(status, { location: '/mcp/' }).end()
    })
    expect(await (await ask(`${url}/mcp`, asked)).text()).toBe('there')
    expect(seen.map(one => [one.url, one.headers['x-api-key'], one.headers['content-length']])).toEqual([
      ['/mcp', 'of the server', '7'],
      ['/mcp/', 'of the server', '7'],
    ])
  })

  it('no secret goes to another place, by whatever status it is named, and nobody is sent round for ever', async () => {
    const other = await serve((_, response) => response.end())
    for (const status of [301, 302, 303, 307, 308]) {
      const place = await serve((_, response) => response.writeHead(status, { location: `${other.url}/` }).end())
      expect(await reasonOf(ask(place.url, asked))).toBe('redirect')
    }
    expect(other.seen).toEqual([])
    const round = await serve((_, response) => response.writeHead(308, { location: '/' }).end())
    expect(await reasonOf(ask(round.url, asked))).toBe('redirect')
    expect(round.seen).toHaveLength(4)
  })

  it('what would make another request of it is not followed', async () => {
    const { url, seen } = await serve((_, response) => response.writeHead(303, { location: '/done' }).end())
    expect(await reasonOf(ask(url, asked))).toBe('redirect')
    expect(seen).toHaveLength(1)
    expect((await ask(url, { ...asked, redirect: 'manual' })).status).toBe(303)
  })

  it('what is too large breaks off, what says nothing is given up, and where nobody listens it says so', async () => {
    const large = await serve((_, response) => void response.end('x'.repeat(2_000)))
    expect(await reasonOf((await ask(large.url)).text())).toBe('too_large')
    const silent = await serve(() => undefined)
    expect(await reasonOf(ask(silent.url))).toBe('timeout')
    await expect(ask('http://127.0.0.1:1/')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })

  it('through a proxy where the process is told to use one, and else not', async () => {
    const proxy = await serve((request, response) => response.end(`asked for ${request.url}`))
    const there = await serve((_, response) => response.end('there'))
    const env = { ...none, HTTP_PROXY: proxy.url }
    expect(await (await plainStream(limits, env)(`${there.url}/mcp`)).text()).toBe('there')
    const told = plainStream(limits, { ...env, NODE_USE_ENV_PROXY: '1' })
    expect(await (await told(`${there.url}/mcp`)).text()).toBe(`asked for ${there.url}/mcp`)
  })

  it('what is taken back ends, before its answer and in it', async () => {
    const { url } = await serve((_, response) => void response.writeHead(200).write('begun'))
    const stop = new AbortController()
    const answer = await ask(url, { signal: stop.signal })
    stop.abort()
    await expect(answer.text()).rejects.toThrow(/abort/i)
    await expect(ask(url, { signal: stop.signal })).rejects.toThrow(/abort/i)
  })
})
