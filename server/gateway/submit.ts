import type { Action, Answer } from '@/sdk/typescript/src/answer'
import { type Connection, OddAnswer } from '@/sdk/typescript/src/connection'
import { Refused, Unavailable } from '@/sdk/typescript/src/errors'
import { asking, frozen, readReply } from '@/sdk/typescript/src/wait'

/** What the gate answered, and whether what it allowed has been used in the same commit: then it may be run, once, by whoever asked. */
export interface Submission {
  readonly answer: Answer
  readonly used: boolean
}

/**
 * Submits once, without waiting. @param use where what is allowed by itself is to be used up at once: `executor` is the key whose
 * use it is, null the agent's own; absent: there will be a permit. A Holdpoint that does not know of it answers with a permit too.
 * @throws Unavailable, Refused
 */
export async function submit(
  connection: Connection,
  action: Action,
  key: string,
  use: { readonly executor: string | null } | null,
): Promise<Submission> {
  const asked = frozen(action)
  const request = asking(asked.text, key, null, 0)
  const headers = {
    ...request.headers,
    ...(use ? { prefer: 'wait=0, consume' } : {}),
    ...(use && use.executor !== null ? { 'holdpoint-executor': use.executor } : {}),
  }
  const reply = await connection.call({ ...request, headers }).catch((error: unknown) => {
    if (error instanceof Refused) throw error.of(key)
    throw new Unavailable(error instanceof Error ? error.message : 'no answer', key)
  })
  try {
    const answer = readReply(reply, asked.action, null)
    return { answer, used: use !== null && answer.verdict === 'allow' && reply.applied === 'consume' }
  } catch (error) {
    if (error instanceof OddAnswer) throw new Unavailable('no answer that can be trusted', key, { cause: error })
    throw error
  }
}
