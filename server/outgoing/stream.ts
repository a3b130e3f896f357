import type { IncomingMessage } from 'node:http'
import type { Destination } from './destination'
import { OutgoingRefused } from './destination'
import { answered, type KeptConnections, refusalOf, requestTo } from './request'

/** How much one answer may be, and how long a place may say nothing. */
export interface StreamLimits {
  readonly maxBytes: number
  readonly idleMilliseconds: number
}

/** `fetch`, as far as clients of protocols use it: texts are sent, and answers are streams. */
export type StreamFetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What is asked, once it is known that it can be. */
export interface Wanted {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
  readonly signal: AbortSignal | undefined
}

/** @throws OutgoingRefused url: by this way only texts are sent, to addresses */
export function wanted(url: string | URL | Request, init: RequestInit = {}): Wanted {
  const { method = 'GET', body, signal } = init
  if (url instanceof Request || (body !== undefined && body !== null && typeof body !== 'string'))
    throw new OutgoingRefused('url', 'Only texts are sent, to addresses.')
  return {
    url: String(url),
    method,
    headers: Object.fromEntries(new Headers(init.headers)),
    body: body ?? undefined,
    signal: signal ?? undefined,
  }
}

/**
 * Sends one request, and answers what came, whatever that is, once its head is there; the body comes as it is read.
 * @throws OutgoingRefused network, timeout; whatever `signal` says. A stream that grows too large or falls silent breaks off
 */
export async function send(
  destination: Destination,
  { method, headers, body, signal }: Wanted,
  kept: KeptConnections,
  maxBytes: number,
): Promise<Response> {
  signal?.throwIfAborted()
  const sent = requestTo(destination, { method, body }, headers, signal, kept)
  sent.once('timeout', () => sent.destroy(new OutgoingRefused('timeout', 'It has said nothing for too long.')))
  try {
    const response = await answered(sent, body)
    const status = response.statusCode ?? 0
    const head = new Headers()
    for (const [name, values] of Object.entries(response.headersDistinct))
      for (const one of values ?? []) head.append(name, one)
    if (status === 204 || status === 205 || status === 304) {
      response.resume()
      return new Response(null, { status, headers: head })
    }
    return new Response(streamed(response, maxBytes), { status, headers: head })
  } catch (error) {
    sent.destroy()
    signal?.throwIfAborted()
    throw refusalOf(error)
  }
}

/** An answer's body, read as fast as it is asked for, and no further than `most`. */
function streamed(response: IncomingMessage, most: number): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  let size = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done) return controller.close()
      size += next.value.length
      if (size > most) {
        response.destroy()
        throw new OutgoingRefused('too_large', `Its answer is larger than ${most} bytes.`)
      }
      controller.enqueue(new Uint8Array(next.value))
    },
    cancel: () => void response.destroy(),
  })
}
