import { randomUUID } from 'node:crypto'
import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { z } from 'zod'
import { type AskInput, askingDefinitions, askingTools } from '@/lib/gateway/asking'
import { canonical } from '@/lib/kernel/canonical'
import type { Answer } from '@/sdk/typescript/src/answer'
import { Refused, Unavailable } from '@/sdk/typescript/src/errors'
import type { Gateway } from './gateway'
import { type Caller, openCallers } from './holdpoint'

/** How long one wait at Holdpoint is, at most: after each the client hears that its call is alive. */
const stepSeconds = 5
const keyPattern = /^mcp-[0-9a-f-]{36}$/

const instructions =
  'Before you do anything that cannot easily be taken back, that costs money or that others will see, call holdpoint_ask with ' +
  'exactly what you want to do, and do it only if the verdict is allow, with the params of the answer. A denial must not be ' +
  'worked around. Report how it ended with holdpoint_report.'

const next: Readonly<Record<Answer['nextAction'], string>> = {
  execute: 'You may do this now, once, with exactly these params, before execute_by. Then call holdpoint_report.',
  wait: 'Nothing may be done yet: people are deciding. Call holdpoint_wait with this action.',
  retry: 'This was not allowed. Do not do it. It may be asked again later, with a new key.',
  revise: 'This was not allowed. Do not do it. A changed attempt may be asked, with `revises` and a new key.',
  stop: 'This was not allowed. Do not do it, do not ask for it again and do not work around it.',
}

function saying(line: string, found: Record<string, unknown>, isError = false): CallToolResult {
  return {
    content: [{ type: 'text', text: `${line}\n${canonical(found)}` }],
    structuredContent: found,
    ...(isError ? { isError } : {}),
  }
}

function told(answer: Answer, key: string | null): CallToolResult {
  const { id, status, verdict, code, reason, nextAction, modified, executeBy, permit, holdUrl, outcome } = answer
  const allowed = {
    params: answer.params,
    modified,
    execute_by: executeBy,
    permit,
    obligations: [...answer.obligations],
  }
  const line =
    outcome === null ? next[nextAction] : `This was done before, and reported as ${outcome}. Do not do it again.`
  return saying(line, {
    action: id,
    status,
    verdict,
    ...(verdict === null ? { url: holdUrl } : { code, reason }),
    next_action: outcome === null ? nextAction : 'stop',
    ...(verdict === 'allow' && outcome === null ? allowed : {}),
    ...(outcome === null ? {} : { outcome }),
    ...(key === null ? {} : { key }),
  })
}

/** What the model hears where there was no answer. @throws what is neither */
function refusal(error: unknown): CallToolResult {
  if (error instanceof Refused)
    return saying(
      'This was refused, and asking the same again gives the same. Do nothing.',
      {
        status: 'refused',
        code: error.code,
        reason: error.detail,
      },
      true,
    )
  if (!(error instanceof Unavailable)) throw error
  const key = error.key === null ? {} : { key: error.key }
  return saying(
    'Holdpoint gave no answer: nothing is allowed. Ask again later, with the same key.',
    { status: 'unavailable', ...key },
    true,
  )
}

/** Waits for people a step at a time, and tells the client each time that its call is alive. */
async function waited(
  first: Answer,
  seconds: number,
  ctx: ServerContext,
  again: (seconds: number) => Promise<Answer>,
): Promise<Answer> {
  const { _meta: meta, notify, signal } = ctx.mcpReq
  const progressToken = meta?.progressToken
  const end = Date.now() + seconds * 1_000
  let answer = first
  for (let progress = 1; answer.verdict === null && !signal.aborted; progress++) {
    const left = Math.ceil((end - Date.now()) / 1_000)
    if (left <= 0) break
    const message = `Waiting for people to decide${answer.holdUrl ? `: ${answer.holdUrl}` : ''}`
    if (progressToken !== undefined)
      await notify({ method: 'notifications/progress', params: { progressToken, progress, message } }).catch(
        () => undefined,
      )
    answer = await again(Math.min(left, stepSeconds))
  }
  return answer
}

/** Asks. A client that can is shown once where people decide, and then asked to wait (URL elicitation). */
async function ask(
  { holdpoint }: Caller,
  { key: given, wait_seconds, ...action }: AskInput,
  ctx: ServerContext,
  shows: boolean,
): Promise<CallToolResult | InputRequiredResult> {
  // What comes back from the client is its own agent's key, which opens nothing: it finds what was asked, and asks nobody twice.
  const state: unknown = ctx.mcpReq.requestState()
  const key = given ?? (typeof state === 'string' && keyPattern.test(state) ? state : `mcp-${randomUUID()}`)
  const first = await holdpoint.submit(action, key, 0)
  if (first.verdict === null && first.holdUrl !== null && shows && ctx.mcpReq.inputResponses === undefined) {
    const message = `People must decide about ${action.tool} in Holdpoint.`
    const decide = inputRequired.elicitUrl({ message, url: first.holdUrl })
    return inputRequired({ inputRequests: { decide }, requestState: key })
  }
  const again = (seconds: number) => holdpoint.wait(action, first.id, seconds)
  return told(await waited(first, wait_seconds, ctx, again), key)
}

/** The arguments of a call. @throws ProtocolError naming what is wrong */
function read<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const found = schema.safeParse(given ?? {})
  if (found.success) return found.data
  const wrong = found.error.issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`)
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, wrong.join('; ').slice(0, 500))
}

/** A server whose tools let an agent ask for itself, over the public HTTP API and with its own key. */
export function openAsking(url: string): Gateway {
  return {
    callers: openCallers(url, () => Date.now()),
    serve({ caller }) {
      const server = new Server(
        { name: 'holdpoint', title: 'Holdpoint', version: '1' },
        { capabilities: { tools: {} }, instructions },
      )
      server.setRequestHandler('tools/list', () => ({ tools: askingDefinitions }))
      server.setRequestHandler('tools/call', async ({ params }, ctx) => {
        const { name, arguments: given } = params
        const { holdpoint } = caller
        try {
          switch (name) {
            case 'holdpoint_ask': {
              const shows = server.getClientCapabilities()?.elicitation?.url !== undefined
              return await ask(caller, read(askingTools.holdpoint_ask.input, given), ctx, shows)
            }
            case 'holdpoint_wait': {
              const { action, wait_seconds } = read(askingTools.holdpoint_wait.input, given)
              const again = (seconds: number) => holdpoint.get(action, seconds)
              return told(await waited(await again(0), wait_seconds, ctx, again), null)
            }
            case 'holdpoint_report': {
              const { action, ...outcome } = read(askingTools.holdpoint_report.input, given)
              await holdpoint.outcome(action, outcome)
              return saying('It is reported.', { action, status: outcome.status })
            }
            case 'holdpoint_me':
              read(askingTools.holdpoint_me.input, given)
              return saying('This is you.', await holdpoint.whoami())
            default:
              throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`)
          }
        } catch (error) {
          if (error instanceof ProtocolError) throw error
          return refusal(error)
        }
      })
      return server
    },
    watch: async () => () => undefined,
    schemaOf: async () => null,
    drain: async () => undefined,
    close: async () => undefined,
  }
}
