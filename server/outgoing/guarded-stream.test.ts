import { createServer as createSecure } from 'node:https'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { atEnd } from '@/server/testing/at-end'
import { answering, reasonOf, serve } from '@/server/testing/outgoing'
import { selfSigned } from '@/server/testing/self-signed'
import { readAllow } from './address'
import { guardedStream } from './guarded-stream'

const limits = { maxBytes: 1_000, idleMilliseconds: 200 }
const loopback = guardedStream(readAllow(['127.0.0.1']), limits)
const outside = guardedStream(readAllow([]), limits)

describe('where a client of a protocol that Holdpoint is may go', () => {
  it('X01, X02: not inside, neither by address nor by a name that leads there', async () => {
    for (const url of ['https://169.254.169.254/mcp', 'https://[::ffff:10.0.0.1]/', 'https://127.0.0.1/'])
      expect(await reasonOf(outside(url))).toBe('address')
    const named = guardedStream(readAllow([]), limits, answering('93.184.215.14', '10.0.0.1'))
    expect(await reasonOf(named('https://mcp.example/'))).toBe('address')
  })

  it.each([301, 302, 307, 308])('X03: a %i is not followed', async status => {
    const { url, seen } = await serve((_, response) => response.writeHead(status, { location: '/elsewhere' }).end())
    expect(await reasonOf(loopback(url))).toBe('redirect')
    expect(seen).toHaveLength(1)
  })

  it('X05: what is too large breaks off, and what says nothing is given up', async () => {
    const large = await serve((_, response) => void response.end('x'.repeat(2_000)))
    expect(await reasonOf((await loopback(large.url)).text())).toBe('too_large')
    const silent = await serve(() => undefined)
    expect(await reasonOf(loopback(silent.url))).toBe('timeout')
  })

  it('X09: a header of our own framing is refused before anything is sent', async () => {
    const { url, seen } = await serve((_, response) => response.end())
    expect(await reasonOf(loopback(url, { headers: { connection: 'upgrade' } }))).toBe('header')
    expect(seen).toEqual([])
  })

  it('an answer arrives as it is sent, piece by piece, with its head', async () => {
    let more: () => void = () => undefined
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-one': 'yes' })
      response.write('data: 1\n\n')
      more = () => response.end('data: 2\n\n')
    })
    const answer = await loopback(url, { method: 'POST', body: '{}' })
    expect([answer.status, answer.headers.get('x-one')]).toEqual([200, 'yes'])
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('data: 1\n\n')
    more()
    expect((await reader?.read())?.value).toBe('data: 2\n\n')
    expect((await reader?.read())?.done).toBe(true)
  })

  it('a connection is kept for the next request, in which silence is given up as in the first', async () => {
    const { url, server } = await serve((request, response) => void (request.url === '/' && response.end('said')))
    let connections = 0
    server.on('connection', () => connections++)
    const client = guardedStream(readAllow(['127.0.0.1']), limits)
    for (let n = 0; n < 3; n++) expect(await (await client(url, { method: 'POST', body: '{}' })).text()).toBe('said')
    expect(await reasonOf(client(`${url}/silent`))).toBe('timeout')
    expect(connections).toBe(1)
    expect(await (await client(url)).text()).toBe('said')
    expect(connections).toBe(2)
  })

  it('a place that greets late has the request’s own time for it, not what an idle connection is kept', async () => {
    const secure = createSecure(selfSigned)
    // Twice as late as a connection is kept, and more: Node counts a new connection's silence from its second timer on.
    const late = createServer(socket => void setTimeout(() => secure.emit('connection', socket), 2_500))
    await new Promise<void>(listening => late.listen(0, '127.0.0.1', listening))
    atEnd(() => late.close())
    const at = late.address()
    const patient = guardedStream(readAllow(['127.0.0.1']), { ...limits, idleMilliseconds: 20_000 })
    // It was waited for: what ends it is the certificate, which nobody believes.
    const url = `https://127.0.0.1:${typeof at === 'object' ? at?.port : 0}/`
    await expect(patient(url)).rejects.toThrow(/certificate/i)
    expect(await reasonOf(loopback(url))).toBe('timeout')
  })

  it('X02: a kept connection serves no other address: each request is looked up, checked, and goes where that says', async () => {
    const { port, server } = await serve((request, response) => response.end(request.socket.localAddress))
    await new Promise<void>(closed => server.close(() => closed()))
    await new Promise<void>(listening => server.listen(port, '0.0.0.0', listening))
    let leads = '127.0.0.1'
    const client = guardedStream(readAllow(['127.0.0.0/8']), limits, host => answering(leads)(host))
    const text = async () => (await client(`http://place.example:${port}/`)).text()
    expect(await text()).toBe('127.0.0.1')
    leads = '127.0.0.2'
    expect(await text()).toBe('127.0.0.2')
    leads = '169.254.169.254'
    expect(await reasonOf(text())).toBe('address')
  })

  it('a request that is taken back ends, before its answer and in it', async () => {
    const { url, server } = await serve((_, response) => void response.writeHead(200).write('begun'))
    const stop = new AbortController()
    const answer = await loopback(url, { signal: stop.signal })
    stop.abort()
    await expect(answer.text()).rejects.toThrow()
    await expect(loopback(url, { signal: stop.signal })).rejects.toThrow(/abort/i)
    server.closeAllConnections()
  })
})
