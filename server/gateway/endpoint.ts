import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isJSONRPCRequest, isSpecType } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import { isMoreThan } from '@/lib/gateway/much'
import type { Changed } from '@/lib/gateway/naming'
import { paramHeaderFault } from '@/lib/gateway/param-headers'
import { type JsonFault, parseStrict } from '@/lib/kernel/json'
import type { Gateway } from './gateway'
import { headWithWords } from './head'
import type { Caller } from './holdpoint'
import { calledTool, refusesIds, requestsIn } from './ids'
import { openSessions } from './sessions'

/** Where a gateway is asked over streamable HTTP, once it is known who asks. */
export interface Endpoint<G extends Gateway> {
  readonly gateway: G
  /**
   * Answers one request of an agent. @returns why it cannot be read, so that nothing has been answered
   * @param before is called with its body once that is read: what it throws is thrown, and nothing has been answered
   */
  answer(
    caller: Caller,
    req: IncomingMessage,
    res: ServerResponse,
    before?: (parsed: unknown) => Promise<void>,
  ): Promise<'too_large' | JsonFault | null>
  /** Ends the sessions, and the streams that listen, of callers whose keys open no more. */
  endRefused(): Promise<void>
  /** Ends the streams that are open. */
  close(): Promise<void>
}

const mostBody = 4 * 1_048_576
/** Who sends more than this is not heard out. */
const mostDrained = 16 * mostBody
/** So many streams of one agent may listen at once: the others' are theirs. */
const mostListening = 64
const mostListeningInAll = 20_000
const modern = '2026-07-28'
/** The protocol's own code for it (SEP-2243). */
const headerMismatch = -32_020
/** Streamable HTTP has no others. */
const methods: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE'])
/** So many messages may come as one, and so many members may a message have beside the arguments of a call: each is gone through. */
const mostMessages = 100
const mostBeside = 2_000

/** Why these messages are not gone through: none, too many, or one that is too much; null: they are. */
function oddIn(parsed: unknown): string | null {
  const messages: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  if (messages.length === 0) return 'an empty batch asks for nothing'
  if (messages.length > mostMessages) return `a batch has at most ${mostMessages} messages`
  return messages.some(one => isMoreThan(beside(one), mostBeside)) ? 'a message has too many members' : null
}

/** A message without the arguments of its call, which are bounded by what the gate takes. */
function beside(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || !('params' in message)) return message
  const { params } = message
  return typeof params === 'object' && params !== null
    ? { ...message, params: { ...params, arguments: null } }
    : message
}

const sessionId = /^[!-~]{1,200}$/

/**
 * The whole body; `too_large` when it is more than one request may be, once the rest has come and been thrown away: an answer to
 * a client that still sends is lost with the connection. `gone`: the client has broken off.
 */
function bodyOf(req: IncomingMessage): Promise<{ readonly bytes: Buffer } | 'too_large' | 'gone'> {
  return new Promise(done => {
    let chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= mostBody) chunks.push(chunk)
      else chunks = []
      if (size > mostDrained) req.destroy()
    })
    req.once('end', () => done(size > mostBody ? 'too_large' : { bytes: Buffer.concat(chunks) }))
    req.once('error', () => done('gone'))
    req.once('close', () => done('gone'))
  })
}

/** The key that a request shows as its bearer. */
export const bearer = (req: IncomingMessage): string | undefined =>
  /^Bearer ([!-~]+)$/i.exec(req.headers.authorization ?? '')?.[1]

/**
 * Speaks both revisions of the protocol. Between requests nothing is kept that is needed: a gateway that starts again, or another
 * one, knows its clients' sessions. Those of 2025-11-25 that began here can also be asked and told something meanwhile.
 * @param make opens the gateway, given what to call when something has changed: it ends when those who hear of it have been told,
 * or have been found to hear of nothing any more
 * @param opens whether a caller's key opens still; absent: as Holdpoint has said lately
 */
