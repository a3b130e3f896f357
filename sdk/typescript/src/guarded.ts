import type { Action, Answer } from './answer.ts'
import { canonical } from './canonical.ts'
import { AlreadyDone, Denied, Unavailable } from './errors.ts'
import type { GateOptions, Holdpoint, Run } from './holdpoint.ts'

/** What the parameters alone do not say of a call: its resource, its intent, its context. */
export type Described = Omit<Partial<Action>, 'tool' | 'params'>

export interface GuardedOptions<P> extends Omit<GateOptions, 'key'> {
  /** The key of a call, made of what it does: `bill => bill.number`. Without it `context.task` decides, as in `gate`. */
  readonly key?: (params: P) => string
  readonly describe?: (params: P) => Described
}

/**
 * The same function, asked about before each call. It takes one object of arguments, which are the action's parameters, and is
 * called with those that came back, which people or policy may have changed. One that takes two gets the answer as its second:
 * only such a function is called where there are obligations.
 * @throws as `Holdpoint.gate` does
 */
export function guarded<P extends object, T>(
  holdpoint: Holdpoint,
  tool: string,
  run: (params: P, answer: Answer) => Promise<T> | T,
  options: GuardedOptions<P> = {},
): (params: P) => Promise<T> {
  const { key, describe, ...wait } = options
  return async params => {
    const text = canonical(params)
    const action: Action = { ...describe?.(params), tool, params: JSON.parse(text) }
    const chosen = key === undefined ? wait : { ...wait, key: key(params) }
    return holdpoint.gate(action, passing(run), chosen)
  }
}

/** `run` as `gate` calls it: it shows whether `run` itself takes the answer, without which obligations are not kept. */
export function passing<P extends object, T>(run: (params: P, answer: Answer) => Promise<T> | T): Run<T> {
  const returned = (params: Record<string, unknown>): P => JSON.parse(canonical(params))
  if (run.length >= 2) return (params, answer) => run(returned(params), answer)
  return (params, ...[answer]: [Answer]) => run(returned(params), answer)
}

/** One safe text for a language model about a call that was not done; null for an error of what was run. */
export function forModel(error: unknown): string | null {
  if (error instanceof Denied || error instanceof Unavailable) return error.forModel
  if (error instanceof AlreadyDone) return 'This action was done before. It was not done again.'
  return null
}
