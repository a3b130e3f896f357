import { setTimeout as pause } from 'node:timers/promises'
import { type Said, saying, type ToolAnswer } from '@/lib/gateway/result'
import type { Action, Answer } from '@/sdk/typescript/src/answer'
import { Refused, Unavailable } from '@/sdk/typescript/src/errors'
import type { Asked, Means } from './asked'
import type { Asking } from './pending'
import { submit } from './submit'

/** How long one wait at Holdpoint is, at most: after each the client hears that its call is alive. */
const stepSeconds = 5
const retryMs = 500
const mostTries = 5

export const unavailable = { status: 'unavailable', code: 'service.unavailable' } as const

/** What is said where Holdpoint did not answer with a decision. */
export function refusal(error: unknown, action: string | null): ToolAnswer {
  if (error instanceof Refused)
    return saying({
      status: 'unavailable',
      code: error.code,
      reason: error.detail,
      action,
      next: 'Asking the same again gives the same.',
    })
  if (!(error instanceof Unavailable)) throw error
  return saying({
    ...unavailable,
    reason: 'Holdpoint cannot be reached.',
    action,
    next: 'It may be asked again later.',
  })
}

/** `used`: the gate has used it up in its own commit, so that it is run now or not at all. */
export interface Decided {
  readonly answer: Answer
  readonly ticks: number
  readonly used: boolean
}

type ToDecide = Pick<
  Asked<object>,
  'caller' | 'session' | 'tool' | 'params' | 'traceparent' | 'signal' | 'back' | 'progress' | 'opened'
>

/** Asks until there is a decision, the time for one call is over, or its client has taken it back. */
export async function decide(means: Means, asked: ToDecide, asking: Asking): Promise<ToolAnswer | Decided> {
  const back = openTakingBack(means, asked, asking)
  try {
    return await untilDecided(means, asked, asking, back)
  } finally {
    back.end()
  }
}

async function untilDecided(
  means: Means,
  asked: ToDecide,
  asking: Asking,
  back: TakingBack,
): Promise<ToolAnswer | Decided> {
  const { caller, session, tool, params, traceparent, signal } = asked
  const { holdpoint } = caller
  const context = { session, ...(traceparent ? { traceparent } : {}) }
  const action: Action = { tool, params, context }
  const keep = () => means.pending.keep(caller, session, tool, params, asking)
  const end = means.now() + means.waitSeconds * 1_000
  let held: Answer | null = null
  for (let ticks = 0; ; ) {
    const left = Math.max(0, Math.ceil((end - means.now()) / 1_000))
    try {
      const use = asked.opened() ? means.permits.atOnce() : null
      const { answer, used } =
        asking.id === null
          ? await submit(caller.connection, action, asking.key, use)
          : {
              answer: await holdpoint.wait(action, asking.id, Math.min(left, ticks === 0 ? 0 : stepSeconds)),
              used: false,
            }
      asking.id = answer.id
      if (answer.verdict !== null) return { answer, ticks, used }
      held = answer
      ticks++
      asked.progress?.({
        progress: ticks,
        message: `Waiting for people to decide${answer.holdUrl ? `: ${answer.holdUrl}` : ''}`,
      })
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      if (error instanceof Refused || means.now() + retryMs >= end) {
        // The same key finds what may have arrived: nothing is asked twice.
        if (!(error instanceof Refused)) keep()
        return refusal(error, asking.id)
      }
      await pause(retryMs)
    }
    if (asked.back.aborted) {
      const taken = await back.now()
      if (taken === 'done') return takenBackSaid(asking.id)
      // What was decided a moment before is told once more, and ended there.
      if (taken === 'decided') continue
    }
    if (signal.aborted || means.now() >= end) {
      keep()
      return pendingAnswer(held, asking)
    }
  }
}

/** What a client that has taken its call back would hear. */
export const takenBackSaid = (action: string | null): ToolAnswer =>
  saying({
    status: 'denied',
    code: 'client.took_back',
    reason: 'The client has taken its call back; nothing was sent.',
    action,
    next: 'It may be asked again.',
  })

/** What a client has taken back is taken back at Holdpoint. */
interface TakingBack {
  /** Does it, once, if there is anything. `decided`: that came first; `late`: nobody can say. */
  now(): Promise<'done' | 'decided' | 'late'>
  end(): void
}

/** At once, not when the wait for a decision has ended. */
function openTakingBack(
  means: Means,
  { caller, back }: Pick<Asked<object>, 'caller' | 'back'>,
  asking: Asking,
): TakingBack {
  let taking: ReturnType<TakingBack['now']> | null = null
  const take = async (id: string) => {
    for (let tries = 1; ; tries++) {
      try {
        await caller.holdpoint.cancel(id, String(back.reason))
        return 'done'
      } catch (error) {
        if (error instanceof Refused && error.code === 'action.decided') return 'decided'
        if (error instanceof Refused || !(error instanceof Unavailable) || tries >= mostTries) {
          means.log.warn({ action: id }, 'what a client has taken back could not be taken back at Holdpoint')
          return 'late'
        }
        await pause(tries * retryMs)
      }
    }
  }
  const now: TakingBack['now'] = () => {
    if (asking.id === null) return Promise.resolve('late')
    taking ??= take(asking.id)
    return taking
  }
  const heard = () => means.background(now())
  back.addEventListener('abort', heard, { once: true })
  return { now, end: () => back.removeEventListener('abort', heard) }
}

function pendingAnswer(held: Answer | null, asking: Asking): ToolAnswer {
  if (!held)
    return saying({
      ...unavailable,
      reason: 'Nobody has decided it.',
      action: asking.id,
      next: 'It may be asked again later.',
    })
  const next = 'Call the same tool with the same arguments again to go on waiting; that does not ask a second time.'
  const said: Said = {
    status: 'pending',
    code: `hold.${held.status === 'deferred' ? 'deferred' : 'open'}`,
    reason: '',
    action: held.id,
    next,
    url: held.holdUrl,
  }
  return saying(said)
}
