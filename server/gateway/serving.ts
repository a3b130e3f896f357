import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type GetPromptResult,
  type InputRequiredResult,
  isInputRequiredResult,
  isSpecType,
  LOG_LEVEL_META_KEY,
  type LoggingLevel,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  Server,
  type ServerContext,
  specTypeSchemas,
} from '@modelcontextprotocol/server'
import type { Changed } from '@/lib/gateway/naming'
import { type Said, saying, textOf } from '@/lib/gateway/result'
import { canonical } from '@/lib/kernel/canonical'
import type { Asked, Gated, Means, Send } from './asked'
import { gatedCall } from './call'
import type { Catalogue } from './catalogue'
import type { Caller } from './holdpoint'
import type { Offers } from './offers'
import { after, type Talk } from './talk'
import type { Asker, Talks } from './talks'
import type { Unheard } from './unheard'
import { type Upstream, type Way, wayOf } from './upstream'
import { refusalOf, type Verbs } from './verbs'
import { mostWatched } from './watching'

/** Who calls, and in which run of theirs. */
export interface Serving {
  readonly caller: Caller
  /** What the protocol calls the session; null where it has none: then the agent's day is one. */
  readonly session: string | null
  /** Whether lists that have changed can be told of. */
  readonly tells: boolean
  /** The client stays with this server until it goes: it can be told of what changes by it. */
  readonly lasting?: boolean
}

/** What all servers of one gateway share. */
export interface Parts {
  readonly means: Means
  readonly catalogue: Catalogue
  readonly offers: Offers
  readonly verbs: Verbs
  readonly tools: Talks<Gated<CallToolResult>>
  readonly unheard: Unheard<CallToolResult, InputRequiredResult>
  readonly reads: Talks<Gated<ReadResourceResult>>
  readonly prompts: Talks<Gated<GetPromptResult>>
  /** Is told of what changes, until the answer is called. */
  listen(heard: (what: Changed) => void): () => void
  /** From now on `changed` is told of these resources, until the answer is called. */
  watch(caller: Caller, uris: readonly string[]): Promise<() => void>
}

const instructions =
  'Calls of these tools may wait for people to decide. A result that says it is pending was not run: call the same tool ' +
  'with the same arguments again to go on waiting. A call that was denied must not be worked around.'

const mostText = 200_000
const notNow = (status: Said['status'], code: string, reason: string, next: string): Said => ({
  status,
  code,
  reason,
  action: null,
  next,
})

