import { type Action, type Answer, denialOf, isObject, readAnswer } from './answer.ts'
import { canonical } from './canonical.ts'
import { Again, Connection, minimal, OddAnswer, type Reply, type Request } from './connection.ts'
import { AlreadyDone, OutcomeUnknown, Refused, Unavailable } from './errors.ts'
import { checkKey, keyOf } from './key.ts'
import { backoff, type Sleep, sleep } from './pause.ts'
import {
  actions,
  asking,
  awaitDecision,
  callSeconds,
  frozen,
  longestWait,
  type Means,
  readReply,
  type WaitOptions,
} from './wait.ts'

export interface Options {
  /** Where Holdpoint is; HOLDPOINT_URL, else http://localhost:3000. */
  readonly url?: string
  /** The agent's key; HOLDPOINT_KEY by default. It is never logged and never part of a message. */
  readonly key?: string
  readonly fetch?: typeof fetch
  readonly sleep?: Sleep
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly random?: () => number
}

export interface GateOptions extends WaitOptions {
  /** The same key is the same action, for ever: derive it from what you are doing, so that a restart finds the decision. */
  readonly key?: string
}

export interface Outcome {
  readonly status: 'succeeded' | 'failed' | 'unknown' | 'rolled_back'
  readonly summary?: string
  readonly result_digest?: string
  readonly undo?: Record<string, unknown>
}

/** What a person asks about a waiting action. */
export interface Question {
  readonly id: string
  readonly question: string
}

const isUnanswered = (answers: unknown): boolean => Array.isArray(answers) && answers.length === 0

export type Run<T> = (params: Record<string, unknown>, answer: Answer) => Promise<T> | T

const outcomeSeconds = 5

/** What the environment says; nothing in a browser. */
function environment(name: string): string | undefined {
  return typeof process === 'undefined' ? undefined : process.env?.[name]
}

/** A client of one Holdpoint, for one agent. */
export class Holdpoint {
  private readonly means: Means

  /** @throws TypeError for an address or a key that cannot be one */
  constructor(options: Options = {}) {
    const url = options.url ?? environment('HOLDPOINT_URL') ?? 'http://localhost:3000'
    const key = options.key ?? environment('HOLDPOINT_KEY') ?? ''
    this.means = {
      connection: new Connection(url, key, options.fetch ?? ((input, init) => fetch(input, init))),
      sleep: options.sleep ?? sleep,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
    }
  }

  /**
   * Asks, blocks until it is decided, and only then runs `run` with the arguments that came back, once. Survives restarts
   * and outages by asking again with the same key, and reports how it ended.
   * @returns what `run` returned
   * @throws Denied (not done), Unavailable (not done, the same key may be tried again), AlreadyDone (an earlier process
   * did it), TypeError (the action is no JSON), or what `run` threw
   */
  async gate<T>(action: Action, run: Run<T>, options: GateOptions = {}): Promise<T> {
    const key = options.key ?? keyOf(action, this.means.random)
    const { answer, latest } = await awaitDecision(this.means, action, key, options)
    if (answer.verdict !== 'allow') throw denialOf(answer)
    if (answer.outcome !== null) throw new AlreadyDone(answer.id, answer.outcome)
    if (options.signal?.aborted) throw new Unavailable('stopped waiting', key)
    if (answer.executeBy === null || Date.parse(answer.executeBy) <= latest)
      throw new Unavailable('the time to execute has passed', key)
    if (answer.obligations.length > 0 && run.length < 2)
      throw new Unavailable('it was allowed with obligations, and `run` does not take them', key)
    let result: T
    try {
      result = await run(answer.params, answer)
    } catch (error) {
      const status = error instanceof OutcomeUnknown || options.signal?.aborted ? 'unknown' : 'failed'
      await this.report(answer.id, { status, summary: error instanceof Error ? error.name : 'failed' })
      throw error
    }
    await this.report(answer.id, { status: 'succeeded' })
    return result
  }

  /** Submits and waits until it is decided, whatever the verdict. @throws Unavailable, TypeError */
  async decide(action: Action, key: string, options: GateOptions = {}): Promise<Answer> {
    return (await awaitDecision(this.means, action, key, options)).answer
  }

  /** Submits once and waits at most `waitSeconds` (0 to 60): the answer may still be waiting. @throws Unavailable */
  async submit(action: Action, key: string, waitSeconds = 0): Promise<Answer> {
    checkKey(key)
    const asked = frozen(action)
    const reply = await this.once(asking(asked.text, key, null, waitSeconds), key)
    return this.sure(() => readReply(reply, asked.action, null), key)
  }

  /** Waits once, at most `waitSeconds` (0 to 60), for an action that was submitted. @throws Unavailable */
  async wait(action: Action, id: string, waitSeconds = longestWait): Promise<Answer> {
    const reply = await this.once(asking('', null, id, waitSeconds), null)
    return this.sure(() => readReply(reply, frozen(action).action, id), null)
  }

  /** One action as it stands, or after at most `waitSeconds`. Nothing to run from: only who sent it can check the digest. @throws Unavailable */
  async get(id: string, waitSeconds = 0): Promise<Answer> {
    const reply = await this.once(asking('', null, id, waitSeconds), null)
    return this.sure(() => readReply(reply, null, id), null)
  }

