import { Agent, request, type Server } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { answered } from '@/server/outgoing/request'
import { wanted } from '@/server/outgoing/stream'

/** Connections to a server of this process, kept for the next request. They are no sockets of the system's, with which it has more to do. */
class Within extends Agent {
  constructor(private readonly server: Server) {
    super({ keepAlive: true })
  }
  override createConnection(): Duplex {
    const [near, far] = duplexPair()
    // Any duplex may be handed to a server as one of its connections (Node, http.Server, Event: 'connection').
    this.server.emit('connection', far)
    // What an agent asks of a socket that it takes up again: nothing of the system's has to be held open for it.
    return Object.assign(near, { ref: () => near })
  }
  override keepSocketAlive(): boolean {
    return true
  }
}

/**
 * `fetch` to a server of this process. It is asked as by anybody, by whole requests over a connection, and answers as it would
 * anybody: only the network between is left out, which on a gate's way costs more than what is said over it. Texts alone are sent.
 * @throws Error by the promise, as for a server that is gone, once it listens no more
 */
export function fetchWithin(server: Server): typeof fetch {
  const agent = new Within(server)
  return async (input, init) => {
    if (!server.listening) throw new Error('the server of this process has ended')
    const { url, method, headers: sentHeaders, body, signal } = wanted(input, init)
    const { host, pathname, search } = new URL(url)
    const sent = request({
      method,
      path: pathname + search,
      headers: { host, ...sentHeaders, ...(body ? { 'content-length': String(Buffer.byteLength(body)) } : {}) },
      ...(signal ? { signal } : {}),
      agent,
    })
    const head = await answered(sent, body)
    const answer = await text(head)
    const headers = Object.entries(head.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    )
    return new Response(head.statusCode === 204 ? null : answer, { status: head.statusCode ?? 0, headers })
  }
}
