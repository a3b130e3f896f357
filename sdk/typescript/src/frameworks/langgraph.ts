import type { Answer } from '../answer.ts'
import { forModel } from '../guarded.ts'
import type { Run } from '../holdpoint.ts'
import { type Call, Calls, type Oversight } from './calls.ts'

export type { Oversight } from './calls.ts'

/** What interrupts a graph, in the shape of the Agent Inbox: it shows the call and offers no buttons, people decide at `holdpoint.url`. */
export interface HeldInterrupt {
  readonly action_request: { readonly action: string; readonly args: Record<string, unknown> }
  readonly config: {
    readonly allow_ignore: boolean
    readonly allow_respond: boolean
    readonly allow_edit: boolean
    readonly allow_accept: boolean
  }
  readonly description: string
  readonly holdpoint: { readonly call: string; readonly action: string; readonly url: string | null }
}

/** How it ended, in the shape of the Agent Inbox. */
export interface HumanResponse {
  readonly type: 'accept' | 'edit' | 'response'
  readonly args: null | string | { action: string; args: Record<string, unknown> }
}

/** An interrupt of a graph's result (`__interrupt__`) or of a task of its state. */
interface Interrupted {
  readonly id?: string | undefined
  readonly value?: unknown
}

/** A call that a model asked for: one of `AIMessage.tool_calls`. */
interface ToolCall {
  readonly name: string
  readonly args: object
  readonly id?: string | undefined
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function held({ tool, id }: Call, { holdUrl, id: action }: Answer, args: Record<string, unknown>): HeldInterrupt {
  return {
    action_request: { action: tool, args },
    config: { allow_ignore: false, allow_respond: false, allow_edit: false, allow_accept: false },
    description: `People decide about this in Holdpoint${holdUrl === null ? '' : `: ${holdUrl}`}`,
    holdpoint: { call: id, action, url: holdUrl },
  }
}

/** @throws TypeError for an interrupt that is not one of `HeldInterrupt` */
function callOf(value: unknown): Call {
  // What LangGraph's own nodes throw are lists of one.
  const one: unknown = Array.isArray(value) ? value[0] : value
  if (isObject(one) && isObject(one.action_request) && isObject(one.holdpoint)) {
    const { action, args } = one.action_request
    const { call } = one.holdpoint
    if (typeof action === 'string' && typeof call === 'string') return { tool: action, params: args, id: call }
  }
  throw new TypeError('this interrupt is not Holdpoint’s: answer it yourself')
}

/** Tool calls of one task under oversight. */
export interface Overseer {
  /**
   * Runs one call of a tool inside a node, through the gate, and answers what it returned; or, where it may not be done, the text
   * for the model. With `pauseAfterSeconds`, `interrupt` is called where people must decide: the graph pauses, and the node runs
   * again when it is resumed. What it is resumed with allows nothing: Holdpoint is asked again.
   * One call a node, as with `Send`: a node that runs again runs all of it again.
   * @param run gets the arguments that came back; its second parameter is the answer, without which no obligations are taken
   */
  call<T>(call: ToolCall, run: Run<T>): Promise<T | string>
  /** Waits until all of these are decided. Answers what to resume the graph with: `new Command({ resume })`. */
  decisions(interrupts: readonly Interrupted[]): Promise<Record<string, HumanResponse[]>>
}

/** Puts the tool calls of a LangGraph graph under oversight. @param interrupt LangGraph's own */
export function overseer(interrupt: (value: HeldInterrupt[]) => unknown, oversight: Oversight): Overseer {
  const calls = new Calls(oversight)
  return {
    async call({ name, args, id }, run) {
      if (id === undefined) throw new TypeError('a call without an id cannot be asked about')
      const call = { tool: name, params: args, id }
      for (let judged = await calls.ask(call); judged.is !== 'allowed'; judged = await calls.ask(call)) {
        if (judged.is === 'not') return judged.text
        interrupt([held(call, judged.answer, { ...args })])
      }
      try {
        return await calls.run(call, run)
      } catch (error) {
        const text = forModel(error)
        if (text === null) throw error
        return text
      }
    },
    async decisions(interrupts) {
      const answered = interrupts.map(async ({ id, value }): Promise<[string, HumanResponse[]]> => {
        if (id === undefined) throw new TypeError('an interrupt without an id cannot be answered')
        const call = callOf(value)
        const judged = await calls.decided(call)
        if (judged.is === 'not') return [id, [{ type: 'response', args: judged.text }]]
        const { modified, params } = judged.answer
        const edited = { action: call.tool, args: params }
        return [id, [modified ? { type: 'edit', args: edited } : { type: 'accept', args: null }]]
      })
      return Object.fromEntries(await Promise.all(answered))
    },
  }
}
