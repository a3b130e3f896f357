import { Refused } from './errors.ts'

/** One reply that was JSON and came whole, or the one word that it was done: then its body is null. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  /** Seconds, from Retry-After; null when it was not sent. */
  readonly retryAfter: number | null
  /** The server's clock in milliseconds, from the Date header. */
  readonly date: number | null
  /** Preference-Applied (RFC 7240), as it was sent; null when it was not. */
  readonly applied: string | null
}

/** The preference of who wants no answer but that it was done (RFC 7240). */
export const minimal = 'return=minimal'

export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** JSON, already written. */
  readonly body?: string
  readonly headers?: Record<string, string>
  /** Given up after this long. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

/** Nobody answered, or the server asked to come back later: ask again with the same key. */
export class Again extends Error {
  readonly seconds: number | null

  constructor(message: string, seconds: number | null, options?: { cause?: unknown }) {
    super(message, options)
    this.seconds = seconds
  }
}

/** Something answered that is not the gate, or not about this. */
export class OddAnswer extends Error {}

const longestRetryAfter = 60
const busy = (status: number) => status >= 500 || status === 429 || status === 408

function secondsOf(header: string | null): number | null {
  const seconds = header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null
  return seconds === null ? null : Math.min(seconds, longestRetryAfter)
}

/** The way to one Holdpoint. The key is in a private field: nothing that prints an object shows it. */
export class Connection {
  readonly #url: string
  readonly #key: string
  readonly #fetch: typeof fetch

  /** @throws TypeError for an address or a key that cannot be one; never with the key in it */
  constructor(url: string, key: string, fetch: typeof globalThis.fetch) {
    const parsed = new URL(url)
    if (!/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password || parsed.search || parsed.hash)
      throw new TypeError('the address of Holdpoint is http(s)://host[:port][/path]')
    if (!/^[!-~]+$/.test(key)) throw new TypeError('no agent key: set HOLDPOINT_KEY or give `key`')
    this.#url = parsed.href.replace(/\/+$/, '')
    this.#key = key
    this.#fetch = fetch
  }

  /** Sends once. @throws Again, OddAnswer, or Refused for a problem */
  async call(request: Request): Promise<Reply> {
    const ended = new AbortController()
    const end = () => ended.abort()
    const timer = setTimeout(end, request.seconds * 1_000)
    request.signal?.addEventListener('abort', end, { once: true })
    if (request.signal?.aborted) end()
    try {
      return await this.#exchange(request, ended.signal)
    } finally {
      clearTimeout(timer)
      request.signal?.removeEventListener('abort', end)
    }
  }

  async #exchange({ method, path, body, headers }: Request, signal: AbortSignal): Promise<Reply> {
    const fetch = this.#fetch
    let response: Response
    let text: string
    try {
      response = await fetch(this.#url + path, {
        method,
        redirect: 'manual',
        cache: 'no-store',
        credentials: 'omit',
        signal,
        headers: {
          authorization: `Bearer ${this.#key}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      })
      text = await response.text()
    } catch {
      // No cause: what fetch throws may quote a header.
      throw new Again('Holdpoint cannot be reached', null)
    }
    const retryAfter = secondsOf(response.headers.get('retry-after'))
    if (busy(response.status)) throw new Again(`HTTP ${response.status}`, retryAfter)
    const applied = response.headers.get('preference-applied')
    const date = Date.parse(response.headers.get('date') ?? '')
    const reply = { status: response.status, retryAfter, date: Number.isNaN(date) ? null : date, applied }
    return { ...reply, body: applied === minimal && response.status === 204 ? null : readJson(response, text) }
  }
}

function readJson(response: Response, text: string): unknown {
  const type = response.headers.get('content-type') ?? ''
  const wanted = response.status < 400 ? /^application\/json *(;|$)/i : /^application\/problem\+json *(;|$)/i
  if (!wanted.test(type)) throw new OddAnswer(`HTTP ${response.status} of type ${type.slice(0, 60) || 'none'}`)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new OddAnswer('the answer is cut or no JSON')
  }
  if (response.status >= 400) throw problem(response.status, body)
  return body
}

function problem(status: number, body: unknown): Refused | OddAnswer {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string')
    return new Refused(status, body.code, 'detail' in body && typeof body.detail === 'string' ? body.detail : '')
  return new OddAnswer(`HTTP ${status} without a problem`)
}
