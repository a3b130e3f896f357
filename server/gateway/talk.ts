import {
  type ClientCapabilities,
  type InputRequests,
  type InputResponses,
  type LoggingLevel,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/client'
import { type Bucket, take } from '@/lib/gate/bucket'

/** How far a call has come, by its server. */
export interface Progressed {
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** What a client can be asked while a call of it runs. */
export type Askable = Pick<ClientCapabilities, 'elicitation' | 'sampling' | 'roots'>

/** What a server may say and ask while one request of a client runs. */
export interface Talk {
  /** Whose it is: one agent's, in one session. A server that cannot tell calls apart is given a connection for each. */
  readonly run: string
  readonly can: Askable
  /** Fires when the client takes its call back; the reason is a text for the server. Not when it has only gone. */
  readonly back: AbortSignal
  /** Which of the server's log the client wants with it; null: none was named. */
  readonly level: LoggingLevel | null
  /** Asks the client. @throws ProtocolError when it cannot be asked, or does not answer in time */
  ask(requests: InputRequests): Promise<InputResponses>
  readonly progress: ((made: Progressed) => void) | null
  log(params: { level: LoggingLevel; data?: unknown; logger?: string | undefined }): void
}

/** A time that stands still while somebody else is waited for. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly passed: () => boolean
  /** From now on at most this much is left. */
  cut(ms: number): void
  /** Stops it until the work has ended. */
  without<T>(work: Promise<T>): Promise<T>
  end(): void
}

export function deadline(ms: number): Deadline {
  const controller = new AbortController()
  let left = ms
  let since = performance.now()
  let waiting = 0
  const begin = () => {
    since = performance.now()
    return setTimeout(() => controller.abort(), Math.max(0, left))
  }
  let timer = begin()
  const stop = () => {
    clearTimeout(timer)
    left -= performance.now() - since
  }
  return {
    signal: controller.signal,
    passed: () => controller.signal.aborted,
    cut(most) {
      if (waiting === 0) stop()
      left = Math.min(left, most)
      if (waiting === 0) timer = begin()
    },
    async without(work) {
      if (waiting++ === 0) stop()
      try {
        return await work
      } finally {
        if (--waiting === 0) timer = begin()
      }
    },
    end: () => clearTimeout(timer),
  }
}

/** The talk of a request whose client is not asked anything. */
export const nobodyToAsk = (run: string): Talk => ({
  run,
  can: {},
  back: new AbortController().signal,
  level: null,
  ask: () => Promise.reject(new Error('nobody is asked')),
  progress: null,
  log: () => undefined,
})

/** How often a client is told how far its call has come: what is said more often tells nobody more (MCP, Progress: rate limits). */
const told = { perSecond: 20, burst: 100 }

/** What its server says of progress comes after what the gateway has said of waiting. */
export function after(talk: Talk, ticks: number): Talk {
  const { progress } = talk
  return {
    ...talk,
    progress:
      progress &&
      (({ progress: made, total, message }) =>
        progress({ progress: ticks + made, ...(total === undefined ? {} : { total: ticks + total }), message })),
  }
}

/** Progress that is told no faster than anybody reads it. */
export interface Paced {
  tell(made: Progressed): void
  /** What has not been told yet is told no more. */
  end(): void
}

/** Of what comes too fast the latest is told, as soon as it may be. */
export function paced(progress: (made: Progressed) => void): Paced {
  const bucket: Bucket = { tokens: told.burst, at: performance.now() }
  let latest: Progressed | null = null
  let timer: NodeJS.Timeout | undefined
  function next() {
    timer = undefined
    if (!latest) return
    if (take(bucket, performance.now(), told.perSecond, told.burst) === null) {
      progress(latest)
      latest = null
    } else timer = setTimeout(next, 1_000 / told.perSecond)
  }
  return {
    tell(made) {
      latest = made
      if (timer === undefined) next()
    },
    end: () => clearTimeout(timer),
  }
}

/** A server asked for something that its client cannot give, or did not. */
export class Unanswered extends ProtocolError {
  constructor(message: string) {
    super(ProtocolErrorCode.InternalError, message)
  }
}

const needs = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
} as const

/** @throws Unanswered when the client has not said that it can */
export function allowed(requests: InputRequests, { can }: Talk): InputRequests {
  for (const { method } of Object.values(requests))
    if (!can[needs[method]]) throw new Unanswered('The server asks for input that its client cannot give.')
  return requests
}
