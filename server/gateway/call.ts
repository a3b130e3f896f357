import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { NotRun } from '@/lib/gateway/not-run'
import { isTooDeep, metaKey, reportable, saying, type ToolAnswer } from '@/lib/gateway/result'
import { canonical } from '@/lib/kernel/canonical'
import type { Answer } from '@/sdk/typescript/src/answer'
import type { Asked, Gated, Means, Send } from './asked'
import { type Decided, decide, refusal, takenBackSaid, unavailable } from './decide'
import type { Ended } from './ended'
import type { Caller } from './holdpoint'
import type { Asking } from './pending'

const said = (answer: ToolAnswer) => ({ is: 'said', said: answer }) as const

/**
 * A call from end to end: asked at Holdpoint, waited for, run once at most, reported and recorded.
 * Whatever goes wrong on the way ends in an answer that says whether anything was run.
 */
export async function gatedCall<R extends object>(means: Means, asked: Asked<R>): Promise<Gated<R>> {
  const { caller, session, tool, params } = asked
  const nothing = { action: null, next: 'It may be asked again later.' }
  if (!(await means.recorder.settled(caller, session)))
    return said(saying({ ...unavailable, reason: 'What came before it could not be recorded.', ...nothing }))
  let asking: Asking
  try {
    asking = await means.pending.take(caller, session, tool, params)
  } catch (error) {
    return said(refusal(error, null))
  }
  const decided = await decide(means, asked, asking)
  if ('content' in decided) return said(decided)
  // From here on it is brought to its end and reported, also when the client goes or the gateway is asked to stop.
  const running = run(means, asked, asking, decided)
  means.background(running)
  return running
}

const advice = {
  retry: 'It may be asked again later.',
  revise: 'A changed attempt may be asked.',
  stop: 'Do not try it again or work around it.',
} as const

/** Runs what was allowed, once, with the arguments that came back. */
async function run<R extends object>(
  means: Means,
  asked: Asked<R>,
  asking: Asking,
  { answer, ticks, used }: Decided,
): Promise<Gated<R>> {
  const { caller, session, tool, signal } = asked
  const again = 'Call it again to have it decided anew.'
  const not = (code: string, reason: string, next: string = again) =>
    said(saying({ status: 'unavailable', code, reason, action: answer.id, next }))
  if (answer.verdict !== 'allow') {
    const { nextAction } = answer
    const next = nextAction === 'retry' || nextAction === 'revise' ? advice[nextAction] : advice.stop
    return said(saying({ status: 'denied', code: answer.code, reason: answer.reason, action: answer.id, next }))
  }
  if (answer.outcome !== null) return said(ranBefore(answer, answer.outcome))
  if (asked.back.aborted) {
    means.background(
      report(means, caller, answer.id, { status: 'failed', summary: 'not run: its client has taken it back' }),
    )
    return said(takenBackSaid(answer.id))
  }
  if (signal.aborted) {
    means.pending.keep(caller, session, tool, asked.params, asking)
    return not('client.gone', 'The client has gone.')
  }
  const unkept = answer.obligations.filter(one => one.type !== 'log' && one.type !== 'execute_within')
  if (unkept.length > 0) {
    const failed = unkept.map(({ id }) => ({ id, status: 'failed', note: 'The gateway cannot keep it.' }))
    means.background(report(means, caller, answer.id, { status: 'failed', summary: 'not run', obligations: failed }))
    return not(
      'obligation.unkept',
      `It was allowed with an obligation that this gateway cannot keep: ${unkept.map(one => one.type).join(', ')}.`,
      advice.stop,
    )
  }
  if (answer.executeBy === null || Date.parse(answer.executeBy) <= means.now() || (!used && answer.permit === null))
    return not('permit.gone', 'The time to run it has passed, or it may not be run any more.')
  // Opened first: a switch that is thrown while a server starts is in time for the permit, which is used last.
  let send: Send<R>
  try {
    const open = asked.opened()
    if (used && !open) throw new NotRun('The server has gone before the call was sent.')
    send = open ?? (await asked.open())
  } catch (error) {
    const message = error instanceof NotRun ? error.message : 'The server cannot be reached; nothing was sent to it.'
    return told(means, asked, answer, { is: 'failed', message })
  }
  const refused =
    used || answer.permit === null
      ? null
      : await means.permits.consume(caller, asking.key, answer.permit, tool, answer.params)
  if (refused === 'already_used') {
    means.background(
      report(means, caller, answer.id, {
        status: 'unknown',
        summary: 'It was sent before; how it ended was not reported.',
      }),
    )
    return said(ranBefore(answer, 'unknown'))
  }
  // Whether it was used is not known: the same key finds out, when the same is asked again.
  if (refused === 'unreachable') means.pending.keep(caller, session, tool, asked.params, asking)
  if (refused !== null) return not(`permit.${refused}`, 'Its permit could not be used, so that nothing was sent.')
  const ended = await send(answer.params, ticks)
  return told(means, asked, answer, ended)
}

