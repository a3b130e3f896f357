import { type Action, type Answer, readAnswer } from './answer'
import { Denied, Refused, Unavailable } from './errors'

export type { Action, Answer } from './answer'
export { canonical, digestOf } from './canonical'
export { Denied, Refused, Unavailable } from './errors'

export interface Options {
  /** Where Holdpoint is; HOLDPOINT_URL by default. */
  readonly url?: string
  /** The agent's key; HOLDPOINT_KEY by default. It is never logged and never part of a message. */
  readonly key?: string
  readonly fetch?: typeof fetch
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly random?: () => number
}

export interface GateOptions {
  /** The same key is the same action, for ever: derive it from what you are doing, so that a restart finds the decision. */
  readonly key?: string
  /** How long to go on asking; as long as the hold lives by default. */
  readonly timeoutSeconds?: number
  readonly signal?: AbortSignal
  /** Take the action back when `signal` fires or the time is up. */
  readonly cancelOnAbort?: boolean
  /** Called once when it is held, with the address where people decide. */
  readonly onHeld?: (answer: Answer) => void
}

const waitSeconds = 60
const mostRetryMs = 15_000

const abortable = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })

/** A client of one Holdpoint, for one agent. */
export class Holdpoint {
  private readonly url: string
  private readonly secret: string
  private readonly fetch: typeof fetch
  private readonly sleep: NonNullable<Options['sleep']>
  private readonly now: () => number
  private readonly random: () => number

  constructor(options: Options = {}) {
    this.url = (options.url ?? process.env.HOLDPOINT_URL ?? 'http://localhost:3000').replace(/\/+$/, '')
    this.secret = options.key ?? process.env.HOLDPOINT_KEY ?? ''
    this.fetch = options.fetch ?? fetch
    this.sleep = options.sleep ?? abortable
    this.now = options.now ?? Date.now
    this.random = options.random ?? Math.random
  }

  /**
   * Asks, blocks until it is decided, and only then runs `run` with the arguments that came back, once. Survives restarts
   * and outages by asking again with the same key, and reports how it ended.
   * @returns what `run` returned
   * @throws Denied (not done), Unavailable (not done, the same key may be tried again), Refused (a wrong request), or what `run` threw
   */
  async gate<T>(
    action: Action,
    run: (params: Record<string, unknown>, answer: Answer) => Promise<T> | T,
    options: GateOptions = {},
  ): Promise<T> {
    const key = options.key ?? crypto.randomUUID()
    const answer = await this.decide(action, key, options)
    if (answer.verdict !== 'allow') {
      const next = answer.nextAction === 'retry' || answer.nextAction === 'revise' ? answer.nextAction : 'stop'
      throw new Denied(answer.status, answer.code, answer.reason, next, answer.id)
    }
    if (answer.executeBy !== null && Date.parse(answer.executeBy) <= this.now())
      throw new Unavailable('the time to execute has passed', key)
    let result: T
    try {
      result = await run(answer.params, answer)
    } catch (error) {
      await this.report(answer.id, { status: 'failed', summary: error instanceof Error ? error.name : 'failed' })
      throw error
    }
    await this.report(answer.id, { status: 'succeeded' })
    return result
  }

  /** Submits and waits until it is decided, whatever the verdict. @throws Unavailable, Refused */
  async decide(action: Action, key: string, options: GateOptions = {}): Promise<Answer> {
    const end =
      options.timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : this.now() + options.timeoutSeconds * 1_000
    let id: string | null = null
    let told = false
    for (let failures = 0; ; ) {
      const left = Math.max(0, Math.floor((end - this.now()) / 1_000))
      if (options.signal?.aborted || left === 0) return this.giveUp(id, key, options)
      try {
        const wait = Math.min(waitSeconds, left)
        const headers = { 'idempotency-key': key, prefer: `wait=${wait}` }
        const reply: Reply =
          id === null
            ? await this.call('POST', '/api/v1/actions', action, headers, options.signal)
            : await this.call('GET', `/api/v1/actions/${id}`, undefined, headers, options.signal)
        if (reply.status !== 200 && reply.status !== 202) throw await refusal(reply)
        const answer = await readAnswer(reply.body, action, id)
        if ((reply.status === 200) !== (answer.verdict !== null))
          throw new Error('the HTTP status contradicts the answer')
        if (answer.verdict !== null) return answer
        id = answer.id
        failures = 0
        if (!told) options.onHeld?.(answer)
        told = true
      } catch (error) {
        if (error instanceof Refused) throw error
        if (options.signal?.aborted) return this.giveUp(id, key, options)
        if (error instanceof OddAnswer || !(error instanceof Again)) {
          // Something answered that is not the gate, or not about this: never an allow, and worth a few more tries.
          if (++failures > 3) throw new Unavailable('no answer that can be trusted', key, { cause: error })
        } else failures++
        const pause =
          error instanceof Again && error.seconds !== null
            ? error.seconds * 1_000
            : Math.min(mostRetryMs, 250 * 2 ** failures)
        if (this.now() + pause >= end) return this.giveUp(id, key, options)
        await this.sleep(pause * (0.5 + this.random() / 2), options.signal).catch(() => undefined)
      }
    }
  }

