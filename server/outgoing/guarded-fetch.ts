import { type ClientRequest, type IncomingMessage, request as plain, type RequestOptions } from 'node:http'
import { request as secure } from 'node:https'
import { isIP } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Allow } from './address'
import {
  type Destination,
  destinationOf,
  OutgoingRefused,
  type Resolve,
  readOutgoingUrl,
  systemResolve,
} from './destination'

/** One request to a place that people have configured. */
export interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** In all: looking up, connecting, sending, waiting and reading (X05). */
  readonly milliseconds: number
  /** What is read of the answer's body at most; more refuses it. */
  readonly maxBytes: number
}

/** What it answered. */
export interface OutgoingAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/**
 * Sends one request for Holdpoint itself, to an address that people typed in. The host is looked up once, every address of it
 * is checked, and the checked one is connected to (X01, X02); redirects are not followed (X03); whatever cannot be checked is
 * not sent (X04); time and size are bounded (X05); headers cannot carry other headers (X09).
 * @throws OutgoingRefused
 */
export async function guardedFetch(
  outgoing: Outgoing,
  allow: Allow,
  resolve: Resolve = systemResolve,
): Promise<OutgoingAnswer> {
  const headers = checkedHeaders(outgoing.headers ?? {})
  const url = readOutgoingUrl(outgoing.url)
  const end = performance.now() + outgoing.milliseconds
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new OutgoingRefused('timeout', `No answer within ${outgoing.milliseconds} ms.`))
      stop.abort()
    }, end - performance.now())
  })
  try {
    const work = destinationOf(url, allow, resolve).then(destination =>
      send(destination, outgoing, headers, stop.signal),
    )
    // Whichever loses is heard by nobody: the socket is destroyed by the signal.
    work.catch(() => undefined)
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
}

const ours = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
])

/** Header names and values as people configured them: tokens and visible ASCII, none that frame the message. */
function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || !/^[\t -~]{0,4096}$/.test(value))
      throw new OutgoingRefused('header', `The header “${name.slice(0, 40)}” holds what a header cannot.`)
    if (ours.has(name.toLowerCase())) throw new OutgoingRefused('header', `The header ${name} is not yours to set.`)
  }
  return { ...headers }
}

async function send(
  { url, address }: Destination,
  { method, body, maxBytes }: Outgoing,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  if (signal.aborted) throw new OutgoingRefused('timeout', 'No time was left.')
  const tls = url.protocol === 'https:'
  const options: RequestOptions & { servername?: string } = {
    method,
    // An address, never a name: nothing is looked up between the check and the connection.
    host: address,
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    headers: {
      ...headers,
      host: url.host,
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
    // The certificate must be for the host that people typed in. An address has no name to offer.
    ...(tls && !isIP(url.hostname.replace(/[[\]]/g, '')) ? { servername: url.hostname } : {}),
    agent: false,
    setHost: false,
    maxHeaderSize: 16_384,
    signal,
  }
  const sent = tls ? secure(options) : plain(options)
  try {
    const response = await answered(sent, body)
    const status = response.statusCode ?? 0
    if (status >= 300 && status < 400) throw new OutgoingRefused('redirect', 'It redirects, which is not followed.')
    return { status, headers: plainHeaders(response), body: await readUpTo(response, maxBytes) }
  } catch (error) {
    if (error instanceof OutgoingRefused) throw error
    throw new OutgoingRefused('network', 'It could not be reached, or broke off.', { cause: error })
  } finally {
    sent.destroy()
  }
}

function answered(sent: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', resolve)
    sent.end(body)
  })
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

async function readUpTo(response: IncomingMessage, most: number): Promise<Buffer> {
  const tooLarge = () => new OutgoingRefused('too_large', `Its answer is larger than ${most} bytes.`)
  if (Number(response.headers['content-length'] ?? 0) > most) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > most) throw tooLarge()
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
