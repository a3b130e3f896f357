import {
  IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type Server,
  ServerResponse,
} from 'node:http'
import { Socket } from 'node:net'
import { type Wanted, wanted } from '@/server/outgoing/stream'

/** Where requests of this process come from: from no address, and nothing is sent there. */
const nowhere = new Socket()

/** What is asked, as a server reads it of a connection. */
function incomingOf({ url, method, headers, body }: Wanted): IncomingMessage {
  const { host, pathname, search } = new URL(url)
  const sent = {
    host,
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
  const incoming = new IncomingMessage(nowhere)
  incoming.httpVersion = '1.1'
  incoming.method = method
  incoming.url = pathname + search
  incoming.headers = sent
  incoming.headersDistinct = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]]))
  incoming.rawHeaders = Object.entries(sent).flat()
  if (body !== undefined && body !== '') incoming.push(body, 'utf8')
  incoming.push(null)
  incoming.complete = true
  return incoming
}

/** What a server answers, kept instead of being sent: whole, once it has ended. */
class Kept extends ServerResponse {
  readonly #chunks: (string | Uint8Array)[] = []
  #head: OutgoingHttpHeaders | null = null
  #ended = false
  #finished = false

  constructor(
    incoming: IncomingMessage,
    private readonly ended: (answer: Response) => void,
    private readonly broken: (error: Error) => void,
  ) {
    super(incoming)
    // Node's own follow what has gone to a connection.
    Object.defineProperties(this, {
      headersSent: { get: () => this.#head !== null },
      writableEnded: { get: () => this.#ended },
      writableFinished: { get: () => this.#finished },
    })
  }
  override writeHead(
    status: number,
    ...more: (string | OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined)[]
  ): this {
    this.statusCode = status
    const given = more.at(-1)
    this.#head = { ...this.getHeaders(), ...(typeof given === 'object' && !Array.isArray(given) ? given : {}) }
    return this
  }
  override write(chunk: unknown): boolean {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) this.#chunks.push(chunk)
    return true
  }
  override end(chunk?: unknown): this {
    if (this.#ended) return this
    this.write(chunk)
    this.#ended = true
    const head = Object.entries(this.#head ?? this.getHeaders())
    const headers = head.flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)]))
    const body = Buffer.concat(this.#chunks.map(one => Buffer.from(one)))
    this.ended(new Response(this.statusCode === 204 ? null : body, { status: this.statusCode, headers }))
    this.#finished = true
    this.emit('finish')
    this.emit('close')
    return this
  }
  /** Whoever asked has gone, or whoever answers has given up. */
  override destroy(): this {
    if (this.#ended) return this
    this.#ended = true
    this.broken(new Error('the answer has broken off'))
    this.emit('close')
    return this
  }
}

/**
 * `fetch` to a server of this process. It is asked as by anybody, and answers as it would anybody: only the connection between is
 * left out, which on a gate's way costs more than what is said over it. Texts alone are sent, and answers are whole.
 * @throws Error by the promise, as for a server that is gone, once it listens no more
 */
export function fetchWithin(server: Server): typeof fetch {
  return async (input, init) => {
    if (!server.listening) throw new Error('the server of this process has ended')
    const asked = wanted(input, init)
    const { signal } = asked
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const incoming = incomingOf(asked)
    const outgoing = new Kept(incoming, resolve, reject)
    const gone = () => {
      reject(signal?.reason)
      outgoing.destroy()
    }
    signal?.addEventListener('abort', gone, { once: true })
    server.emit('request', incoming, outgoing)
    return promise.finally(() => signal?.removeEventListener('abort', gone))
  }
}
