import type { Answer } from '../answer.ts'
import { forModel } from '../guarded.ts'
import { Calls, type Oversight } from './calls.ts'

export type { Oversight } from './calls.ts'

/** What the SDK tells `execute` of the call itself. */
interface Details {
  readonly toolCall?: { readonly callId: string } | undefined
}

/** The part of the options of the SDK's `tool` that oversight is about. */
interface ToolOptions<P extends object, C, T> {
  readonly name: string
  readonly parameters?: unknown
  readonly execute: (params: P, context: C, answer: Answer) => Promise<T> | T
}

/** A call for which the run was interrupted: an item of `result.interruptions`. */
interface Interruption {
  readonly name?: string | undefined
  readonly arguments?: string | undefined
  readonly rawItem: object
}

/** The run's state, as `result.state` or `RunState.fromString` gives it. */
interface State<I> {
  getInterruptions(): I[]
  approve(item: I): void
  reject(item: I, options: { readonly message: string }): void
}

/** The two members that `tool` is given instead of the `execute` of one's own. */
export interface OverseenOptions<P extends object, C, T> {
  /** Asks Holdpoint; only with `pauseAfterSeconds` the run is interrupted where people must decide. */
  readonly needsApproval: (context: unknown, params: P, callId?: string) => Promise<boolean>
  /** Runs through the gate; what may not be done is told to the model. */
  readonly execute: (params: P, context: C, details?: Details) => Promise<T | string>
}

/** Tools of one task under oversight. */
export interface Overseer {
  /**
   * The options of a function tool, under oversight: `tool(overseer.tool({ name, parameters, execute }))`. What `execute` gets as
   * its third parameter is Holdpoint's answer; only with it it is called where there are obligations.
   */
  tool<P extends object, C, T, O extends ToolOptions<P, C, T>>(
    options: O & ToolOptions<P, C, T>,
  ): Omit<O, 'execute'> & OverseenOptions<P, C, T>
  /** Waits until every call that interrupted the run is decided, and writes it into the state: run it again with the agent. */
  decide<I extends Interruption>(state: State<I>): Promise<void>
}

function callIdOf(item: object): string {
  if ('callId' in item && typeof item.callId === 'string') return item.callId
  throw new TypeError('a call without an id cannot be asked about')
}

/** An interruption carries what the model wrote, and was asked about as its schema read it, with defaults: so it is read again. */
function noted<O extends { readonly name: string; readonly parameters?: unknown }>(
  parsers: Map<string, (params: unknown) => unknown>,
  options: O,
): O {
  const { name, parameters } = options
  if (typeof parameters === 'object' && parameters !== null && 'parse' in parameters) {
    const { parse } = parameters
    if (typeof parse === 'function') parsers.set(name, params => parse.call(parameters, params))
  }
  return options
}

/** Puts function tools of the OpenAI Agents SDK (`@openai/agents` ≥ 0.20) under oversight. An approval in a run's state allows nothing by itself. */
export function overseer(oversight: Oversight): Overseer {
  const calls = new Calls(oversight)
  const parsers = new Map<string, (params: unknown) => unknown>()
  return {
    tool: ({ execute, ...options }) => ({
      ...noted(parsers, options),
      async needsApproval(_context, params, callId) {
        if (callId === undefined) throw new TypeError('a call without an id cannot be asked about')
        return (await calls.ask({ tool: options.name, params, id: callId })).is === 'waiting'
      },
      async execute(params, context, details) {
        const call = { tool: options.name, params, id: callIdOf(details?.toolCall ?? {}) }
        type Params = typeof params
        const withAnswer = (given: Params, answer: Answer) => execute(given, context, answer)
        const run = (given: Params, ...[answer]: [Answer]) => execute(given, context, answer)
        try {
          return await calls.run(call, execute.length >= 3 ? withAnswer : run)
        } catch (error) {
          const text = forModel(error)
          if (text === null) throw error
          return text
        }
      },
    }),
    async decide(state) {
      await Promise.all(
        state.getInterruptions().map(async item => {
          const tool = item.name ?? ''
          const given: unknown = JSON.parse(item.arguments ?? '{}')
          const params = parsers.get(tool)?.(given) ?? given
          const judged = await calls.decided({ tool, params, id: callIdOf(item.rawItem) })
          if (judged.is === 'not') state.reject(item, { message: judged.text })
          else state.approve(item)
        }),
      )
    },
  }
}