export function openEndpoint<G extends Gateway>(
  make: (changed: (what: Changed) => Promise<void>) => G,
  log: Logger,
  opens?: (caller: Caller) => Promise<boolean>,
): Endpoint<G> {
  const serving = new Map<string, Caller>()
  const listening = new Map<string, number>()
  const streams = new Map<ServerResponse, Caller>()
  const handler = createMcpHandler(
    ({ authInfo, requestInfo, era }) => {
      const caller = authInfo && serving.get(authInfo.clientId)
      if (!caller) throw new Error('nobody calls')
      const session = requestInfo?.headers.get('mcp-session-id') ?? null
      return gateway.serve({
        caller,
        session: session !== null && sessionId.test(session) ? session : null,
        tells: era === 'modern',
      })
    },
    {
      maxSubscriptions: mostListeningInAll,
      onerror: error => log.debug({ error: error.message }, 'a request was refused'),
    },
  )
  const gateway: G = make(async what => {
    await endRefused()
    if (what.kind === 'resource') handler.notify.resourceUpdated(what.uri)
    else if (what.kind === 'tools') handler.notify.toolsChanged()
    else if (what.kind === 'prompts') handler.notify.promptsChanged()
    else handler.notify.resourcesChanged()
  })
  const serve = toNodeHandler(handler)
  const sessions = openSessions(gateway, log)

  async function endRefused(): Promise<void> {
    const callers = new Map([...sessions.callers(), ...streams.values()].map(caller => [caller.key, caller]))
    const does = opens ?? (async ({ key }: Caller) => (await gateway.callers.of(key)) !== 'refused')
    const known = await Promise.all([...callers.values()].map(async one => ({ key: one.key, opens: await does(one) })))
    for (const { key, opens } of known) {
      if (opens) continue
      sessions.endOf(key)
      for (const [res, caller] of [...streams]) if (caller.key === key) res.destroy()
    }
  }

  /** Counts the streams of an agent that listen, and refuses one more than it may have. */
  function refusesToListen(caller: Caller, parsed: unknown, res: ServerResponse): boolean {
    const { id } = caller
    if (!isSpecType.SubscriptionsListenRequest(parsed)) return false
    const open = listening.get(id) ?? 0
    if (open >= mostListening) {
      const error = { code: -32_603, message: `An agent may listen by ${mostListening} streams at once.` }
      const asked = isJSONRPCRequest(parsed) ? parsed.id : null
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', error, id: asked }))
      return true
    }
    listening.set(id, open + 1)
    streams.set(res, caller)
    res.once('close', () => {
      streams.delete(res)
      const left = (listening.get(id) ?? 1) - 1
      if (left > 0) listening.set(id, left)
      else listening.delete(id)
    })
    return false
  }

  /** A client of 2026-07-28 listens by a stream of its own: the resources that it names are watched until that ends. */
  async function listened(caller: Caller, parsed: unknown, res: ServerResponse): Promise<void> {
    if (!isSpecType.SubscriptionsListenRequest(parsed)) return
    const { resourceSubscriptions } = parsed.params.notifications
    if (!resourceSubscriptions?.length) return
    const end = await gateway.watch(caller, resourceSubscriptions).catch(() => {
      log.warn('a resource cannot be watched: its server cannot be reached')
      return null
    })
    if (end && res.closed) end()
    else if (end) res.once('close', end)
  }

  /** Refuses a call whose headers name other arguments than it has. */
  async function disagrees(req: IncomingMessage, res: ServerResponse, parsed: unknown): Promise<boolean> {
    if (!isJSONRPCRequest(parsed) || !isSpecType.CallToolRequest(parsed)) return false
    const { name, arguments: args } = parsed.params
    const header = paramHeaderFault(await gateway.schemaOf(name), args, one => {
      const found = req.headers[one.toLowerCase()]
      return typeof found === 'string' ? found : undefined
    })
    if (header === null) return false
    const message = `Bad Request: the request headers and body disagree: ${header}`
    const error = { code: headerMismatch, message, data: { mismatch: { header } } }
    res.writeHead(400, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ jsonrpc: '2.0', error, id: parsed.id }))
    return true
  }

  return {
    gateway,
    async answer(caller, req, res, before) {
      if (!methods.has(req.method ?? '')) {
        res.writeHead(405, { allow: [...methods].join(', ') }).end()
        return null
      }
      const body = req.method === 'POST' ? await bodyOf(req) : { bytes: Buffer.alloc(0) }
      if (body === 'too_large') return body
      // Nobody is there to be answered.
      if (body === 'gone') return null
      // Read as the gate reads it: what was decided and what a server is sent are the same to every parser.
      const read = body.bytes.length === 0 ? ({ ok: true, value: undefined } as const) : parseStrict(body.bytes)
      if (!read.ok) return read
      const parsed = read.value
      const wrong = oddIn(parsed)
      if (wrong !== null) return { ok: false, pointer: '', message: wrong }
      await before?.(parsed)
      if (calledTool(parsed) !== null) headWithWords(res)
      if (await sessions.answer(caller, req, res, parsed)) return null
      if (req.headers['mcp-protocol-version'] === modern && (await disagrees(req, res, parsed))) return null
      if (refusesIds(requestsIn(parsed), res)) return null
      if (refusesToListen(caller, parsed, res)) return null
      await listened(caller, parsed, res)
      const clientId = createHash('sha256').update(caller.key).digest('hex')
      serving.set(clientId, caller)
      const signed = Object.assign(req, { auth: { token: '', clientId, scopes: [] } })
      await serve(signed, res, parsed)
      return null
    },
    endRefused,
    async close() {
      await sessions.close()
      await handler.close()
    },
  }
}
