import { once } from 'node:events'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { expect, onTestFinished, test } from 'vitest'
import { fetchWithin } from './within'

/** A server that says what it was asked, listening. */
async function echo() {
  const seen = { connections: 0, gone: Promise.withResolvers<void>(), asked: Promise.withResolvers<void>() }
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    let body = ''
    for await (const chunk of request) body += chunk
    if (url === '/never') {
      response.once('close', () => seen.gone.resolve())
      return seen.asked.resolve()
    }
    if (url === '/nothing') return void response.writeHead(204).end()
    const { authorization, host } = headers
    response.setHeader('vary', ['a', 'b'])
    response.writeHead(url === '/wrong' ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ method, url, authorization, host, body }))
  })
  server.on('connection', socket => 'remoteAddress' in socket && socket.remoteAddress && seen.connections++)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  return { server, url, seen, within: fetchWithin(server) }
}

const whole = async (answer: Response) => {
  const { status, headers } = answer
  return { status, body: await answer.text(), type: headers.get('content-type'), vary: headers.get('vary') }
}

test('a server of this process answers as it does over the network, and no socket is opened', async () => {
  const { url, seen, within } = await echo()
  const headers = { authorization: 'Bearer x' }
  for (const [path, init] of [
    ['/one?two=3', { headers }],
    ['/wrong', { method: 'POST', headers, body: '{"text":"Grüße, 日本"}' }],
    ['/nothing', { method: 'POST', body: '{}' }],
  ] as const)
    expect(await whole(await within(url + path, init))).toEqual(await whole(await fetch(url + path, init)))
  const before = seen.connections
  const many = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => (await within(`${url}/${n}`, { method: 'POST', body: `${n}` })).json()),
  )
  expect(many.map(one => [one.url, one.body])).toEqual(many.map((_, n) => [`/${n}`, `${n}`]))
  expect(seen.connections).toBe(before)
})

test('who stops waiting is gone for the server too', async () => {
  const { url, seen, within } = await echo()
  const stop = new AbortController()
  const asking = within(`${url}/never`, { signal: stop.signal })
  await seen.asked.promise
  stop.abort()
  await expect(asking).rejects.toThrow(/abort/i)
  await seen.gone.promise
  await expect(within(`${url}/never`, { signal: stop.signal })).rejects.toThrow(/abort/i)
})

test('who stops waiting is gone for a door too, and one whose answer is there is not', async () => {
  const ended: string[] = []
  const door = getRequestListener(async ({ url, signal }) => {
    const { pathname } = new URL(url)
    signal.addEventListener('abort', () => ended.push(pathname))
    if (pathname === '/waits') await once(signal, 'abort')
    return Response.json({ pathname })
  })
  const server = createServer(door)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const within = fetchWithin(server)
  expect(await (await within('http://here/answers')).json()).toEqual({ pathname: '/answers' })
  const stop = new AbortController()
  const waiting = within('http://here/waits', { signal: stop.signal })
  setImmediate(() => stop.abort())
  await expect(waiting).rejects.toThrow(/abort/i)
  await expect.poll(() => ended).toEqual(['/waits'])
})

test('nothing gathers, and no connection is made', async () => {
  const { server, url, within } = await echo()
  let opened = 0
  server.on('connection', () => opened++)
  const warned: Error[] = []
  const hear = (warning: Error) => warned.push(warning)
  process.on('warning', hear)
  onTestFinished(() => void process.off('warning', hear))
  const { signal } = new AbortController()
  for (let n = 0; n < 30; n++)
    expect((await within(`${url}/${n}`, { method: 'POST', body: `${n}`, signal })).status).toBe(200)
  expect(opened).toBe(0)
  // Node warns of listeners that are never taken off.
  expect(warned).toEqual([])
})

test('an answer that breaks off is an error, as it is over the network', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200)
    response.write('half')
    response.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  await expect(fetchWithin(server)('http://here/')).rejects.toThrow('broken off')
})

test('a server that has ended answers nobody any more', async () => {
  const { server, url, within } = await echo()
  server.close()
  await expect(within(url)).rejects.toThrow('has ended')
})