/** A server of the protocol for one client: the same offers for all, each request as its own agent. */
export function serverFor(parts: Parts, { caller, session, tells, lasting }: Serving): Server {
  const { means, catalogue, offers, verbs } = parts
  const changing = tells ? { listChanged: true } : {}
  const server = new Server(
    { name: 'holdpoint-gateway', title: 'Holdpoint', version: '1' },
    {
      capabilities: {
        tools: changing,
        prompts: changing,
        resources: { ...changing, ...(tells ? { subscribe: true } : {}) },
        completions: {},
        logging: {},
      },
      instructions,
    },
  )
  let level: LoggingLevel | null = null

  function askerOf(ctx: ServerContext, what: string): Asker {
    const run = session ?? `mcp-${new Date(means.now()).toISOString().slice(0, 10)}`
    const { envelope } = ctx.mcpReq
    // A client of 2026-07-28 says with each request what it can; one of 2025-11-25 has said so when it began.
    const said: unknown = envelope
      ? Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY)
      : server.getClientCapabilities()
    const read = specTypeSchemas.ClientCapabilities['~standard'].validate(said ?? {})
    const { elicitation, sampling, roots } = read.issues === undefined ? read.value : {}
    const named: unknown = envelope ? Reflect.get(envelope, LOG_LEVEL_META_KEY) : level
    const wanted = isSpecType.LoggingLevel(named) ? named : null
    const offered = Object.entries({ elicitation, sampling, roots }).filter(([, one]) => one !== undefined)
    const logs = wanted !== null || (!envelope && offered.length > 0)
    return { caller, run, what, can: Object.fromEntries(offered), level: wanted, logs, ctx }
  }

  function asked<R extends object>(
    { run, ctx }: Asker,
    talk: Talk,
    of: Pick<Asked<R>, 'tool' | 'params' | 'classification' | 'text'>,
    upstream: Upstream,
    send: (way: Way, params: Record<string, unknown>, talk: Talk) => ReturnType<Send<R>>,
  ): Asked<R> {
    const { _meta: meta, signal } = ctx.mcpReq
    const traceparent = meta?.traceparent
    return {
      caller,
      session: run,
      ...of,
      traceparent: typeof traceparent === 'string' && traceparent.length <= 200 ? traceparent : undefined,
      signal,
      back: talk.back,
      progress: talk.progress,
      ...wayOf(upstream, talk, way => (params, ticks) => send(way, params, after(talk, ticks))),
    }
  }

  server.setRequestHandler('tools/list', async () => ({
    tools: (await catalogue.list()).map(({ definition }) => definition),
  }))
  server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    const found = await catalogue.find(params.name)
    if (!found) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`)
    const { tool, upstream, standing } = found
    if (standing === 'unreachable')
      return saying(
        notNow('unavailable', 'service.unavailable', 'Holdpoint cannot be reached.', 'It may be asked again later.'),
      )
    if (standing === 'changed')
      return saying(
        notNow(
          'changed',
          'tool.changed',
          'Its server describes it otherwise than when it was first seen.',
          'People must look at it first.',
        ),
      )
    const args = params.arguments ?? {}
    const asker = askerOf(ctx, canonical(['tools/call', params.name, args]))
    const gated = await parts.unheard.heard(asker, () =>
      parts.tools.turn(asker, talk =>
        gatedCall(
          means,
          asked<CallToolResult>(
            asker,
            talk,
            {
              tool: tool.name,
              params: args,
              classification: upstream.classification,
              text: one => textOf(one, mostText),
            },
            upstream,
            (way, decided, sending) => way.call(tool, decided, sending),
          ),
        ),
      ),
    )
    if (isInputRequiredResult(gated)) return gated
    if (gated.is === 'answered') return gated.result
    if (gated.error?.code === ProtocolErrorCode.MissingRequiredClientCapability) throw refusalOf(gated, means.scrub)
    return gated.said
  })

  server.setRequestHandler('resources/list', async () => ({ resources: await offers.resources() }))
  server.setRequestHandler('resources/templates/list', async () => ({ resourceTemplates: await offers.templates() }))
  server.setRequestHandler('prompts/list', async () => ({ prompts: await offers.prompts() }))
  server.setRequestHandler('resources/read', async ({ params }, ctx) => {
    const found = await offers.resource(params.uri)
    const verb = found && (await verbs.of(found.server, 'resources/read'))
    if (!found || !verb) throw new ResourceNotFoundError(params.uri)
    const { upstream } = found.server
    const asker = askerOf(ctx, canonical(['resources/read', params.uri]))
    const gated = await parts.reads.turn(asker, talk =>
      gatedCall(
        means,
        asked<ReadResourceResult>(
          asker,
          talk,
          { ...verb, params: { uri: found.name }, text: one => textOf(one, mostText) },
          upstream,
          (way, { uri }, sending) => way.read(typeof uri === 'string' ? uri : found.name, sending),
        ),
      ),
    )
    if (isInputRequiredResult(gated)) return gated
    if (gated.is === 'answered') return gated.result
    throw refusalOf(gated, means.scrub, params.uri)
  })
  server.setRequestHandler('prompts/get', async ({ params }, ctx) => {
    const found = await offers.prompt(params.name)
    const verb = found && (await verbs.of(found.server, 'prompts/get'))
    if (!found || !verb) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${params.name}`)
    const { upstream } = found.server
    const args = params.arguments ?? {}
    const asker = askerOf(ctx, canonical(['prompts/get', params.name, args]))
    const gated = await parts.prompts.turn(asker, talk =>
      gatedCall(
        means,
        asked<GetPromptResult>(
          asker,
          talk,
          { ...verb, params: { name: found.name, arguments: args }, text: one => textOf(one, mostText) },
          upstream,
          (way, decided, sending) =>
            way.prompt(typeof decided.name === 'string' ? decided.name : found.name, texts(decided.arguments), sending),
        ),
      ),
    )
    if (isInputRequiredResult(gated)) return gated
    if (gated.is === 'answered') return gated.result
    throw refusalOf(gated, means.scrub)
  })
  server.setRequestHandler('completion/complete', ({ params }, ctx) => verbs.complete(askerOf(ctx, ''), params))

  server.setRequestHandler('logging/setLevel', ({ params }) => {
    level = params.level
    return {}
  })
  if (tells && lasting) lastingParts(server, caller, parts)
  return server
}

/** What a client is told that stays: lists that change, and the resources that it subscribes to. */
function lastingParts(server: Server, caller: Caller, { listen, watch }: Parts): void {
  const watched = new Map<string, Promise<() => void>>()
  const tell = (what: Changed): Promise<void> => {
    switch (what.kind) {
      case 'tools':
        return server.sendToolListChanged()
      case 'prompts':
        return server.sendPromptListChanged()
      case 'resources':
        return server.sendResourceListChanged()
      case 'resource':
        return watched.has(what.uri) ? server.sendResourceUpdated({ uri: what.uri }) : Promise.resolve()
    }
  }
  const stop = listen(what => void tell(what).catch(() => undefined))
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
    if (watched.has(uri)) return {}
    if (watched.size >= mostWatched)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `A session may watch ${mostWatched} resources.`)
    const watching = watch(caller, [uri])
    watched.set(uri, watching)
    await watching.catch(error => {
      watched.delete(uri)
      throw error
    })
    return {}
  })
  const release = (uri: string) => {
    watched.get(uri)?.then(
      end => end(),
      () => undefined,
    )
    watched.delete(uri)
  }
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    release(params.uri)
    return {}
  })
  server.onclose = () => {
    stop()
    for (const uri of [...watched.keys()]) release(uri)
  }
}

const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
