import {
  type CallToolResult,
  type Client,
  type CompleteRequest,
  type CompleteResult,
  type FetchLike,
  type GetPromptResult,
  type Prompt,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplateType,
  SdkError,
  SdkErrorCode,
  type Tool,
} from '@modelcontextprotocol/client'
import type { Logger } from 'pino'
import { fitting, type Offered, offered } from '@/lib/gateway/catalogue'
import type { ServerConfig } from '@/lib/gateway/config'
import { type Changed, type Naming, nameOutward, namingOf, type Verb, verbs } from '@/lib/gateway/naming'
import { NotRun } from '@/lib/gateway/not-run'
import { scrubber } from '@/lib/gateway/scrub'
import { secretsOf } from '@/lib/gateway/secrets'
import type { Classification } from '@/lib/kernel/scale'
import { type Ended, endOf } from './ended'
import { type Exchange, exchange } from './exchange'
import { type Line, openLines } from './lines'
import { connectMs } from './link'
import type { Talk } from './talk'
import { openWatching } from './watching'

/** A tool with its definition as the protocol has it. */
export type OfferedTool = Offered<Tool>

/** One MCP server behind the gateway, connected when it is first needed and again after it has gone. */
export interface Upstream {
  readonly name: string
  readonly naming: Naming
  readonly classification: Classification | undefined
  /** A tool by its name under the gateway, as it was listed last. */
  now(name: string): OfferedTool | null
  /** What it offers now, asked afresh. @throws Error when it cannot be reached */
  list(): Promise<readonly OfferedTool[]>
  /** What is decided beside tools, as a tool of the catalogue; null: it has nothing of the kind. @throws Error when it cannot be reached */
  verb(verb: Verb): Promise<OfferedTool | null>
  /** By its own names; none where it has none. @throws Error when it cannot be reached */
  resources(): Promise<readonly Resource[]>
  templates(): Promise<readonly ResourceTemplateType[]>
  prompts(): Promise<readonly Prompt[]>
  /** By which this talk's requests are sent, opened where it is not open. @throws Error when it cannot be reached, or was closed */
  way(talk: Talk): Promise<Way>
  /** The same where it stands open. */
  wayNow(talk: Talk): Way | null
  /** Is told by `changed` of this resource, until the answer is called. */
  watch(uri: string): Promise<() => void>
  /** Takes no new call, lets those that were sent be answered, and ends the connection. */
  close(): Promise<void>
}

/** A connection that is open, for one client's talk. What is sent when it has ended meanwhile was not sent, and says so. */
export interface Way {
  /** Sends one call, once. It is never sent where the server's definition of the tool is not the one given. */
  call(tool: OfferedTool, params: Record<string, unknown>, talk: Talk): Promise<Ended<CallToolResult>>
  /** Each by the server's own names, once. Answers have the clients' names in them. */
  read(uri: string, talk: Talk): Promise<Ended<ReadResourceResult>>
  prompt(name: string, args: Record<string, string>, talk: Talk): Promise<Ended<GetPromptResult>>
  complete(params: CompleteRequest['params']): Promise<Ended<CompleteResult>>
}

/** How a request finds its way, as the call asks for it. */
export function wayOf<S>(
  upstream: Upstream,
  talk: Talk,
  send: (way: Way) => S,
): { open(): Promise<S>; opened(): S | null } {
  return {
    open: async () => send(await upstream.way(talk)),
    opened() {
      const way = upstream.wayNow(talk)
      return way && send(way)
    },
  }
}

/** What an upstream tells of itself. */
export interface Heard {
  /** Its list of tools has been read. */
  tools(tools: readonly OfferedTool[], verbs: readonly OfferedTool[]): void
  /** Another list, or another content of a resource by the clients' name; lists of tools are told of by `tools` alone. */
  changed(what: Changed): void
}

const gone = 'The server has been removed; nothing was sent to it.'
const reserved = new Set<string>(verbs.map(one => one.verb))

