import { setTimeout as pause } from 'node:timers/promises'
import {
  Client,
  type FetchLike,
  type InputRequest,
  isSpecType,
  ProtocolError,
  ProtocolErrorCode,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Logger } from 'pino'
import type { ServerConfig } from '@/lib/gateway/config'
import type { Changed } from '@/lib/gateway/naming'
import type { Scrubber } from '@/lib/gateway/scrub'
import { boundTransport } from './bounds'
import { network } from './network'
import { wholeLines } from './said-lines'
import { openSends, type Sends } from './sends'
import { type Askable, allowed, type Talk } from './talk'

/** One connection to a server. */
export interface Link {
  readonly client: Client
  /** It speaks 2026-07-28: each call says by itself what its client can, and asks in its own answer. */
  readonly modern: boolean
  /** What runs on it now, the newest last. */
  readonly running: Talk[]
  /** Who is told of progress, by its token. */
  readonly progress: Map<string, NonNullable<Talk['progress']>>
  readonly sends: Sends
  /** Ends it; a server that has sessions is told that this one is over. */
  close(): Promise<void>
}

/** How a server is reached. @param fetch by which addresses are called; absent: as they are */
export interface Reach {
  readonly name: string
  readonly config: ServerConfig
  readonly log: Logger
  readonly fetch?: FetchLike | undefined
  /** Takes the server's own secrets out of whatever it says. */
  readonly scrub: Scrubber
}

export const connectMs = 20_000
const probeMs = 5_000
const farewellMs = 1_000
/** How soon a stream that a server has ended is asked for again, at the earliest. */
const reopenMs = 1_000
const identity = { name: 'holdpoint-gateway', version: '1' }

/** Streams are opened one after the other and not faster than that, whatever the server says of when to come back. */
function unhurried(ask: FetchLike): FetchLike {
  let free = 0
  return async (url, init) => {
    if (init?.method !== 'GET') return ask(url, init)
    const now = performance.now()
    const from = Math.max(now, free)
    free = from + reopenMs
    if (from > now) await pause(from - now, undefined, { ref: false, ...(init.signal ? { signal: init.signal } : {}) })
    return ask(url, init)
  }
}

function transportOf({ config, fetch, name, log, scrub }: Reach) {
  if ('url' in config)
    return new StreamableHTTPClientTransport(new URL(config.url), {
      requestInit: { headers: config.headers },
      fetch: unhurried(fetch ?? network),
    })
  const transport = new StdioClientTransport({
    command: config.command,
    args: config.args,
    env: config.env,
    stderr: 'pipe',
    ...(config.cwd === undefined ? {} : { cwd: config.cwd }),
  })
  const heard = wholeLines(line =>
    log.debug({ server: name, line: scrub.text(line).slice(0, 2_000) }, 'the server says'),
  )
  transport.stderr?.on('data', heard)
  return transport
}

/**
 * Opens a connection. @param can what the clients can be asked whose calls go this way
 * @param known which revision the server speaks, where another connection has found it out
 * @param changed is told of lists and resources that have changed @param gone is told that it has ended
 * @throws what kept it from being opened
 */
export async function openLink(
  reach: Reach,
  can: Askable,
  changed: (what: Changed) => void,
  gone: () => void,
  known?: Pick<Link, 'client' | 'modern'>,
): Promise<Link> {
  const onChanged = (kind: 'tools' | 'prompts' | 'resources') => ({
    autoRefresh: false as const,
    onChanged: () => changed({ kind }),
  })
  const client = new Client(identity, {
    capabilities: can,
    versionNegotiation: { mode: modeOf(known), probe: { timeoutMs: probeMs } },
    inputRequired: { autoFulfill: false },
    listChanged: { tools: onChanged('tools'), prompts: onChanged('prompts'), resources: onChanged('resources') },
  })
  const running: Talk[] = []
  const asking = new Set<Talk>()
  const progress: Link['progress'] = new Map()
  // What a server of 2025 asks back belongs to the call that runs: those of one agent's session alone go this way.
  client.fallbackRequestHandler = async ({ method, params }) => {
    // Those that wait for an answer have asked already.
    const free = running.filter(one => !asking.has(one))
    const may = free.length > 0 ? free : running
    const [talk] = may
    const request = { method, params: params ?? {} }
    if (!talk || !isQuestion(request))
      throw new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Nobody can be asked this')
    // It does not say which: what is answered for one call would be taken for another.
    if (may.length > 1)
      throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'Several calls run: it cannot be told which one asks')
    const asked = talk.ask(allowed({ answer: request }, talk))
    asking.add(talk)
    const { answer } = await asked.finally(() => asking.delete(talk))
    if (!answer) throw new ProtocolError(ProtocolErrorCode.InternalError, 'Nobody answered')
    return { ...answer }
  }
  // Heard here and not by the SDK's own way, which forgets what comes together with the answer.
  client.setNotificationHandler('notifications/progress', ({ params: { progressToken, ...made } }) =>
    progress.get(String(progressToken))?.(made),
  )
  client.setNotificationHandler('notifications/message', ({ params }) => running.at(-1)?.log(params))
  client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
    changed({ kind: 'resource', uri: params.uri }),
  )
  client.onclose = gone
  const transport = transportOf(reach)
  boundTransport(transport)
  const sends = openSends(transport)
  try {
    await client.connect(transport, { timeout: connectMs })
  } catch (error) {
    // A process that was started, or a stream that was opened, does not outlive the attempt.
    await client.close().catch(() => undefined)
    throw error
  }
  return {
    client,
    running,
    progress,
    sends,
    modern: client.getProtocolEra() === 'modern',
    async close() {
      // Said out of courtesy: a server that does not hear it keeps nobody waiting.
      if ('terminateSession' in transport)
        await Promise.race([
          transport.terminateSession().catch(() => undefined),
          pause(farewellMs, undefined, { ref: false }),
        ])
      await client.close().catch(() => undefined)
    },
  }
}

/** To ask again what is known would start a program once more. */
function modeOf(known?: Pick<Link, 'client' | 'modern'>) {
  if (!known) return 'auto'
  const pin = known.client.getNegotiatedProtocolVersion()
  return known.modern && pin !== undefined ? { pin } : 'legacy'
}

const isQuestion = (value: unknown): value is InputRequest =>
  isSpecType.ElicitRequest(value) || isSpecType.CreateMessageRequest(value) || isSpecType.ListRootsRequest(value)
