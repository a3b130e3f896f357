import { randomUUID } from 'node:crypto'
import {
  type InputRequests,
  type InputRequiredResult,
  type InputResponse,
  type InputResponses,
  inputRequired,
  isSpecType,
  type LoggingLevel,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { forbidden } from '@/lib/kernel/json'
import type { Caller } from './holdpoint'
import { takenBack } from './taken-back'
import { type Askable, type Talk, Unanswered } from './talk'

/** One request of a client, as it came. */
export interface Asker {
  /** What one agent was asked, no other answers. */
  readonly caller: Caller
  readonly run: string
  /** What is asked for, so that an answer goes on with nothing else than what it was asked about. */
  readonly what: string
  readonly can: Askable
  readonly level: LoggingLevel | null
  /** A server's log goes to this client: it has a connection of its own. On a shared one nobody knows whose a line is. */
  readonly logs: boolean
  readonly ctx: ServerContext
}

/** Requests that go on while their client is asked something: what it answers comes in a request of its own. */
export interface Talks<R> {
  /** Nobody is asked any more: who was is not waited for. */
  end(): void
  /** Begins the work, or goes on with what this request answers. @throws ProtocolError for an answer to nothing that was asked */
  turn(asker: Asker, work: (talk: Talk) => Promise<R>): Promise<R | InputRequiredResult>
}

interface Open<R> {
  asker: Asker
  readonly ended: Promise<R>
  readonly back: AbortController
  turn: PromiseWithResolvers<R | InputRequiredResult>
}

interface Waiting<R> {
  readonly open: Open<R>
  readonly requests: InputRequests
  readonly given: InputResponses
  readonly answered: (given: InputResponses) => void
  readonly failed: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const patienceMs = 600_000
const most = 10_000
/** Of one agent, whatever the others are asked. */
const mostOfOne = 200

/** @param scrub takes secrets out of what servers ask @param may whether an agent may go on with what it began */
export function openTalks<R extends object>(
  scrub: (value: object) => void,
  may: (asker: Asker) => Promise<void>,
): Talks<R> {
  const waiting = new Map<string, Waiting<R>>()

  /** Hands the questions to the client as the answer of the request that is open now, and waits for what it says to them. */
  function ask(open: Open<R>, requests: InputRequests, given: InputResponses = {}): Promise<InputResponses> {
    return new Promise((answered, failed) => {
      const own = [...waiting.values()].filter(one => one.open.asker.caller.id === open.asker.caller.id)
      if (waiting.size >= most || own.length >= mostOfOne)
        return failed(new Unanswered('Too many clients are being asked.'))
      const state = `talk-${randomUUID()}`
      const timer = setTimeout(() => {
        waiting.delete(state)
        failed(new Unanswered('The client was asked for input, and gave none.'))
      }, patienceMs).unref()
      waiting.set(state, { open, requests, given, answered, failed, timer })
      const left = Object.fromEntries(Object.entries(requests).filter(([key]) => !Object.hasOwn(given, key)))
      open.turn.resolve(inputRequired({ inputRequests: left, requestState: state }))
    })
  }

  function begin(asker: Asker, work: (talk: Talk) => Promise<R>): Open<R> {
    let early: InputResponses = answersIn(asker.ctx)
    let before: Promise<unknown> = Promise.resolve()
    const token = asker.ctx.mcpReq._meta?.progressToken
    const back = new AbortController()
    const talk: Talk = {
      // What agents call their sessions may be the same word, or the same day.
      run: `${asker.caller.id}\n${asker.run}`,
      can: asker.can,
      back: back.signal,
      level: asker.level,
      ask(requests) {
        if (Object.keys(requests).some(key => forbidden.has(key)))
          return Promise.reject(new Unanswered('The server asks under a name that no answer can have.'))
        scrub(requests)
        const known = pick(early, requests)
        early = {}
        if (Object.keys(known).length === Object.keys(requests).length) return Promise.resolve(known)
        // A client answers one round at a time.
        const asking = before.catch(() => undefined).then(() => ask(open, requests, known))
        before = asking
        return asking
      },
      progress:
        token === undefined
          ? null
          : made => {
              const params = { progressToken: token, ...made }
              scrub(params)
              notify(open, { method: 'notifications/progress', params })
            },
      log(params) {
        if (!open.asker.logs) return
        scrub(params)
        notify(open, { method: 'notifications/message', params: { ...params } })
      },
    }
    const starting = Promise.withResolvers<void>()
    const open: Open<R> = {
      asker,
      back,
      turn: Promise.withResolvers(),
      ended: starting.promise.then(() => work(talk)),
    }
    open.ended.catch(() => undefined)
    heed(open)
    starting.resolve()
    return open
  }

  return {
    end() {
      for (const { failed, timer } of waiting.values()) {
        clearTimeout(timer)
        failed(new Unanswered('The gateway stops.'))
      }
      waiting.clear()
    },
    async turn(asker, work) {
      const state: unknown = asker.ctx.mcpReq.requestState()
      if (state === undefined) {
        const open = begin(asker, work)
        return Promise.race([open.turn.promise, open.ended])
      }
      const found = typeof state === 'string' ? waiting.get(state) : undefined
      const { caller, what } = found?.open.asker ?? {}
      if (typeof state !== 'string' || !found || caller?.id !== asker.caller.id || what !== asker.what)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState')
      await may(asker)
      // Two answers to one question: the first is taken.
      if (!waiting.delete(state))
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState')
      clearTimeout(found.timer)
      const { open, requests } = found
      open.asker = asker
      open.turn = Promise.withResolvers()
      heed(open)
      const given = { ...found.given, ...pick(answersIn(asker.ctx), requests) }
      const isWhole = Object.keys(requests).every(key => Object.hasOwn(given, key))
      if (isWhole) found.answered(given)
      else ask(open, requests, given).then(found.answered, found.failed)
      return Promise.race([open.turn.promise, open.ended])
    },
  }
}

/** What its client takes back now is this work: its request of now is the one by which it hears of it. */
function heed<R>({ asker, back, ended, turn }: Open<R>): void {
  const { signal, envelope } = asker.ctx.mcpReq
  const heard = () => {
    const reason = takenBack(asker.ctx)
    if (reason !== null) back.abort(reason)
  }
  if (signal.aborted) heard()
  signal.addEventListener('abort', heard, { once: true })
  const over = () => signal.removeEventListener('abort', heard)
  ended.then(over, over)
  // A request of 2026-07-28 is over once its client is asked; one of 2025-11-25 stays open while it is.
  if (envelope) turn.promise.then(over, over)
}

function notify<R>({ asker }: Open<R>, notification: { method: string; params: Record<string, unknown> }): void {
  asker.ctx.mcpReq.notify(notification).catch(() => undefined)
}

/** What the client says, as far as it is an answer to a question at all. */
function answersIn(ctx: ServerContext): InputResponses {
  const given = Object.entries(ctx.mcpReq.inputResponses ?? {})
  return Object.fromEntries(given.filter((entry): entry is [string, InputResponse] => isAnswer(entry[1])))
}

const pick = (given: InputResponses, wanted: InputRequests): InputResponses =>
  Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(wanted, key)))

const isAnswer = (value: unknown): value is InputResponse =>
  isSpecType.ElicitResult(value) || isSpecType.CreateMessageResult(value) || isSpecType.ListRootsResult(value)