/** @param fetch by which addresses are called; absent: as they are */
export function openUpstream(
  name: string,
  config: ServerConfig,
  prefix: string,
  log: Logger,
  heard: Heard,
  fetch?: FetchLike,
): Upstream {
  const naming = namingOf(name, prefix)
  const scrub = scrubber(secretsOf(config))
  const reach = { name, config, log, fetch, scrub }
  const sent = new Set<Promise<unknown>>()
  let removed = false
  let latest: readonly OfferedTool[] = []

  /** A list as clients, the catalogue and people see it: a server that writes down how it is called tells nobody. */
  function cleaned<T extends object>(list: readonly T[]): T[] {
    const copy = structuredClone([...list])
    scrub.inside(copy)
    return copy
  }

  async function toolsOf(client: Client): Promise<readonly OfferedTool[]> {
    if (!client.getServerCapabilities()?.tools) return []
    const tools = cleaned((await client.listTools(undefined, { cacheMode: 'refresh', timeout: connectMs })).tools)
    const { fit, unfit } = fitting(prefix, tools, reserved)
    for (const { name: tool, why } of unfit) log.error({ server: name, tool, why }, 'a tool is left out')
    return offered(name, prefix, fit)
  }

  const verbsOf = (client: Client): OfferedTool[] => {
    const can = client.getServerCapabilities()
    const has = {
      'resources/read': can?.resources,
      'prompts/get': can?.prompts,
      'completion/complete': can?.completions,
    }
    const described = verbs
      .filter(({ verb }) => has[verb] !== undefined)
      .map(({ verb, description, properties, required }) => ({
        name: verb,
        description,
        inputSchema: { type: 'object' as const, properties, required: [...required] },
        annotations: { readOnlyHint: true },
      }))
    return offered(name, prefix, described)
  }

  function read(line: Line): void {
    latest = line.tools
    heard.tools(latest, verbsOf(line.link.client))
  }
  const lines = openLines(reach, toolsOf, {
    connected(line) {
      read(line)
      log.info({ server: name, tools: line.tools.length }, 'connected')
      watching.again()
    },
    read,
    changed: what => heard.changed(what.kind === 'resource' ? { kind: 'resource', uri: naming.uri + what.uri } : what),
  })
  const base = (): Promise<Line> => {
    if (removed) return Promise.reject(new NotRun(gone))
    return lines.base()
  }
  const watching = openWatching(async () => (await base()).link)

  /** What this server may ask, of what the client can be asked. */
  function askable({ can }: Talk): Talk['can'] {
    const { asks } = config
    return asks ? Object.fromEntries(Object.entries(can).filter(([what]) => asks.some(one => one === what))) : can
  }

  const limited = (talk: Talk): Talk => ({ ...talk, can: askable(talk) })

  /** Sends what was decided. A server that was taken away while it was decided is sent nothing more. */
  async function send<R extends object>(line: Line, asked: Talk, ask: Exchange<R>): Promise<Ended<R>> {
    if (removed) return { is: 'failed', message: gone }
    const talk = limited(asked)
    const sending = exchange(line, talk, config.timeout_seconds * 1_000, ask).catch((error: unknown) =>
      endOf(error, () => lines.drop(line)),
    )
    sent.add(sending)
    const ended = await sending.finally(() => sent.delete(sending))
    if (ended.is === 'answered') nameOutward(ended.result, naming)
    return ended
  }

  const wayBy = (line: Line, own: Talk): Way => ({
    async call(tool, params, talk) {
      if (line.tools.find(one => one.upstream === tool.upstream)?.digest !== tool.digest) return { is: 'changed' }
      // Its output schema is the client's business: an answer that came is passed on, whatever it is.
      const { outputSchema: _, ...definition } = tool.definition
      const toolDefinition = { ...definition, name: tool.upstream }
      return send(line, talk, (client, more, options) =>
        client.callTool({ name: tool.upstream, arguments: params, ...more }, { ...options, toolDefinition }),
      )
    },
    read: (uri, talk) =>
      send(line, talk, (client, more, options) =>
        client.readResource({ uri, ...more }, { ...options, cacheMode: 'bypass' }),
      ),
    prompt: (prompt, args, talk) =>
      send(line, talk, (client, more, options) =>
        client.getPrompt({ name: prompt, arguments: args, ...more }, options),
      ),
    complete: params =>
      send(line, own, (client, { _meta }, options) => client.complete(_meta ? { ...params, _meta } : params, options)),
  })

  /** A list that is not there is empty. */
  async function listed<T extends object>(
    kind: 'resources' | 'prompts',
    ask: (client: Client) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const { client } = (await base()).link
    if (!client.getServerCapabilities()?.[kind]) return []
    try {
      return cleaned(await ask(client))
    } catch (error) {
      if (error instanceof SdkError && error.code === SdkErrorCode.MethodNotSupportedByProtocolVersion) return []
      throw error
    }
  }
  const fresh = { cacheMode: 'bypass', timeout: connectMs } as const

  return {
    name,
    naming,
    classification: config.classification,
    now: tool => latest.find(one => one.name === tool) ?? null,
    async list() {
      const was = lines.isOpen()
      const line = await base()
      if (was) await lines.refresh(line)
      return line.tools
    },
    verb: async verb => verbsOf((await base()).link.client).find(one => one.upstream === verb) ?? null,
    resources: () => listed('resources', async client => (await client.listResources(undefined, fresh)).resources),
    templates: () =>
      listed('resources', async client => (await client.listResourceTemplates(undefined, fresh)).resourceTemplates),
    prompts: () => listed('prompts', async client => (await client.listPrompts(undefined, fresh)).prompts),
    way: async talk => wayBy(await lines.lineFor(await base(), limited(talk)), talk),
    wayNow(talk) {
      const line = removed ? null : lines.lineNow(limited(talk))
      return line && wayBy(line, talk)
    },
    watch: uri => watching.watch(uri),
    async close() {
      removed = true
      // What has been sent is answered, or has its time.
      await Promise.all(sent)
      await lines.close()
    },
  }
}
