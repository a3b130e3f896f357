import { type Action, type Answer, readAnswer } from './answer.ts'
import { canonical } from './canonical.ts'
import { Again, type Connection, OddAnswer, type Reply, type Request } from './connection.ts'
import { Refused, Unavailable } from './errors.ts'
import { checkKey } from './key.ts'
import { backoff, type Sleep } from './pause.ts'

export interface WaitOptions {
  /** How long to go on asking; until it is decided by default. */
  readonly timeoutSeconds?: number
  readonly signal?: AbortSignal
  /** Take the action back when `signal` fires or the time is up. */
  readonly cancelOnAbort?: boolean
  /** Called once when it is held, with the address where people decide. */
  readonly onHeld?: (answer: Answer) => void
}

/** What asking needs from the world; all but the connection can be replaced in tests. */
export interface Means {
  readonly connection: Connection
  readonly sleep: Sleep
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly random: () => number
}

export const actions = '/api/v1/actions'
export const longestWait = 60
export const callSeconds = 30
const oddAnswersEnough = 4

/** What is sent, frozen when it was given: a caller that changes its object while it waits changes nothing. */
export interface Asked {
  readonly text: string
  readonly action: Action
}

/** @throws TypeError for what is no JSON */
export function frozen(action: Action): Asked {
  const text = canonical(action)
  return { text, action: JSON.parse(text) }
}

/** Submits (`id` null) or asks again, waiting at most `wait` seconds at the server. */
export function asking(text: string, key: string | null, id: string | null, wait: number): Request {
  const seconds = wait + callSeconds
  const headers = { prefer: `wait=${wait}`, ...(key === null ? {} : { 'idempotency-key': key }) }
  if (id === null) return { method: 'POST', path: actions, body: text, headers, seconds }
  return { method: 'GET', path: `${actions}/${encodeURIComponent(id)}`, headers, seconds }
}

/** @throws OddAnswer */
export function readReply(reply: Reply, asked: Action | null, id: string | null): Answer {
  const answer = readAnswer(reply.body, asked, id)
  if (reply.status !== (answer.verdict === null ? 202 : 200))
    throw new OddAnswer('the HTTP status contradicts the answer')
  return answer
}

/**
 * The loop of `gate`: the same key until there is a decision, an end of time, or nothing that can be trusted.
 * @returns the decided answer, and the later of the two clocks: one that is behind must not execute late
 * @throws Unavailable, Refused
 */
export async function awaitDecision(
  means: Means,
  action: Action,
  key: string,
  options: WaitOptions,
): Promise<{ answer: Answer; latest: number }> {
  checkKey(key)
  const asked = frozen(action)
  const { connection, now, random, sleep } = means
  const { timeoutSeconds, signal } = options
  const end = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : now() + timeoutSeconds * 1_000
  if (signal?.aborted) throw new Unavailable('stopped waiting', key)
  let id: string | null = null
  for (let failures = 0, odd = 0, first = true; ; first = false) {
    const left = Math.max(0, Math.floor((end - now()) / 1_000))
    // Who wants to hear of the hold, or to take it back, must know its id at once: the first call does not wait.
    const eager = first && (options.onHeld !== undefined || options.cancelOnAbort === true)
    const wait = eager ? 0 : Math.min(longestWait, left)
    const began = now()
    let pause: number
    let cause: unknown
    try {
      const reply = await connection.call({ ...asking(asked.text, key, id, wait), signal })
      const answer = readReply(reply, asked.action, id)
      if (answer.verdict !== null) return { answer, latest: Math.max(now(), reply.date ?? 0) }
      const held = id === null
      id = answer.id
      failures = odd = 0
      if (held) options.onHeld?.(answer)
      // Sent away early, because too many wait or the server stops: asking again at once would be a busy loop.
      const early = !eager && now() - began < wait * 1_000 - 500
      pause = early || left === 0 ? backoff(0, reply.retryAfter ?? 1, random()) : 0
    } catch (error) {
      if (error instanceof Refused) throw error.of(key)
      if (!(error instanceof Again || error instanceof OddAnswer)) throw error
      if (error instanceof OddAnswer && ++odd >= oddAnswersEnough)
        throw new Unavailable('no answer that can be trusted', key, { cause: error })
      cause = error
      pause = backoff(++failures, error instanceof Again ? error.seconds : null, random())
    }
    const ended = signal?.aborted || now() + pause >= end
    if (!ended && pause > 0) await sleep(pause, signal)
    if (ended || signal?.aborted) {
      if (options.cancelOnAbort) await takeBack(connection, asked, key, id)
      throw new Unavailable(signal?.aborted ? 'stopped waiting' : 'not decided in time', key, { cause })
    }
  }
}

/** A call that was cut may have arrived: the same key tells which action it became. Best effort. */
async function takeBack(connection: Connection, asked: Asked, key: string, known: string | null): Promise<void> {
  try {
    const id = known ?? readReply(await connection.call(asking(asked.text, key, null, 0)), asked.action, null).id
    const body = canonical({ reason: 'The agent stopped waiting.' })
    await connection.call({ method: 'POST', path: `${actions}/${id}/cancel`, body, seconds: callSeconds })
  } catch {
    // It will be decided or expire without us.
  }
}
