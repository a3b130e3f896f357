import { request, type Server } from 'node:http'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { answered } from '@/server/outgoing/request'

/**
 * `fetch` to a server of this process. It is asked as by anybody, by whole requests over a connection, and answers as it would
 * anybody: only the network between is left out, which on a gate's way costs more than what is said over it. Texts alone are sent.
 * @throws Error by the promise, as for a server that is gone, once it listens no more
 */
export function fetchWithin(server: Server): typeof fetch {
  return async (input, init = {}) => {
    if (!server.listening) throw new Error('the server of this process has ended')
    const { method = 'GET', body, signal } = init
    if (input instanceof Request || (body !== undefined && body !== null && typeof body !== 'string'))
      throw new TypeError('an address is asked, and texts alone are sent')
    const { host, pathname, search } = new URL(input)
    const sent = request({
      method,
      path: pathname + search,
      headers: {
        host,
        ...Object.fromEntries(new Headers(init.headers)),
        ...(body ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
      },
      ...(signal ? { signal } : {}),
      createConnection() {
        const [near, far] = duplexPair()
        // Any duplex may be handed to a server as one of its connections (Node, http.Server, Event: 'connection').
        server.emit('connection', far)
        return near
      },
    })
    const head = await answered(sent, body ?? undefined)
    const answer = await text(head)
    const headers = Object.entries(head.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    )
    return new Response(head.statusCode === 204 ? null : answer, { status: head.statusCode ?? 0, headers })
  }
}