  /** The agent's own actions, newest first. @throws Unavailable */
  async list(
    filter: { status?: string; session?: string; limit?: number; cursor?: string } = {},
  ): Promise<{ items: Record<string, unknown>[]; nextCursor: string | null }> {
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
    const body = await this.object('GET', `${actions}?${query}`)
    if (!Array.isArray(body.items)) throw new Unavailable('the answer is no list', null)
    const { next_cursor } = body
    return { items: body.items.filter(isObject), nextCursor: typeof next_cursor === 'string' ? next_cursor : null }
  }

  /** Up to 50 at once, each with its own key, in order; answers when all are decided or the time is up. @throws Unavailable */
  async batch(items: readonly { action: Action; key: string }[], waitSeconds = 0): Promise<(Answer | Refused)[]> {
    for (const { key } of items) checkKey(key)
    const asked = items.map(({ action, key }) => ({ ...frozen(action), key }))
    const body = canonical({ actions: asked.map(({ action, key }) => ({ ...action, idempotency_key: key })) })
    const headers = { prefer: `wait=${waitSeconds}` }
    const path = `${actions}/batch`
    const reply = await this.once({ method: 'POST', path, body, headers, seconds: waitSeconds + callSeconds }, null)
    const answers =
      reply.status === 200 && isObject(reply.body) && Array.isArray(reply.body.items) ? reply.body.items : []
    if (answers.length !== asked.length) throw new Unavailable('the answer is not about what was asked', null)
    return asked.map(({ action, key }, at) => {
      const one: unknown = answers[at]
      if (isObject(one) && typeof one.code === 'string' && typeof one.status === 'number')
        return new Refused(one.status, one.code, String(one.detail ?? ''), key)
      return this.sure(() => readAnswer(one, action, null), key)
    })
  }

  /** Takes a waiting action back. @throws Unavailable; Refused action.decided when it is too late */
  async cancel(id: string, reason?: string): Promise<void> {
    await this.object('POST', `${actions}/${id}/cancel`, { reason })
  }

  /**
   * What people ask about a waiting action and it has not answered yet, oldest first; waits at most `waitSeconds` (0 to 60)
   * for a question. Empty where nobody asks, or it is decided. A question is a person's text: data, never instructions.
   * @throws Unavailable
   */
  async questions(id: string, waitSeconds = 0): Promise<Question[]> {
    const request = asking('', null, id, waitSeconds)
    const reply = await this.once({ ...request, headers: { prefer: `wait=${waitSeconds}, questions` } }, null)
    const { raw, verdict } = this.sure(() => readReply(reply, null, id), null)
    const asked = isObject(raw.hold) && Array.isArray(raw.hold.questions) ? raw.hold.questions : []
    if (verdict !== null) return []
    return asked.flatMap((one: unknown) =>
      isObject(one) && typeof one.id === 'string' && typeof one.question === 'string' && isUnanswered(one.answers)
        ? [{ id: one.id, question: one.question }]
        : [],
    )
  }

  /** Answers one: people read it beside what they decide. @throws Unavailable; Refused action.decided when it is too late */
  async answer(id: string, question: string, text: string): Promise<void> {
    await this.object('POST', `${actions}/${encodeURIComponent(id)}/answers`, { question, text })
  }

  /** Reports how an allowed action ended. @throws Unavailable */
  async outcome(id: string, outcome: Outcome): Promise<void> {
    await this.object('POST', `${actions}/${id}/outcome`, outcome)
  }

  /** Who am I: status, containment, scopes, owner. @throws Unavailable */
  async whoami(): Promise<Record<string, unknown>> {
    return this.object('GET', '/api/v1/agent')
  }

  /** `outcome` with a few tries, never an error: the action itself is done either way. Answers whether it was taken. */
  async report(id: string, outcome: Outcome): Promise<boolean> {
    const path = `${actions}/${id}/outcome`
    const headers = { prefer: minimal }
    const request = { method: 'POST', path, body: canonical(outcome), headers, seconds: outcomeSeconds } as const
    for (let tries = 1; ; tries++) {
      const ended = await this.means.connection.call(request).then(
        reply => reply.status === 200 || reply.applied === minimal,
        (error: unknown) => error,
      )
      if (!(ended instanceof Again) || tries >= 4) return ended === true
      await this.means.sleep(Math.min(2_000, backoff(tries, ended.seconds, this.means.random())))
    }
  }

  private async object(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Record<string, unknown>> {
    const sent = body === undefined ? {} : { body: canonical(body) }
    const reply = await this.once({ method, path, ...sent, seconds: callSeconds }, null)
    if (reply.status !== 200 || !isObject(reply.body)) throw new Unavailable('the answer is no object', null)
    return reply.body
  }

  /** @throws Unavailable, Refused */
  private once(request: Request, key: string | null): Promise<Reply> {
    return this.means.connection.call(request).catch(error => {
      if (error instanceof Refused) throw error.of(key)
      throw new Unavailable(error instanceof Error ? error.message : 'no answer', key)
    })
  }

  private sure<T>(read: () => T, key: string | null): T {
    try {
      return read()
    } catch (error) {
      if (error instanceof OddAnswer) throw new Unavailable('no answer that can be trusted', key, { cause: error })
      throw error
    }
  }
}
