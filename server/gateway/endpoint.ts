import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isJSONRPCRequest, isSpecType } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { Changed } from '@/lib/gateway/naming'
import { paramHeaderFault } from '@/lib/gateway/param-headers'
import type { Gateway } from './gateway'
import type { Caller } from './holdpoint'
import { openSessions } from './sessions'

/** Where a gateway is asked over streamable HTTP, once it is known who asks. */
export interface Endpoint<G extends Gateway> {
  readonly gateway: G
  /** Answers one request of an agent. @returns why it cannot be read; then nothing has been answered */
  answer(caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<'too_large' | 'no_json' | null>
  /** Ends the streams that are open. */
  close(): Promise<void>
}

const mostBody = 4 * 1_048_576
const modern = '2026-07-28'
/** The protocol's own code for it (SEP-2243). */
const headerMismatch = -32_020
const sessionId = /^[!-~]{1,200}$/

/** The whole body, or null when it is more than one request may be. */
async function bodyOf(req: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += chunk.length
    if (size > mostBody) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The key that a request shows as its bearer. */
export const bearer = (req: IncomingMessage): string | undefined =>
  /^Bearer ([!-~]+)$/i.exec(req.headers.authorization ?? '')?.[1]

/**
 * Speaks both revisions of the protocol. Between requests nothing is kept that is needed: a gateway that starts again, or another
 * one, knows its clients' sessions. Those of 2025-11-25 that began here can also be asked and told something meanwhile.
 * @param make opens the gateway, given what to call when something has changed
 */
export function openEndpoint<G extends Gateway>(
  make: (changed: (what: Changed) => void) => G,
  log: Logger,
): Endpoint<G> {
  const serving = new Map<string, Caller>()
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
    { onerror: error => log.debug({ error: error.message }, 'a request was refused') },
  )
  const gateway = make(what => {
    if (what.kind === 'resource') handler.notify.resourceUpdated(what.uri)
    else if (what.kind === 'tools') handler.notify.toolsChanged()
    else if (what.kind === 'prompts') handler.notify.promptsChanged()
    else handler.notify.resourcesChanged()
  })
  const serve = toNodeHandler(handler)
  const sessions = openSessions(gateway, log)

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
    async answer(caller, req, res) {
      const body = req.method === 'POST' ? await bodyOf(req) : ''
      if (body === null) return 'too_large'
      let parsed: unknown
      try {
        parsed = body === '' ? undefined : JSON.parse(body)
      } catch {
        return 'no_json'
      }
      if (await sessions.answer(caller, req, res, parsed)) return null
      if (req.headers['mcp-protocol-version'] === modern && (await disagrees(req, res, parsed))) return null
      await listened(caller, parsed, res)
      const clientId = createHash('sha256').update(caller.key).digest('hex')
      serving.set(clientId, caller)
      const signed = Object.assign(req, { auth: { token: '', clientId, scopes: [] } })
      await serve(signed, res, parsed)
      return null
    },
    async close() {
      await sessions.close()
      await handler.close()
    },
  }
}
