import { Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { Allow } from './address'
import { destinationOf, OutgoingRefused, type Resolve, readOutgoingUrl, systemResolve } from './destination'
import { checkedHeaders, headOf, refusalOf, requestTo } from './request'

/** How much one answer may be, and how long a place may say nothing. */
export interface StreamLimits {
  readonly maxBytes: number
  readonly idleMilliseconds: number
}

/**
 * How long a connection is kept for the next request, in milliseconds; less where its server says so. Whoever opens one anew for
 * each call greets each time, and by TLS that takes longer than most calls. It is short, since a call that is sent while its server
 * closes an idle connection ends unknown.
 */
const keptMs = 1_000

/** `fetch`, as far as clients of protocols use it: texts are sent, and answers are streams. */
export type GuardedStream = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * `fetch` for a client that speaks a protocol to a place that people typed in. Each request is checked as `guardedFetch` checks
 * its own: looked up once, connected to the checked address, no redirect followed, bounded in size and in silence (X01–X05). What
 * is kept for the next is a connection to that address, by TLS for that name.
 * @throws OutgoingRefused by the promise; a stream that grows too large or falls silent breaks off
 */
export function guardedStream(allow: Allow, limits: StreamLimits, resolve: Resolve = systemResolve): GuardedStream {
  const keep = { keepAlive: true, timeout: keptMs, scheduling: 'lifo' } as const
  const kept = {
    plain: new Agent(keep),
    // Every connection's certificate is looked at: a session that is resumed would be trusted by what it was.
    secure: new SecureAgent({ ...keep, maxCachedSessions: 0 }),
    silence: limits.idleMilliseconds,
  }
  return async (given, init = {}) => {
    const { method = 'GET', body } = init
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new OutgoingRefused('url', 'Only texts are sent.')
    const headers = checkedHeaders(Object.fromEntries(new Headers(init.headers)))
    const destination = await destinationOf(readOutgoingUrl(String(given)), allow, resolve)
    const signal = init.signal ?? new AbortController().signal
    signal.throwIfAborted()
    const text = typeof body === 'string' ? body : undefined
    const sent = requestTo(destination, { method, body: text }, headers, signal, kept)
    sent.once('timeout', () => sent.destroy(new OutgoingRefused('timeout', 'It has said nothing for too long.')))
    try {
      const response = await headOf(sent, text)
      const status = response.statusCode ?? 0
      const head = new Headers()
      for (const [name, value] of Object.entries(response.headersDistinct))
        for (const one of value ?? []) head.append(name, one)
      if (status === 204 || status === 205) {
        response.resume()
        return new Response(null, { status, headers: head })
      }
      return new Response(streamed(response, sent, limits.maxBytes), { status, headers: head })
    } catch (error) {
      sent.destroy()
      signal.throwIfAborted()
      throw refusalOf(error)
    }
  }
}

/** An answer's body, read as fast as it is asked for, and no further than `most`. */
function streamed(response: IncomingMessage, sent: ClientRequest, most: number): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  let size = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done) return controller.close()
      size += next.value.length
      if (size > most) {
        sent.destroy()
        throw new OutgoingRefused('too_large', `Its answer is larger than ${most} bytes.`)
      }
      controller.enqueue(new Uint8Array(next.value))
    },
    cancel: () => void sent.destroy(),
  })
}
