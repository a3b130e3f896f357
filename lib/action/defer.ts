import { isId } from '@/lib/kernel/id'
import type { ActionStatus, Submission } from './contract'

/** How many actions one may wait for, how long a chain of waiting may be, and for how long (seconds). */
export const deferral = { most: 10, depth: 5, seconds: 86_400 } as const

/** What an action waits for: `after` must have succeeded, its `parent` (where it is the agent's own) must have been allowed. */
export interface Dependencies {
  readonly after: readonly string[]
  readonly parent: string | null
}

/**
 * Reads what a submission says that it depends on: `context.after`, and `context.parent` where that is an action. Null:
 * nothing. A sentence: what it says cannot be read.
 */
export function dependenciesOf(context: Submission['context']): Dependencies | string | null {
  const said: unknown = context?.after
  const parent = context?.parent !== undefined && isId('act', context.parent) ? context.parent : null
  if (said === undefined) return parent === null ? null : { after: [], parent }
  if (!Array.isArray(said) || said.length > deferral.most) return `after is a list of at most ${deferral.most} actions.`
  const ids: unknown[] = said
  const after = ids.filter(one => typeof one === 'string').filter(one => isId('act', one))
  if (after.length !== ids.length) return 'after holds something that is no id of an action.'
  return after.length === 0 && parent === null ? null : { after: [...new Set(after)].sort(), parent }
}

/** One action that another waits for, as it stands now. */
export interface Dependency {
  readonly id: string
  readonly agent_id: string
  readonly status: ActionStatus
  readonly outcome: string | null
  /** How many others it waits behind itself; 0 when it waits for none. */
  readonly depth: number
  /** The agents that handed it on. */
  readonly delegated_by: readonly string[]
}

/*
 * the action it waits for          after     parent
 * held, deferred                   wait      wait
 * allowed, approved                wait      met      (until its outcome)
 * … outcome unknown                wait      met      (until a person reconciles it)
 * … outcome succeeded              met       met
 * … outcome failed, rolled_back    failed    met      (what cleans up after it has it as its parent)
 * denied, rejected, expired,
 * cancelled, contained             failed    failed
 * not there, another agent's       failed    met      (a parent is lineage: nobody learns from it how others stand)
 */
export type Deferral =
  | { readonly is: 'ready' }
  | { readonly is: 'wait'; readonly depth: number }
  | { readonly is: 'denied'; readonly code: 'dependency.failed' | 'dependency.too_deep'; readonly reason: string }

/** What becomes of an action that waits for others (the table above). Its time is judged like that of everything that waits. */
export function judgeDeferral(waits: Dependencies, agent: string, known: ReadonlyMap<string, Dependency>): Deferral {
  const own = (id: string) => (known.get(id)?.agent_id === agent ? known.get(id) : undefined)
  const ids = [...new Set([...waits.after, ...(waits.parent === null ? [] : [waits.parent])])]
  const states = ids.map(id => stateOf(own(id), waits.after.includes(id)))
  if (states.includes('failed')) {
    const reason = 'An action that this one depends on was not allowed, failed, or is not there.'
    return { is: 'denied', code: 'dependency.failed', reason }
  }
  const waiting = ids.filter((_, at) => states[at] === 'wait')
  if (waiting.length === 0) return { is: 'ready' }
  const depth = 1 + Math.max(...waiting.map(id => own(id)?.depth ?? 0))
  if (depth > deferral.depth) {
    const reason = `It would wait behind a chain of more than ${deferral.depth} actions.`
    return { is: 'denied', code: 'dependency.too_deep', reason }
  }
  return { is: 'wait', depth }
}

function stateOf(one: Dependency | undefined, mustSucceed: boolean): 'met' | 'wait' | 'failed' {
  if (!one) return mustSucceed ? 'failed' : 'met'
  const { status, outcome } = one
  if (status === 'held' || status === 'deferred') return 'wait'
  if (status !== 'allowed' && status !== 'approved') return 'failed'
  if (!mustSucceed || outcome === 'succeeded') return 'met'
  return outcome === 'failed' || outcome === 'rolled_back' ? 'failed' : 'wait'
}

/** For how many seconds it waits: its own deadline, and never longer than a day. */
export function deferredSeconds(deadlineSeconds: number | undefined): number {
  return Math.min(deadlineSeconds ?? deferral.seconds, deferral.seconds)
}
