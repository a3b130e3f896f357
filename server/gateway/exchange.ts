import { randomUUID } from 'node:crypto'
import {
  CLIENT_CAPABILITIES_META_KEY,
  type Client,
  type InputRequests,
  type InputResponses,
  isInputRequiredResult,
  LOG_LEVEL_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type RequestOptions,
} from '@modelcontextprotocol/client'
import type { Ended } from './ended'
import type { Line } from './lines'
import { deadline, type Talk } from './talk'

/** What a request carries beside what it asks for. */
export interface More {
  readonly inputResponses?: InputResponses
  readonly requestState?: string
  readonly _meta?: Record<string, unknown>
}
export type Exchange<R> = (client: Client, more: More, options: RequestOptions) => Promise<R>

/** A server asked for something that its client cannot give, or did not. */
export class Unanswered extends ProtocolError {
  constructor(message: string) {
    super(ProtocolErrorCode.InternalError, message)
  }
}

const mostRounds = 10
/** The longest that a timer can be: the time that counts is kept here. */
const never = 2_147_483_647

/**
 * One request to a server from its first word to its answer: what the server asks meanwhile is asked of the client, in the
 * server's answer (2026-07-28) or beside it (2025-11-25). The server's time stands still while the client has the word.
 * @throws what the SDK throws, unless the time has passed
 */
export async function exchange<R extends object>(
  line: Line,
  talk: Talk,
  ms: number,
  ask: Exchange<R>,
): Promise<Ended<R>> {
  const { client, modern, running } = line.link
  const progressToken = talk.progress ? randomUUID() : null
  const time = deadline(ms)
  const heard: Talk = { ...talk, ask: requests => time.without(talk.ask(requests)) }
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
  if (progressToken !== null && talk.progress) line.link.progress.set(progressToken, talk.progress)
  running.push(heard)
  line.begin()
  try {
    for (let round = 0; round < mostRounds; round++) {
      const result = await ask(client, more, options)
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
    if (time.passed()) return { is: 'unknown', message: 'The server did not answer in time.' }
    throw error
  } finally {
    time.end()
    if (progressToken !== null) line.link.progress.delete(progressToken)
    running.splice(running.indexOf(heard), 1)
    line.end()
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
