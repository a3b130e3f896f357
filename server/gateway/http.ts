import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/node'
import { ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { GatewayConfig } from '@/lib/gateway/config'
import type { Changed } from '@/lib/gateway/naming'
import { bearer, openEndpoint } from './endpoint'
import type { Gateway } from './gateway'

/** A gateway that listens. */
export interface Listening {
  readonly url: string
  close(): Promise<void>
}

const path = '/mcp'
const local = ['localhost', '127.0.0.1', '[::1]']

function problem(
  res: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
  code = -32_000,
): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null })
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

/**
 * Serves MCP over streamable HTTP at `/mcp`, each client as the agent whose key it shows.
 * @param make opens the gateway, given what to call when something has changed
 */
export async function listen(
  config: GatewayConfig['listen'],
  make: (changed: (what: Changed) => Promise<void>) => Gateway,
  log: Logger,
): Promise<Listening> {
  const endpoint = openEndpoint(make, log)
  const { gateway } = endpoint
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
    const wrong = await endpoint.answer(caller, req, res)
    if (wrong === 'too_large') problem(res, 413, 'The request is too large.')
    else if (wrong) {
      const where = wrong.pointer === '' ? '' : ` at ${wrong.pointer}`
      problem(res, 400, `The request cannot be read${where}: ${wrong.message}.`, {}, ProtocolErrorCode.ParseError)
    }
  }

  let stopping = false
  const server = createServer((req, res) => {
    // A connection that is kept would be used as long as its client has something to ask.
    if (stopping) res.setHeader('connection', 'close')
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
      stopping = true
      const closed = new Promise<void>(done => server.close(() => done()))
      // What has been sent is answered; what waits for people is found again by the next gateway.
      await gateway.drain()
      await endpoint.close()
      server.closeAllConnections()
      await closed
      await gateway.close()
    },
  }
}
