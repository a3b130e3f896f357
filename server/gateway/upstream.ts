import {
  type CallToolResult,
  Client,
  type FetchLike,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Logger } from 'pino'
import { type Offered, offered } from '@/lib/gateway/catalogue'
import type { ServerConfig } from '@/lib/gateway/config'
import { NotRun } from '@/lib/gateway/not-run'
import type { Classification } from '@/lib/kernel/scale'

/** A tool with its definition as the protocol has it. */
export type OfferedTool = Offered<Tool>

/** How a call to a server ended. `failed`: it was not run, or says itself that it did not succeed. */
export type Ended =
  | { readonly is: 'answered'; readonly result: CallToolResult }
  | { readonly is: 'failed'; readonly message: string }
  | { readonly is: 'unknown'; readonly message: string }
  | { readonly is: 'changed' }

interface Progressed {
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** One MCP server behind the gateway, connected when it is first needed and again after it has gone. */
export interface Upstream {
  readonly name: string
  readonly classification: Classification | undefined
  /** A tool by its name under the gateway, as it was listed last. */
  now(name: string): OfferedTool | null
  /** What it offers now, asked afresh. @throws Error when it cannot be reached */
  list(): Promise<readonly OfferedTool[]>
  /** Sends one call, once; none after it was closed. It is never sent where the server's definition of the tool is not the one given. */
  call(tool: OfferedTool, params: Record<string, unknown>, progress?: (made: Progressed) => void): Promise<Ended>
  /** Takes no new call, lets those that were sent be answered, and ends the connection. */
  close(): Promise<void>
}

interface Connected {
  readonly client: Client
  tools: readonly OfferedTool[]
  /** Tells a server that has sessions that this one is over. */
  leave: () => Promise<void>
}

const connectMs = 20_000
const probeMs = 5_000
const identity = { name: 'holdpoint-gateway', version: '1' }

function transportOf(config: ServerConfig, fetch: FetchLike | undefined, say: (line: string) => void) {
  if ('url' in config)
    return new StreamableHTTPClientTransport(new URL(config.url), {
      requestInit: { headers: config.headers },
      ...(fetch ? { fetch } : {}),
    })
  const transport = new StdioClientTransport({
    command: config.command,
    args: config.args,
    env: config.env,
    stderr: 'pipe',
    ...(config.cwd === undefined ? {} : { cwd: config.cwd }),
  })
  transport.stderr?.on('data', (chunk: Buffer) => say(chunk.toString('utf8').trimEnd().slice(0, 2_000)))
  return transport
}

/**
 * @param changed is told whenever its list of tools has been read
 * @param fetch by which addresses are called; absent: Node's own
 */
export function openUpstream(
  name: string,
  config: ServerConfig,
  prefix: string,
  log: Logger,
  changed: (tools: readonly OfferedTool[]) => void,
  fetch?: FetchLike,
): Upstream {
  let open: Promise<Connected> | null = null
  let removed = false
  const sent = new Set<Promise<Ended>>()
  let latest: readonly OfferedTool[] = []
  const read = async (connected: Connected) => {
    const { tools } = await connected.client.listTools(undefined, { cacheMode: 'refresh', timeout: connectMs })
    connected.tools = offered(name, prefix, tools)
    latest = connected.tools
    changed(latest)
    return connected.tools
  }

  async function connect(): Promise<Connected> {
    const client = new Client(identity, {
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: probeMs } },
      // What a server asks back for (input, models, folders) is not passed on: the call then fails, and says so.
      inputRequired: { autoFulfill: false },
      listChanged: { tools: { autoRefresh: false, onChanged: () => void again() } },
    })
    const connected: Connected = { client, tools: [], leave: async () => undefined }
    const again = () =>
      read(connected).catch(() => log.warn({ server: name }, 'its tools have changed and cannot be read'))
    client.onclose = () => {
      if (open !== null) log.warn({ server: name }, 'the connection to the server has ended')
      open = null
    }
    const transport = transportOf(config, fetch, line => log.debug({ server: name, line }, 'the server says'))
    if ('terminateSession' in transport) connected.leave = () => transport.terminateSession()
    try {
      await client.connect(transport, { timeout: connectMs })
      await read(connected)
    } catch (error) {
      // A process that was started, or a stream that was opened, does not outlive the attempt.
      await client.close().catch(() => undefined)
      throw error
    }
    log.info({ server: name, tools: connected.tools.length }, 'connected')
    return connected
  }

  function connection(): Promise<Connected> {
    if (removed) return Promise.reject(new NotRun('The server has been removed; nothing was sent to it.'))
    if (open) return open
    const made = connect()
    open = made
    made.catch(() => {
      if (open === made) open = null
    })
    return made
  }

  async function send(
    { client }: Connected,
    tool: OfferedTool,
    params: Record<string, unknown>,
    progress?: (made: Progressed) => void,
  ): Promise<Ended> {
    try {
      // Its output schema is the client's business: an answer that came is passed on, whatever it is.
      const { outputSchema: _, ...definition } = tool.definition
      const result = await client.callTool(
        { name: tool.upstream, arguments: params },
        {
          timeout: config.timeout_seconds * 1_000,
          toolDefinition: { ...definition, name: tool.upstream },
          ...(progress ? { onprogress: progress } : {}),
        },
      )
      return { is: 'answered', result }
    } catch (error) {
      return endOf(error, () => {
        open = null
        void client.close().catch(() => undefined)
      })
    }
  }

  return {
    name,
    classification: config.classification,
    now: tool => latest.find(one => one.name === tool) ?? null,
    async list() {
      const fresh = open === null
      const connected = await connection()
      return fresh ? connected.tools : read(connected)
    },
    async call(tool, params, progress) {
      let connected: Connected
      try {
        connected = await connection()
      } catch (error) {
        if (error instanceof NotRun) return { is: 'failed', message: error.message }
        return { is: 'failed', message: 'The server cannot be reached; nothing was sent to it.' }
      }
      const now = connected.tools.find(one => one.upstream === tool.upstream)
      if (now?.digest !== tool.digest) return { is: 'changed' }
      const sending = send(connected, tool, params, progress)
      sent.add(sending)
      return sending.finally(() => sent.delete(sending))
    },
    async close() {
      removed = true
      const closing = open
      // What has been sent is answered, or has its time.
      await Promise.all(sent)
      open = null
      if (!closing) return
      const connected = await closing.catch(() => null)
      await connected?.leave().catch(() => undefined)
      await connected?.client.close().catch(() => undefined)
    },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What an error says of the call: whether it was run is known only where the server answered, or was never reached. */
function endOf(error: unknown, drop: () => void): Ended {
  if (error instanceof ProtocolError) return { is: 'failed', message: `The server answered: ${error.message}` }
  if (error instanceof SdkHttpError) {
    // 404: the session is not known any more. The next call opens another.
    if (error.status === 404) drop()
    if (error.status >= 400 && error.status < 500)
      return { is: 'failed', message: `The server refused the call (HTTP ${error.status}).` }
    return { is: 'unknown', message: `The server answered HTTP ${error.status}.` }
  }
  if (error instanceof SdkError) {
    if (error.code === SdkErrorCode.NotConnected)
      return { is: 'failed', message: 'The server has gone before the call was sent.' }
    if (error.code === SdkErrorCode.UnsupportedResultType)
      return { is: 'failed', message: 'The server asks for input, which this gateway does not pass on.' }
    if (error.code === SdkErrorCode.RequestTimeout)
      return { is: 'unknown', message: 'The server did not answer in time.' }
    if (error.code === SdkErrorCode.ConnectionClosed)
      return { is: 'unknown', message: 'The server has gone in mid-call.' }
    return { is: 'unknown', message: 'The server’s answer could not be read.' }
  }
  drop()
  if (error instanceof NotRun) return { is: 'failed', message: error.message }
  if (refusedConnection(error))
    return { is: 'failed', message: 'The server cannot be reached; nothing was sent to it.' }
  return { is: 'unknown', message: 'The connection to the server was lost in mid-call.' }
}

function refusedConnection(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; isObject(at) && depth < 4; at = at.cause, depth++)
    if (at.code === 'ECONNREFUSED' || at.code === 'ENOTFOUND') return true
  return false
}
