import type { ActionAnswer, Submission } from '@/lib/action/contract'
import { canonical } from '@/lib/kernel/canonical'
import type { HookAnswer, HookEvent } from './contract'
import { inputWith, paramsOf } from './submission'

type Decision = 'allow' | 'deny' | 'ask'

/** One line of what people wrote: nothing in it can pass for another line of ours. */
const line = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 2_000)

function answered(permissionDecision: Decision, words: readonly string[], updatedInput?: Record<string, unknown>) {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse' as const,
      permissionDecision,
      permissionDecisionReason: words.filter(Boolean).join('\n'),
      ...(updatedInput ? { updatedInput } : {}),
    },
  } satisfies HookAnswer
}

const advice = {
  retry: 'It may be tried again later.',
  revise: 'A changed attempt may be made.',
  stop: 'Do not try it again or work around it.',
} as const

/** It was not allowed. */
export function denied(action: ActionAnswer): HookAnswer {
  const { decision, next_action } = action
  const next = next_action === 'retry' || next_action === 'revise' ? advice[next_action] : advice.stop
  const why = line(decision?.reason ?? '')
  return answered('deny', [`Holdpoint: not allowed (${decision?.code ?? action.status}). ${why}`.trim(), next])
}

/** Nobody has decided it. The same call finds the decision, and asks nobody twice. `envelope`: where more of it is asked for. */
export function waiting({ id, status, hold }: ActionAnswer, envelope: string | null = null): HookAnswer {
  return answered('deny', [
    `Holdpoint: this waits for ${status === 'deferred' ? 'other actions' : 'people'} and was not run yet.`,
    hold ? `It is decided at ${hold.url}` : '',
    envelope ? `What this session may do like it without asking each time is decided at ${envelope}` : '',
    'Make the same call again to go on waiting; that asks nobody a second time.',
    `Handle: ${id}`,
  ])
}

/** Why a session asks for more than the one call, as people read it; `said`: what the person said last, and who tells of it. */
export function envelopeReason(
  { tool, resource }: Submission,
  said: { readonly text: string; readonly recorded: boolean } | null,
): string {
  const first = `Claude Code asks once in this session. It came to ${tool}${resource?.id ? ` on ${resource.id}` : ''}.`
  const asked = line(said?.text ?? '').slice(0, 500)
  const told = said?.recorded ? 'Its person had said' : 'By its own account its person had said'
  return line(asked ? `${first} ${told}: “${asked}”` : first)
}

/** It could not be decided, or may not be run any more. */
export const unavailable = (code: string, reason: string, next: string = advice.retry): HookAnswer =>
  answered('deny', [`Holdpoint: this could not be decided and was not run (${code}). ${line(reason)}`.trim(), next])

/** What an allowed call must do and a hook cannot see to. */
export const unkept = (types: readonly string[]): HookAnswer =>
  answered('deny', [
    `Holdpoint: allowed with an obligation that Claude Code cannot keep: ${line(types.join(', '))}. It was not run.`,
    advice.stop,
  ])

/**
 * It may be run, with the arguments that came back. `ask` leaves the last word to whoever sits in front of it. What is only
 * watched goes on as if nobody were there: then Claude Code's own rules are not taken away either.
 */
export function allowed(event: HookEvent, action: ActionAnswer, ask: boolean): HookAnswer {
  if (!action.enforced) return { hookSpecificOutput: { hookEventName: 'PreToolUse' } }
  const params = action.params ?? {}
  const changed = canonical(params) !== canonical(paramsOf(event))
  const why = line(action.decision?.reason ?? '')
  const narrower = changed ? ' It is run with the arguments that came back, not with those that were asked for.' : ''
  return answered(
    ask ? 'ask' : 'allow',
    [`Holdpoint: allowed. ${why}${narrower}`.trim()],
    changed ? inputWith(event, params) : undefined,
  )
}
