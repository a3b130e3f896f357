import type { IncomingMessage } from 'node:http'
import type { Allow } from './address'
import {
  type Destination,
  destinationOf,
  OutgoingRefused,
  type Resolve,
  readOutgoingUrl,
  systemResolve,
} from './destination'
import { patience } from './patience'
import { answered, checkedHeaders, refusalOf, refuseRedirect, requestTo } from './request'

/** One request to a place that people have configured. */
export interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** In all: looking up, connecting, sending, waiting and reading (X05); not what holds this process up meanwhile. */
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
  const stop = new AbortController()
  let enough: () => void = () => undefined
  const late = new Promise<never>((_, reject) => {
    enough = patience(outgoing.milliseconds, () => {
      reject(new OutgoingRefused('timeout', `No answer within ${outgoing.milliseconds} ms.`))
      stop.abort()
    })
  })
  try {
    const work = destinationOf(url, allow, resolve).then(destination =>
      send(destination, outgoing, headers, stop.signal),
    )
    // Whichever loses is heard by nobody: the socket is destroyed by the signal.
    work.catch(() => undefined)
    return await Promise.race([work, late])
  } finally {
    enough()
    stop.abort()
  }
}

async function send(
  destination: Destination,
  outgoing: Outgoing,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  if (signal.aborted) throw new OutgoingRefused('timeout', 'No time was left.')
  const sent = requestTo(destination, outgoing, headers, signal)
  try {
    const response = await answered(sent, outgoing.body)
    refuseRedirect(response.statusCode ?? 0)
    const body = await readUpTo(response, outgoing.maxBytes)
    return { status: response.statusCode ?? 0, headers: plainHeaders(response), body }
  } catch (error) {
    throw refusalOf(error)
  } finally {
    sent.destroy()
  }
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