  /** Takes a waiting action back. */
  async cancel(id: string, reason?: string): Promise<void> {
    await this.call('POST', `/api/v1/actions/${id}/cancel`, { reason })
  }

  /** One action as it stands, without waiting. */
  async get(id: string): Promise<Record<string, unknown>> {
    return this.plain('GET', `/api/v1/actions/${id}`, undefined, { prefer: 'wait=0' })
  }

  /** The agent's own actions, newest first. */
  async list(
    filter: { status?: string; session?: string; limit?: number; cursor?: string } = {},
  ): Promise<Record<string, unknown>> {
    const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]))
    return this.plain('GET', `/api/v1/actions${query.size > 0 ? `?${query}` : ''}`)
  }

  /** Who am I: status, containment, scopes, owner. */
  async whoami(): Promise<Record<string, unknown>> {
    return this.plain('GET', '/api/v1/agent')
  }

  /** Reports how an allowed action ended; a few tries, then it is left: the action itself is done either way. */
  async report(
    id: string,
    outcome: { status: 'succeeded' | 'failed' | 'unknown' | 'rolled_back'; summary?: string },
  ): Promise<boolean> {
    for (let attempt = 0; attempt < 4; attempt++) {
      const reply = await this.call('POST', `/api/v1/actions/${id}/outcome`, outcome).catch(() => null)
      if (reply && reply.status < 500 && reply.status !== 429) return reply.status === 200
      await this.sleep(250 * 2 ** attempt).catch(() => undefined)
    }
    return false
  }

  private async giveUp(id: string | null, key: string, options: GateOptions): Promise<never> {
    if (id !== null && options.cancelOnAbort) await this.cancel(id, 'The agent stopped waiting.').catch(() => undefined)
    throw new Unavailable(options.signal?.aborted ? 'stopped waiting' : 'not decided in time', key)
  }

  private async plain(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    const reply = await this.call(method, path, body, headers)
    if (reply.status !== 200 && reply.status !== 202) throw await refusal(reply)
    if (typeof reply.body !== 'object' || reply.body === null) throw new OddAnswer('the answer is no object')
    return Object.fromEntries(Object.entries(reply.body))
  }

  private async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Reply> {
    let response: Response
    try {
      const late = AbortSignal.timeout((waitSeconds + 30) * 1_000)
      response = await this.fetch(this.url + path, {
        method,
        redirect: 'manual',
        signal: signal ? anyOf(signal, late) : late,
        headers: {
          authorization: `Bearer ${this.secret}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      throw new Again('Holdpoint cannot be reached', null, { cause: error })
    }
    const text = await response.text().catch(() => '')
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    if (response.status >= 500 || response.status === 429)
      throw new Again(`HTTP ${response.status}`, Number.isFinite(seconds) ? Math.min(seconds, 60) : null)
    const type = response.headers.get('content-type') ?? ''
    if (!/^application\/(problem\+)?json\b/i.test(type)) throw new OddAnswer(`the answer is ${type || 'of no type'}`)
    try {
      return { status: response.status, body: JSON.parse(text) }
    } catch (error) {
      throw new OddAnswer('the answer is cut or no JSON', { cause: error })
    }
  }
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

/** Nobody answered, or the server asked to come back later: ask again with the same key. */
class Again extends Error {
  constructor(
    message: string,
    readonly seconds: number | null,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** Something answered that is not Holdpoint's gate. */
class OddAnswer extends Error {}

function anyOf(a: AbortSignal, b: AbortSignal): AbortSignal {
  const both = new AbortController()
  for (const one of [a, b]) {
    if (one.aborted) both.abort(one.reason)
    one.addEventListener('abort', () => both.abort(one.reason), { once: true })
  }
  return both.signal
}

async function refusal(reply: Reply): Promise<Refused | OddAnswer> {
  const { body, status } = reply
  if (typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && status >= 400)
    return new Refused(status, String(body.code), String(body.detail))
  return new OddAnswer(`HTTP ${status} without a problem`)
}
