import { randomUUID } from 'node:crypto'
import {
  CLIENT_CAPABILITIES_META_KEY,
  type Client,
  type InputRequests,
  type InputResponses,
  isInputRequiredResult,
  LOG_LEVEL_META_KEY,
  ProtocolError,
  type RequestOptions,
} from '@modelcontextprotocol/client'
import type { Ended } from './ended'
import type { Line } from './lines'
import { allowed, deadline, paced, type Talk, Unanswered } from './talk'

/** What a request carries beside what it asks for. */
export interface More {
  readonly inputResponses?: InputResponses
  readonly requestState?: string
  readonly _meta?: Record<string, unknown>
}
export type Exchange<R> = (client: Client, more: More, options: RequestOptions) => Promise<R>

const mostRounds = 10
/** The longest that a timer can be: the time that counts is kept here. */
const never = 2_147_483_647
/** How long a server is waited for that has been told that its client has taken the call back. */
const graceMs = 5_000
const noLonger = 'The client has taken its call back'

/**
 * One request to a server from its first word to its answer: what the server asks meanwhile is asked of the client, in the
 * server's answer (2026-07-28) or beside it (2025-11-25). The server's time stands still while the client has the word. A client
 * that takes its call back is not told of success: the server is told so, and has a moment to say how it ended.
 * @throws what the SDK throws, unless the time has passed
 */
export async function exchange<R extends object>(
  line: Line,
  talk: Talk,
  ms: number,
  ask: Exchange<R>,
): Promise<Ended<R>> {
  const { client, modern, running } = line.link
  const progress = talk.progress && paced(talk.progress)
  const progressToken = progress ? randomUUID() : null
  const { back } = talk
  if (back.aborted) return { is: 'failed', message: `${noLonger}; nothing was sent.` }
  const time = deadline(ms)
  const sending = line.link.sends.begin(client, modern)
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  const takeBack = () => {
    time.cut(sending.takeBack(String(back.reason)) ? graceMs : 0)
    ended.reject(new Unanswered(`${noLonger}.`))
  }
  const asking = (requests: InputRequests) => Promise.race([ended.promise, talk.ask(requests)])
  const heard: Talk = { ...talk, ask: requests => time.without(asking(requests)) }
  const options: RequestOptions = {
    timeout: never,
    signal: time.signal,
    ...(modern ? { allowInputRequired: true } : {}),
  }
  const said = {
    ...(progressToken === null ? {} : { progressToken }),
    ...(modern ? { [CLIENT_CAPABILITIES_META_KEY]: talk.can } : {}),
    ...(modern && talk.level !== null ? { [LOG_LEVEL_META_KEY]: talk.level } : {}),
  }
  let more: More = Object.keys(said).length > 0 ? { _meta: said } : {}
  if (progressToken !== null && progress) line.link.progress.set(progressToken, progress.tell)
  running.push(heard)
  line.begin()
  back.addEventListener('abort', takeBack, { once: true })
  try {
    for (let round = 0; round < mostRounds; round++) {
      const result = await sending.answer(() => ask(client, more, options))
      if (!isInputRequiredResult(result)) return { is: 'answered', result }
      const { inputRequests, requestState } = result
      const { _meta } = more
      more = {
        ...(_meta ? { _meta } : {}),
        ...(inputRequests ? { inputResponses: await heard.ask(allowed(inputRequests, talk)) } : {}),
        ...(requestState === undefined ? {} : { requestState }),
      }
    }
    return { is: 'failed', message: 'The server asks for input again and again.' }
  } catch (error) {
    if (error instanceof Unanswered) return { is: 'failed', message: error.message }
    if (back.aborted && time.passed())
      return { is: 'unknown', message: `${noLonger}, and the server has not said how it ended.` }
    if (time.passed()) return { is: 'unknown', message: 'The server did not answer in time.' }
    // That it has stopped says not how far it had come.
    if (back.aborted && error instanceof ProtocolError)
      return { is: 'unknown', message: `${noLonger}, and the server answered: ${error.message}` }
    throw error
  } finally {
    time.end()
    back.removeEventListener('abort', takeBack)
    if (progressToken !== null) line.link.progress.delete(progressToken)
    progress?.end()
    running.splice(running.indexOf(heard), 1)
    line.end()
  }
}