function ranBefore(answer: Answer, outcome: string): ToolAnswer {
  return saying({
    status: 'unknown',
    code: 'action.ran',
    reason:
      outcome === 'unknown' ? 'It was sent once before, and its answer was lost.' : `It was run before: ${outcome}.`,
    action: answer.id,
    next: 'Find out whether it was done before asking for it again.',
  })
}

/** What an answer is known by: its canonical form, or for one that has none (a number past all numbers, half a letter) its JSON text. */
function wordOf(result: object): string {
  try {
    return canonical(result)
  } catch {
    return JSON.stringify(result)
  }
}

/** Reports how it ended and records what came back; neither keeps the client waiting. */
function told<R extends object>(means: Means, asked: Asked<R>, answer: Answer, ended: Ended<R>): Gated<R> {
  const { caller, session, tool } = asked
  const done = answer.obligations.map(({ id }) => ({ id, status: 'done' }))
  const outcome = (status: 'succeeded' | 'failed' | 'unknown', more: Record<string, unknown> = {}) =>
    means.background(
      report(means, caller, answer.id, { status, ...more, ...(done.length > 0 ? { obligations: done } : {}) }),
    )
  switch (ended.is) {
    case 'answered': {
      const { result } = ended
      if (isTooDeep(result))
        return told(means, asked, answer, {
          is: 'unknown',
          message: 'Its answer is nested too deeply to be passed on.',
        })
      means.scrub.inside(result)
      // What Holdpoint says of a call, its server does not.
      if ('_meta' in result && typeof result._meta === 'object' && result._meta !== null)
        Reflect.deleteProperty(result._meta, metaKey)
      const result_digest = `sha256:${hash('sha256', wordOf(result))}`
      outcome('isError' in result && result.isError === true ? 'failed' : 'succeeded', { result_digest })
      const text = asked.text(result)
      const { classification } = asked
      if (text !== '') means.recorder.record(caller, session, { tool, action: answer.id, text, classification })
      return { is: 'answered', result }
    }
    case 'changed':
      outcome('failed', { summary: 'not run: the tool has changed' })
      return said(
        saying({
          status: 'changed',
          code: 'tool.changed',
          reason: 'Its server describes it otherwise since it was listed.',
          action: answer.id,
          next: 'List the tools again.',
        }),
      )
    case 'failed': {
      const reason = reportable(means.scrub.text(ended.message))
      outcome('failed', { summary: reason })
      const next = 'It may be asked again.'
      const failed = saying({ status: 'failed', code: 'upstream.failed', reason, action: answer.id, next })
      return { ...said(failed), ...(ended.error ? { error: ended.error } : {}) }
    }
    case 'unknown': {
      const reason = reportable(means.scrub.text(ended.message))
      outcome('unknown', { summary: reason })
      const next = 'Find out whether it was done before asking for it again.'
      return said(saying({ status: 'unknown', code: 'upstream.unknown', reason, action: answer.id, next }))
    }
  }
}

async function report(
  means: Means,
  { holdpoint }: Caller,
  id: string,
  outcome: Parameters<Caller['holdpoint']['report']>[1] & { obligations?: unknown },
): Promise<void> {
  // Whoever called is answered first.
  await turn()
  const isTold = await holdpoint.report(id, outcome).catch(() => false)
  // That it ended, and how, is never lost for what is said of it.
  if (!isTold && !(await holdpoint.report(id, { status: outcome.status })))
    means.log.warn({ action: id }, 'how it ended could not be reported')
}
