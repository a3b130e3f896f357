import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isInitializeRequest } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { GatewayConfig } from '@/lib/gateway/config'
import type { Gateway } from './gateway'
import type { Caller } from './holdpoint'

/** A gateway that listens. */
export interface Listening {
  readonly url: string
  close(): Promise<void>
}

const path = '/mcp'
const mostBody = 4 * 1_048_576
const local = ['localhost', '127.0.0.1', '[::1]']
const sessionId = /^[!-~]{1,200}$/

function problem(res: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null })
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

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

const bearer = (req: IncomingMessage) => /^Bearer ([!-~]+)$/i.exec(req.headers.authorization ?? '')?.[1]

/**
 * Serves MCP over streamable HTTP at `/mcp`, to both revisions of the protocol, each client as the agent whose key it shows.
 * Nothing is kept between requests but what waits: a gateway that starts again knows its clients' sessions.
 * @param make opens the gateway, given what to call when its tools have changed
 */
export async function listen(
  config: GatewayConfig['listen'],
  make: (changed: () => void) => Gateway,
  log: Logger,
): Promise<Listening> {
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
  const gateway = make(() => handler.notify.toolsChanged())
  const serve = toNodeHandler(handler)
  const validHost = hostHeaderValidation([...local, ...config.names])
  const validOrigin = originValidation([...local, ...config.names])

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (!validHost(req, res) || !validOrigin(req, res)) return
    const { pathname } = new URL(req.url ?? '/', 'http://gateway')
    if (pathname === '/health/live') return void res.writeHead(200).end('ok\n')
    if (pathname !== path) return problem(res, 404, `MCP is at ${path}`)
    const key = bearer(req)
    const refused = { 'www-authenticate': 'Bearer realm="Holdpoint"' }
    if (key === undefined) return problem(res, 401, 'Show your agent’s key: Authorization: Bearer hp_…', refused)
    const caller = await gateway.callers.of(key)
    if (caller === 'refused') return problem(res, 401, 'This key is not valid.', refused)
    if (caller === 'unreachable')
      return problem(res, 503, 'Holdpoint cannot be reached: nothing is passed on.', { 'retry-after': '2' })
    const body = req.method === 'POST' ? await bodyOf(req) : ''
    if (body === null) return problem(res, 413, 'The request is too large.')
    let parsed: unknown
    try {
      parsed = body === '' ? undefined : JSON.parse(body)
    } catch {
      return problem(res, 400, 'The request is no JSON.')
    }
    // The revision of 2025 has sessions: one is named here, and known again by its name alone.
    if (isInitializeRequest(parsed)) res.setHeader('mcp-session-id', randomUUID())
    const clientId = createHash('sha256').update(key).digest('hex')
    serving.set(clientId, caller)
    const signed = Object.assign(req, { auth: { token: '', clientId, scopes: [] } })
    await serve(signed, res, parsed)
  }

  const server = createServer((req, res) => {
    answer(req, res).catch(() => {
      log.error('a request has failed')
      if (res.headersSent) res.destroy()
      else problem(res, 500, 'The gateway has failed; nothing was passed on.')
    })
  })
  server.headersTimeout = 15_000
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(config.port, config.host, done)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}${path}`,
    async close() {
      const closed = new Promise<void>(done => server.close(() => done()))
      // What has been sent is answered; what waits for people is found again by the next gateway.
      await gateway.drain()
      await handler.close()
      server.closeAllConnections()
      await closed
      await gateway.close()
    },
  }
}
