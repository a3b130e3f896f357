import type { Answer } from '../answer.ts'
import { forModel } from '../guarded.ts'
import { type Call, Calls, type Oversight } from './calls.ts'

export type { Oversight } from './calls.ts'

/** A call as the AI SDK (`ai` ≥ 7) describes it. */
interface ToolCall {
  readonly toolName: string
  readonly toolCallId: string
  readonly input: unknown
}

/** What `toolApproval` may answer here. */
export type Approval =
  | { readonly type: 'approved' }
  | { readonly type: 'denied'; readonly reason: string }
  | { readonly type: 'user-approval'; readonly reason: string }

/** A part of a result's content: only requests for approval matter here. */
interface Part {
  readonly type: string
}

interface ApprovalRequest {
  readonly type: 'tool-approval-request'
  readonly approvalId: string
  readonly toolCall: ToolCall
  readonly isAutomatic?: boolean
}

export interface ApprovalResponse {
  readonly type: 'tool-approval-response'
  readonly approvalId: string
  readonly approved: boolean
  readonly reason?: string
}

/** What the AI SDK is given instead of the tools: pass `tools` and `toolApproval` to `generateText`, `streamText` or an agent. */
export interface Overseen<T> {
  readonly tools: T
  /**
   * Asks Holdpoint. What is allowed is approved, what is denied is denied with the reason, and what people must decide is waited
   * for; only with `pauseAfterSeconds` the run ends after that long with a request for approval.
   */
  readonly toolApproval: (options: { readonly toolCall: ToolCall }) => Promise<Approval>
  /**
   * Waits until everything that a paused run asked for is decided. Answers the message with which the run goes on; null where it
   * asked for nothing.
   */
  readonly decisions: (
    content: readonly Part[],
  ) => Promise<{ readonly role: 'tool'; readonly content: ApprovalResponse[] } | null>
}

type Execute = (input: object, options: { readonly toolCallId: string }, answer: Answer) => unknown

const callOf = ({ toolName, toolCallId, input }: ToolCall): Call => ({ tool: toolName, params: input, id: toolCallId })
const isRequest = (part: Part): part is ApprovalRequest =>
  part.type === 'tool-approval-request' && !('isAutomatic' in part && part.isAutomatic === true)
const isExecute = (value: unknown): value is Execute => typeof value === 'function'
const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/**
 * Puts the tools of the AI SDK under oversight: each that has an `execute` is asked about, and runs through the gate alone. An
 * approval in the messages, whoever wrote it, allows nothing by itself.
 */
export function overseen<T extends Readonly<Record<string, object>>>(tools: T, oversight: Oversight): Overseen<T> {
  const calls = new Calls(oversight)
  const under = { ...tools }
  for (const [name, tool] of Object.entries(tools)) put(under, name, guardedTool(calls, name, tool))
  return {
    tools: under,
    async toolApproval({ toolCall }) {
      const judged = await calls.ask(callOf(toolCall))
      if (judged.is === 'allowed') return { type: 'approved' }
      if (judged.is === 'not') return { type: 'denied', reason: judged.text }
      return { type: 'user-approval', reason: judged.answer.holdUrl ?? 'Waiting in Holdpoint.' }
    },
    async decisions(content) {
      const responses = await Promise.all(
        content.filter(isRequest).map(async ({ approvalId, toolCall }): Promise<ApprovalResponse> => {
          const judged = await calls.decided(callOf(toolCall))
          const approved = judged.is === 'allowed'
          const reason = judged.is === 'not' ? { reason: judged.text } : {}
          return { type: 'tool-approval-response', approvalId, approved, ...reason }
        }),
      )
      return responses.length === 0 ? null : { role: 'tool', content: responses }
    },
  }
}

/** Sets a member of a copy, which keeps its type. */
function put(copy: object, name: string, value: unknown): void {
  Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true })
}

function guardedTool<T extends object>(calls: Calls, name: string, tool: T): T {
  const execute = 'execute' in tool ? tool.execute : undefined
  // Without it the call is executed elsewhere, in the browser or by the provider: nothing here can stand in its way.
  if (!isExecute(execute)) return tool
  const guarded: Execute = async (input, options) => {
    const call = { tool: name, params: input, id: options.toolCallId }
    try {
      // `gate` hands obligations only to what takes the answer: here the third parameter.
      const run = (params: object, ...[answer]: [Answer]) => whole(execute(params, options, answer))
      const withAnswer = (params: object, answer: Answer) => whole(execute(params, options, answer))
      return await calls.run(call, execute.length >= 3 ? withAnswer : run)
    } catch (error) {
      const text = forModel(error)
      if (text === null) throw error
      throw new Error(text, { cause: error })
    }
  }
  const copy = { ...tool }
  put(copy, 'execute', guarded)
  return copy
}

/** What a tool that streams its result came to: it is done when it has ended, and not before. */
async function whole(result: unknown): Promise<unknown> {
  const awaited = await result
  if (!isStream(awaited)) return awaited
  let last: unknown
  for await (const part of awaited) last = part
  return last
}
